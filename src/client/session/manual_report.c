/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Success and failure reports that a program sends itself, on messages that began while automatic
 * reports were off.
 */
#include <errno.h>

#include "client/session/session.h"
#include "msrp/report.h"

/* REPORTs that the user sends himself, during a message or later. */

enum {
	OWED_MAX = 1024, /* complete messages without a report, before the oldest is given up */
	CODE_MAX = 999,	 /* three digits */
};

void client_session_owe_report(struct msrp_session *s, struct client_incoming *in)
{
	client_coverage_done(&in->coverage);
	in->head = msrp_chunk_free(in->head);
	in->shown.head = NULL;
	TAILQ_INSERT_TAIL(&s->owed, in, in_session);
	s->n_owed++;
	if (s->n_owed > OWED_MAX)
		client_session_forget_report(s, TAILQ_FIRST(&s->owed));
}

int client_incoming_hold_report(struct msrp_session *s, const struct msrp_incoming *message)
{
	struct client_incoming *in =
	    client_incoming_find(&s->incoming, slice_from(message->message_id));

	if (!in->from_path)
		in->from_path = slice_dup(client_transport_way_back(s->transport));
	return in->from_path ? 0 : -ENOMEM;
}

void client_session_forget_report(struct msrp_session *s, struct client_incoming *in)
{
	TAILQ_REMOVE(&s->owed, in, in_session);
	s->n_owed--;
	client_incoming_free(in);
}

/* The end of the contiguous octets from the first on. */
static uint64_t known_end(const struct client_incoming *in)
{
	const struct client_coverage *c = &in->coverage;

	if (in->shown.complete)
		return in->shown.total;
	return c->n > 0 && c->span[0].from == 0 ? c->span[0].to : 0;
}

/* RFC 4975 7.1.3, 7.1.4: a sender that did not ask for it must not get it. */
static bool is_wanted(const struct client_incoming *in, unsigned code)
{
	return code == MSRP_OK ? in->shown.success_report : in->shown.failures != MSRP_FAILURES_NO;
}

static int send_report(struct msrp_session *s, const struct client_incoming *in, unsigned code,
		       const char *comment)
{
	struct msrp_report report = {
		.to_path = slice_from(in->from_path),
		.message_id = slice_from(in->shown.message_id),
		.range = { 1, known_end(in), in->shown.total },
		.code = code,
		.comment = comment,
	};

	if (!is_wanted(in, code))
		return 0;
	if (code == MSRP_OK && !in->shown.complete && report.range.end == 0)
		return -EAGAIN;
	return client_transport_report(s->transport, &report);
}

static bool is_code(unsigned code)
{
	return code == MSRP_OK || (code >= MSRP_BAD_REQUEST && code <= CODE_MAX);
}

static int session_report(struct msrp_session *s, const char *message_id, unsigned code,
			  const char *comment)
{
	struct client_incoming *in = client_incoming_find(&s->owed, slice_from(message_id));
	bool is_owed = in != NULL;
	int err;

	if (!is_code(code) || (comment && msrp_has_control(slice_from(comment))))
		return -EINVAL;
	if (s->over)
		return -EPIPE;
	if (!in)
		in = client_incoming_find(&s->incoming, slice_from(message_id));
	if (!in || !in->from_path || in->reported)
		return -ENOENT;
	err = send_report(s, in, code, comment);
	if (err)
		return err;
	in->reported = code != MSRP_OK || in->shown.complete;
	if (is_owed)
		client_session_forget_report(s, in);
	return 0;
}

int msrp_session_report(struct msrp_session *s, const char *message_id, unsigned code,
			const char *comment)
{
	return !s || !message_id ? -EINVAL : session_report(s, message_id, code, comment);
}

void msrp_session_set_automatic_reports(struct msrp_session *s, bool automatic)
{
	if (!s)
		return;
	s->manual_reports = !automatic;
}
