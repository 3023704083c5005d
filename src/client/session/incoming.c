/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The incoming messages of a session: found by Message-ID, limited in number, forgotten when they
 * are over.
 */
#include "client/session/session.h"

#include <stdlib.h>

#include "msrp/media_type.h"
#include "msrp/report.h"

enum {
	INCOMING_MAX = 64, /* messages of one session that are incomplete at a time */
};

static const struct slice disposition_name = { "Content-Disposition", 19 };

/* ---- accepted types ---- */

static bool accepts(const struct msrp_session *s, struct slice content_type)
{
	if (!s->accept_types)
		return true;
	for (char **pattern = s->accept_types; *pattern; pattern++)
		if (msrp_media_type_matches(slice_from(*pattern), content_type))
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
	msrp_chunk_free(in->head);
	client_coverage_done(&in->coverage);
	free(in);
}

void client_incoming_take_out(struct msrp_session *s, struct client_incoming *in)
{
	TAILQ_REMOVE(&s->incoming, in, in_session);
	s->n_incoming--;
	if (s->current == in)
		s->current = NULL;
}

void client_incoming_drop(struct msrp_session *s, struct client_incoming *in)
{
	client_incoming_take_out(s, in);
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
	if (client_chunk_from_head(m, &in->head) == 0)
		in->shown.head = in->head;
	if (s->manual_reports)
		in->from_path = slice_dup(m->from.text);
	if (!in->shown.message_id || !in->shown.content_type || !in->shown.disposition ||
	    !in->head || (s->manual_reports && !in->from_path)) {
		client_incoming_free(in);
		return NULL;
	}
	return in;
}

/* One that can be spared: refused, or ended although octets are missing. */
static struct client_incoming *find_dispensable(struct msrp_session *s)
{
	struct client_incoming *in;

	TAILQ_FOREACH (in, &s->incoming, in_session)
		if (in->refused)
			return in;
	TAILQ_FOREACH (in, &s->incoming, in_session)
		if (in->ended)
			return in;
	return NULL;
}

/* These are remembered while there is room: so that the rest is refused, too, or may still come. */
static bool make_room_for_incoming(struct msrp_session *s)
{
	struct client_incoming *in;

	if (s->n_incoming < INCOMING_MAX)
		return true;
	in = find_dispensable(s);
	if (!in)
		return false;
	client_incoming_take_out(s, in);
	if (in->begun && !in->refused)
		s->callbacks.end(s->arg, &in->shown, '#');
	client_incoming_free(in);
	return !s->gone;
}

static unsigned admit_incoming(struct msrp_session *s, struct client_incoming *in)
{
	unsigned status = MSRP_STOP_SENDING;

	if (!accepts(s, slice_from(in->shown.content_type)))
		status = MSRP_UNSUPPORTED_MEDIA;
	else if (make_room_for_incoming(s))
		status = 0;
	if (status) {
		client_incoming_free(in);
		return status;
	}
	TAILQ_INSERT_TAIL(&s->incoming, in, in_session);
	s->n_incoming++;
	s->current = in;
	return 0;
}

/*
 * A chunk of a message in progress may lack a body or a type. Otherwise a chunk without a body, or
 * without type and octets, is a keep-alive.
 */
unsigned client_incoming_take_head(struct msrp_session *s, const struct msrp_message *m)
{
	struct client_incoming *in = client_incoming_find(&s->incoming, m->message_id);

	s->current = in;
	if (in || !m->has_body)
		return 0;
	in = incoming_new(s, m);
	if (!in)
		return MSRP_STOP_SENDING;
	if (m->content_type.len > 0)
		return admit_incoming(s, in);
	s->untyped = in;
	return 0;
}

unsigned client_incoming_take_untyped(struct msrp_session *s)
{
	struct client_incoming *in = s->untyped;

	s->untyped = NULL;
	return admit_incoming(s, in);
}
