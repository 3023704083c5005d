/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/session.h"

#include <errno.h>
#include <stdlib.h>

#include "client/types.h"
#include "msrp/report.h"

enum {
	INCOMING_MAX = 64, /* messages of one session that are incomplete at a time */
};

static const struct slice disposition_name = { "Content-Disposition", 19 };

/* ---- which types are welcome ---- */

static bool accepts(const struct msrp_session *s, struct slice content_type)
{
	if (!s->accept_types)
		return true;
	for (char **pattern = s->accept_types; *pattern; pattern++)
		if (client_type_matches(slice_from(*pattern), content_type))
			return true;
	return false;
}

/* ---- the messages ---- */

void client_incoming_free(struct client_incoming *in)
{
	free(in->from_path);
	free((char *)(uintptr_t)in->shown.message_id);
	free((char *)(uintptr_t)in->shown.content_type);
	free((char *)(uintptr_t)in->shown.disposition);
	client_coverage_done(&in->coverage);
	free(in);
}

static void remove_from(struct msrp_session *s, struct client_incoming *in)
{
	TAILQ_REMOVE(&s->incoming, in, in_session);
	s->n_incoming--;
	if (s->current == in)
		s->current = NULL;
}

static void drop(struct msrp_session *s, struct client_incoming *in)
{
	remove_from(s, in);
	client_incoming_free(in);
}

struct client_incoming *client_incoming_find(struct client_incoming_list *list,
					     struct slice message_id)
{
	struct client_incoming *in;

	TAILQ_FOREACH (in, list, in_session)
		if (slice_equal(slice_from(in->shown.message_id), message_id))
			return in;
	return NULL;
}

static struct slice disposition_of(const struct msrp_message *m)
{
	for (size_t i = 0; i < m->n_headers; i++)
		if (slice_equal_nocase(m->header[i].name, disposition_name))
			return m->header[i].value;
	return SLICE("");
}

static enum msrp_failures failures_of(const struct msrp_message *m)
{
	switch (m->failure_report) {
	case MSRP_FAILURE_NO:
		return MSRP_FAILURES_NO;
	case MSRP_FAILURE_PARTIAL:
		return MSRP_FAILURES_PARTIAL;
	default:
		return MSRP_FAILURES_YES;
	}
}

static struct client_incoming *incoming_new(const struct msrp_session *s,
					    const struct msrp_message *m)
{
	struct client_incoming *in = calloc(1, sizeof(*in));

	if (!in)
		return NULL;
	in->shown = (struct msrp_incoming){
		.message_id = slice_dup(m->message_id),
		.content_type = slice_dup(m->content_type),
		.disposition = slice_dup(disposition_of(m)),
		.total = MSRP_TOTAL_UNKNOWN,
		.success_report = m->success_report,
		.failures = failures_of(m),
	};
	if (s->manual_reports)
		in->from_path = slice_dup(m->from.text);
	if (!in->shown.message_id || !in->shown.content_type || !in->shown.disposition ||
	    (s->manual_reports && !in->from_path)) {
		client_incoming_free(in);
		return NULL;
	}
	return in;
}

/* What was refused is remembered as long as there is room, so that the rest of it is, too. */
static bool make_room(struct msrp_session *s)
{
	struct client_incoming *in;

	if (s->n_incoming < INCOMING_MAX)
		return true;
	TAILQ_FOREACH (in, &s->incoming, in_session) {
		if (in->refused) {
			drop(s, in);
			return true;
		}
	}
	return false;
}

/* Finds the message of a chunk or makes it. Returns a response code that refuses, or 0. */
static unsigned message_of(struct msrp_session *s, const struct msrp_message *m,
			   struct client_incoming **ret_in)
{
	struct client_incoming *in = client_incoming_find(&s->incoming, m->message_id);

	if (m->message_id.len == 0)
		return MSRP_BAD_REQUEST;
	if (!accepts(s, m->content_type))
		return MSRP_UNSUPPORTED_MEDIA;
	if (!in) {
		if (!make_room(s))
			return MSRP_STOP_SENDING;
		in = incoming_new(s, m);
		if (!in)
			return MSRP_STOP_SENDING;
		TAILQ_INSERT_TAIL(&s->incoming, in, in_session);
		s->n_incoming++;
	}
	*ret_in = in;
	return 0;
}

/* ---- refusing ---- */

/* Answers, and tells the user that the message he has seen the beginning of ends here. */
static void refuse(struct msrp_session *s, struct client_incoming *in, unsigned status)
{
	client_transport_answer(s->transport, status, NULL);
	in->refused = status;
	if (in->begun)
		s->callbacks.end(s->arg, &in->shown, '#');
}

void client_incoming_refuse_all(struct msrp_session *s, unsigned status)
{
	struct client_incoming *in;

	if (s->current && !s->current->refused)
		refuse(s, s->current, status);
	/* Between two chunks there is nothing to answer: the next one will be. */
	TAILQ_FOREACH (in, &s->incoming, in_session)
		if (!in->refused)
			in->refused = status;
}

