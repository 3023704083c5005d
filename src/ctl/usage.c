/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sums of users, as JSON objects that views can show.
 */
#include "ctl/usage.h"

#include <stdio.h>

enum { KEY_MAX = 1024 };

static void add_number(json_t *sum, const char *key, json_int_t n)
{
	json_object_set_new(sum, key,
			    json_integer(json_integer_value(json_object_get(sum, key)) + n));
}

static void add_sums(json_t *sum, const json_t *session)
{
	static const char *const keys[] = { "bytes_in", "bytes_out", "rate_in", "rate_out" };

	add_number(sum, "sessions", 1);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const json_t *value = json_object_get(session, keys[i]);

		if (value)
			add_number(sum, keys[i], json_integer_value(value));
	}
}

/* Every session has the numbers of its user. */
static void copy_usage(json_t *sum, const json_t *session)
{
	static const char *const keys[] = { "user_sessions_most", "user_rate_most", "user_rate_in",
					    "user_rate_out" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		json_object_set(sum, keys[i], json_object_get(session, keys[i]));
}

void ctl_usage_add(json_t *users, const json_t *session)
{
	const char *user = json_string_value(json_object_get(session, "user"));
	const char *realm = json_string_value(json_object_get(session, "realm"));
	char key[KEY_MAX];
	json_t *sum;

	if (!user || !realm)
		return;
	snprintf(key, sizeof(key), "%s\t%s", realm, user);
	sum = json_object_get(users, key);
	if (!sum) {
		sum = json_pack("{s:s, s:s}", "user", user, "realm", realm);
		json_object_set_new(users, key, sum);
	}
	add_sums(sum, session);
	copy_usage(sum, session);
}
