/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Compares two looks at all sessions, and sorts them or their users.
 */
#include "ctl/sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/usage.h"

enum { KEY_MAX = 1024, SECOND_MS = 1000 };

static json_int_t number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static const char *text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value ? value : "";
}

void ctl_sample_begin(struct ctl_sample *sample, uint64_t now_ms)
{
	json_decref(sample->before);
	sample->before = sample->now;
	sample->before_ms = sample->now_ms;
	sample->now = json_object();
	sample->now_ms = now_ms;
}

/* The beginning of an id is not unique among all sessions, but it is with what else is known. */
void ctl_sample_add(struct ctl_sample *sample, json_t *session)
{
	char key[KEY_MAX];

	if (!json_object_get(session, "session"))
		return;
	snprintf(key, sizeof(key), "%s\t%lld\t%s\t%s\t%s", text(session, "session"),
		 (long long)number(session, "worker"), text(session, "peer"),
		 text(session, "realm"), text(session, "user"));
	json_object_set(sample->now, key, session);
}

/* A session that was not there before has sent all it has since then. */
static json_int_t rate_of_sample(const struct ctl_sample *sample, const json_t *session,
				 const json_t *earlier, const char *key)
{
	json_int_t took_ms = (json_int_t)(sample->now_ms - sample->before_ms);
	json_int_t bytes = number(session, key) - number(earlier, key);

	return sample->before && took_ms > 0 && bytes > 0 ? bytes * SECOND_MS / took_ms : 0;
}

static json_t *row_of(const struct ctl_sample *sample, const char *key, const json_t *session)
{
	const json_t *earlier = json_object_get(sample->before, key);
	json_t *row = json_copy((json_t *)session);

	if (!row)
		return NULL;
	json_object_set_new(row, "rate_in",
			    json_integer(rate_of_sample(sample, session, earlier, "bytes_in")));
	json_object_set_new(row, "rate_out",
			    json_integer(rate_of_sample(sample, session, earlier, "bytes_out")));
	return row;
}

static json_int_t weight(const json_t *row, enum ctl_order order)
{
	switch (order) {
	case CTL_BY_RATE_IN:
		return number(row, "rate_in");
	case CTL_BY_RATE_OUT:
		return number(row, "rate_out");
	case CTL_BY_BYTES:
		return number(row, "bytes_in") + number(row, "bytes_out");
	default:
		return number(row, "rate_in") + number(row, "rate_out");
	}
}

static int compare_names(const json_t *a, const json_t *b)
{
	int order = strcmp(text(a, "user"), text(b, "user"));

	if (order == 0)
		order = strcmp(text(a, "realm"), text(b, "realm"));
	return order ? order : strcmp(text(a, "session"), text(b, "session"));
}

/* Equals stay in the order of their names, so that rows do not jump about. */
static int compare_rows(const void *a, const void *b, void *arg)
{
	const json_t *one = *(json_t *const *)a, *other = *(json_t *const *)b;
	enum ctl_order order = *(const enum ctl_order *)arg;
	json_int_t more = order == CTL_BY_USER ? 0 : weight(other, order) - weight(one, order);

	if (more == 0)
		return compare_names(one, other);
	return more > 0 ? 1 : -1;
}

/* Takes the values of OBJECT, sorted, into a list. */
static json_t *sort(json_t *object, enum ctl_order order)
{
	json_t **row = calloc(json_object_size(object) + 1, sizeof(json_t *));
	json_t *list = json_array();
	const char *key;
	json_t *value;
	size_t n = 0;

	json_object_foreach(object, key, value)
	{
		if (row)
			row[n++] = value;
	}
	if (n > 0)
		qsort_r(row, n, sizeof(*row), compare_rows, &order);
	for (size_t i = 0; i < n; i++)
		json_array_append(list, row[i]);
	free(row);
	return list;
}

json_t *ctl_sample_rows(const struct ctl_sample *sample, bool by_user, enum ctl_order order,
			struct ctl_total *ret_total)
{
	json_t *sessions = json_object(), *users = json_object();
	json_t *session, *list;
	const char *key;

	*ret_total = (struct ctl_total){ .sessions = json_object_size(sample->now) };
	json_object_foreach(sample->now, key, session)
	{
		json_t *row = row_of(sample, key, session);

		ret_total->rate_in += (uint64_t)number(row, "rate_in");
		ret_total->rate_out += (uint64_t)number(row, "rate_out");
		ctl_usage_add(users, row);
		json_object_set_new(sessions, key, row);
	}
	ret_total->users = json_object_size(users);
	list = sort(by_user ? users : sessions, order);
	json_decref(users);
	json_decref(sessions);
	return list;
}

void ctl_sample_done(struct ctl_sample *sample)
{
	json_decref(sample->before);
	json_decref(sample->now);
	*sample = (struct ctl_sample){ 0 };
}