static unsigned status_of(int status)
{
	return status > 0 ? (unsigned)status : MSRP_STOP_SENDING;
}

/* ---- a chunk ---- */

static unsigned take_range(struct client_incoming *in, const struct msrp_message *m)
{
	if (m->range.total == MSRP_RANGE_UNKNOWN)
		return 0;
	if (in->shown.total != MSRP_TOTAL_UNKNOWN && in->shown.total != m->range.total)
		return MSRP_BAD_REQUEST;
	in->shown.total = m->range.total;
	return 0;
}

/* As if it had come. */
static unsigned add_what_they_have(struct client_incoming *in)
{
	if (in->shown.have > in->shown.total)
		return MSRP_BAD_REQUEST; /* it has become another, shorter one */
	if (client_coverage_add(&in->coverage, 0, in->shown.have) != 0)
		return MSRP_STOP_SENDING;
	in->shown.received = in->coverage.covered;
	return 0;
}

void client_incoming_head(struct msrp_session *s, const struct msrp_message *m)
{
	struct client_incoming *in = NULL;
	unsigned status = message_of(s, m, &in);
	int result;

	s->current = NULL;
	if (status) {
		client_transport_answer(s->transport, status, NULL);
		return;
	}
	s->current = in;
	s->position = m->range.start - 1;
	if (in->refused) {
		client_transport_answer(s->transport, in->refused, NULL);
		return;
	}
	status = take_range(in, m);
	if (status) {
		refuse(s, in, status);
		return;
	}
	result = s->callbacks.begin(s->arg, &in->shown);
	if (s->gone)
		return;
	if (result) {
		refuse(s, in, status_of(result));
		return;
	}
	if (!in->begun)
		status = add_what_they_have(in);
	in->begun = true;
	if (status)
		refuse(s, in, status);
}

void client_incoming_body(struct msrp_session *s, const uint8_t *bytes, size_t len)
{
	struct client_incoming *in = s->current;
	int result;

	if (s->gone || !in || in->refused)
		return;
	if (len > in->shown.total - s->position || s->position > in->shown.total) {
		refuse(s, in, MSRP_BAD_REQUEST);
		return;
	}
	result = s->callbacks.data(s->arg, &in->shown, s->position, bytes, len);
	if (s->gone)
		return;
	if (!result && client_coverage_add(&in->coverage, s->position, s->position + len) != 0)
		result = MSRP_STOP_SENDING;
	if (result) {
		refuse(s, in, status_of(result));
		return;
	}
	s->position += len;
	in->shown.received = in->coverage.covered;
}

static void note_flag(struct client_incoming *in, uint64_t position, char flag)
{
	if (flag == '$') { /* RFC 4975 7.3.1: this chunk defines the length */
		in->ended = true;
		in->shown.total = position;
	}
	in->shown.complete = in->ended && client_coverage_is_whole(&in->coverage, in->shown.total);
}

/*
 * The message has got all it needs: says so to its sender, and forgets it;
 * unless the user will do that.
 */
static void finish(struct msrp_session *s, struct client_incoming *in)
{
	struct msrp_report report = {
		.to_path = client_transport_way_back(s->transport),
		.message_id = slice_from(in->shown.message_id),
		.range = { 1, in->shown.total, in->shown.total },
		.code = MSRP_OK,
	};

	if (in->from_path && !in->reported) {
		remove_from(s, in);
		client_session_owe_report(s, in);
		return;
	}
	/* Without memory it is as good as lost on the way. */
	if (in->shown.success_report && !in->from_path)
		client_transport_report(s->transport, &report);
	drop(s, in);
}

void client_incoming_end(struct msrp_session *s, char flag)
{
	struct client_incoming *in = s->current;
	int result;

	if (s->gone || !in)
		return;
	s->current = NULL;
	if (in->refused) {
		if (flag != '+')
			drop(s, in);
		return;
	}
	if (flag != '#')
		note_flag(in, s->position, flag);
	result = s->callbacks.end(s->arg, &in->shown, flag);
	if (s->gone)
		return;
	if (result && flag != '#') {
		in->begun = false; /* who refused in end() knows */
		refuse(s, in, status_of(result));
		if (flag == '$')
			drop(s, in);
		return;
	}
	client_transport_answer(s->transport, MSRP_OK, NULL);
	if (in->shown.complete)
		finish(s, in);
	else if (flag == '#')
		drop(s, in);
}

/* ---- the end of the session ---- */

void client_incoming_abort_all(struct msrp_session *s)
{
	struct client_incoming *in;

	while (!s->gone && (in = TAILQ_FIRST(&s->incoming))) {
		s->current = NULL;
		if (!in->refused && in->begun)
			s->callbacks.end(s->arg, &in->shown, '#');
		if (!s->gone)
			drop(s, in);
	}
}

void client_incoming_free_all(struct msrp_session *s)
{
	while (!TAILQ_EMPTY(&s->incoming))
		drop(s, TAILQ_FIRST(&s->incoming));
	while (!TAILQ_EMPTY(&s->owed))
		client_session_forget_report(s, TAILQ_FIRST(&s->owed));
}
