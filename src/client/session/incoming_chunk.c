/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One incoming chunk, from its head to its end-line: the program's begin_incoming_chunk(), data()
 * and end(), and the answer.
 */
#include "client/session/session.h"
#include "msrp/report.h"

/* A chunk of a message, from its head to its end. */

/* ---- refusing ---- */

/* Answers, and tells a user that has seen the beginning of the message that it ends here. */
static void refuse_incoming(struct msrp_session *s, struct client_incoming *in, unsigned status)
{
	const char *comment = in->shown.comment;

	if (comment && msrp_has_control(slice_from(comment)))
		comment = NULL; /* it would end the line */
	in->shown.comment = NULL;
	client_transport_answer(s->transport, status, comment);
	in->refused = status;
	if (in->begun)
		s->callbacks.end(s->arg, &in->shown, '#');
}

/* The user was told already if an earlier chunk was refused. */
static void refuse_once(struct msrp_session *s, struct client_incoming *in, unsigned status)
{
	if (in->refused)
		client_transport_answer(s->transport, status, NULL);
	else
		refuse_incoming(s, in, status);
}

static void forget_untyped(struct msrp_session *s)
{
	if (s->untyped)
		client_incoming_free(s->untyped);
	s->untyped = NULL;
}

void client_incoming_refuse_all(struct msrp_session *s, unsigned status)
{
	struct client_incoming *in;

	if (s->current && !s->current->refused)
		refuse_incoming(s, s->current, status);
	/* Between two chunks there is nothing to answer: the next one will be. */
	TAILQ_FOREACH (in, &s->incoming, in_session)
		if (!in->refused)
			in->refused = status;
}

void client_incoming_refuse(struct msrp_session *s, const struct msrp_incoming *message,
			    unsigned status)
{
	struct client_incoming *in =
	    client_incoming_find(&s->incoming, slice_from(message->message_id));

	if (!in || in->refused)
		return;
	if (s->current == in)
		refuse_incoming(s, in, status);
	else
		in->refused = status;
}

static unsigned status_of(int status)
{
	return status > 0 ? (unsigned)status : MSRP_STOP_SENDING;
}

/* ---- a chunk ---- */

/* Counts them as received. */
static unsigned add_what_they_have(struct client_incoming *in)
{
	if (in->shown.have > in->shown.total)
		return MSRP_BAD_REQUEST; /* it has become another, shorter one */
	if (client_coverage_add(&in->coverage, 0, in->shown.have) != 0)
		return MSRP_STOP_SENDING;
	in->shown.received = in->coverage.covered;
	return 0;
}

/* Asks the user at the head of each chunk. */
static void begin_incoming_chunk(struct msrp_session *s, struct client_incoming *in)
{
	unsigned status = 0;
	int result = s->callbacks.begin(s->arg, &in->shown);

	if (s->gone)
		return;
	if (result) {
		refuse_incoming(s, in, status_of(result));
		return;
	}
	if (!in->begun)
		status = add_what_they_have(in);
	in->begun = true;
	if (status)
		refuse_incoming(s, in, status);
}

void client_incoming_head(struct msrp_session *s, const struct msrp_message *m)
{
	unsigned status = client_incoming_take_head(s, m);
	struct client_incoming *in = s->current ? s->current : s->untyped;

	if (s->gone)
		return;
	if (status) {
		client_transport_answer(s->transport, status, NULL);
		return;
	}
	if (!in)
		return;
	in->shown.success_report |= m->success_report; /* RFC 4975 7.1.3: any chunk may ask */
	status = in->refused ? in->refused : client_incoming_place(s, in, m);
	if (status)
		refuse_once(s, in, status);
	else if (s->current)
		begin_incoming_chunk(s, in);
}

static void begin_untyped(struct msrp_session *s)
{
	unsigned status = client_incoming_take_untyped(s);

	if (s->gone)
		return;
	if (status)
		client_transport_answer(s->transport, status, NULL);
	else
		begin_incoming_chunk(s, s->current);
}

void client_incoming_body(struct msrp_session *s, const uint8_t *bytes, size_t len)
{
	struct client_incoming *in;
	unsigned status;
	int result;

	if (s->untyped && !s->gone)
		begin_untyped(s);
	in = s->current;
	if (s->gone || !in || in->refused)
		return;
	status = client_incoming_make_place(s, in, len);
	if (status) {
		refuse_incoming(s, in, status);
		return;
	}
	result = s->callbacks.data(s->arg, &in->shown, s->position, bytes, len);
	if (s->gone)
		return;
	if (!result && client_coverage_add(&in->coverage, s->position, s->position + len) != 0)
		result = MSRP_STOP_SENDING;
	if (result) {
		refuse_incoming(s, in, status_of(result));
		return;
	}
	s->position += len;
	in->shown.received = in->coverage.covered;
}

/*
 * The message is complete: reports so to its sender, and forgets it; unless the user will report.
 */
static void finish_incoming_chunk(struct msrp_session *s, struct client_incoming *in)
{
	struct msrp_report report = {
		.to_path = client_transport_way_back(s->transport),
		.message_id = slice_from(in->shown.message_id),
		.range = { 1, in->shown.total, in->shown.total },
		.code = MSRP_OK,
	};

	if (in->from_path && !in->reported) {
		client_incoming_take_out(s, in);
		client_session_owe_report(s, in);
		return;
	}
	/* Without memory the report is as good as lost on the way. */
	if (in->shown.success_report && !in->from_path)
		client_transport_report(s->transport, &report);
	client_incoming_drop(s, in);
}

void client_incoming_end(struct msrp_session *s, char flag)
{
	struct client_incoming *in = s->current;
	int result;

	if (s->gone)
		return;
	s->current = NULL;
	forget_untyped(s);
	if (!in) {
		client_transport_answer(s->transport, MSRP_OK, NULL); /* unless it was refused */
		return;
	}
	if (in->refused) {
		if (flag != '+')
			client_incoming_drop(s, in);
		return;
	}
	if (flag != '#')
		client_incoming_note_end(s, in, flag);
	result = s->callbacks.end(s->arg, &in->shown, flag);
	if (s->gone)
		return;
	if (result && flag != '#') {
		in->begun = false; /* the user refused it in end(), so it knows */
		refuse_incoming(s, in, status_of(result));
		if (flag == '$')
			client_incoming_drop(s, in);
		return;
	}
	client_transport_answer(s->transport, MSRP_OK, NULL);
	if (in->shown.complete)
		finish_incoming_chunk(s, in);
	else if (flag == '#')
		client_incoming_drop(s, in);
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
			client_incoming_drop(s, in);
	}
}

void client_incoming_free_all(struct msrp_session *s)
{
	forget_untyped(s);
	while (!TAILQ_EMPTY(&s->incoming))
		client_incoming_drop(s, TAILQ_FIRST(&s->incoming));
	while (!TAILQ_EMPTY(&s->owed))
		client_session_forget_report(s, TAILQ_FIRST(&s->owed));
}
