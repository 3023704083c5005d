/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From the call that queues a message to its last outcome: chunks, their answers and time-outs,
 * and reports of the other end.
 */
#include "client/session/outgoing.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "client/session/session.h"
#include "msrp/report.h"
#include "msrp/writer.h"

enum {
	COMMENT_MAX = 256,
	AWAITING_MAX = 1024, /* messages without their success report, before one is given up */

	/*
	 * Pieces of a message that await an answer where silence means success: with so many later
	 * ones sent, the oldest has been silent long enough.
	 */
	SILENT_MAX = 128,
};

/* ---- what is told ---- */

/* Removes it from the list of those that wait for an outcome. */
static void unlist(struct client_outgoing *out)
{
	struct msrp_session *s = out->session;

	if (!out->listed)
		return;
	TAILQ_REMOVE(out->answered ? &s->awaiting : &s->queue, out, in_session);
	s->n_awaiting -= out->answered;
	out->listed = false;
}

static void free_discarded_outgoing(struct client_garbage *garbage)
{
	client_outgoing_free(CONTAINER_OF(garbage, struct client_outgoing, garbage));
}

/* Frees it if it is over and the connection holds no part of it. */
static void release_if_over(struct client_outgoing *out)
{
	struct msrp_session *s = out->session;

	if (!s || s->gone || !out->over || !LIST_EMPTY(&out->chunks) || !TAILQ_EMPTY(&out->pieces))
		return;
	TAILQ_REMOVE(&s->ended, out, in_session);
	out->session = NULL;
	client_discard(s->context, &out->garbage, free_discarded_outgoing);
}

/*
 * Called before the last outcome is reported, because the user may end the session in that
 * callback.
 */
static void become_over(struct client_outgoing *out)
{
	unlist(out);
	out->over = true;
	TAILQ_INSERT_TAIL(&out->session->ended, out, in_session);
}

static void tell_delivered(struct client_outgoing *out, int status, const char *comment)
{
	struct msrp_session *s = out->session;

	become_over(out);
	if (out->delivered)
		out->delivered(out->arg, out->message_id, status, comment);
	release_if_over(out);
	if (!s->gone)
		client_session_check(s);
}

static bool is_all_reported(const struct client_outgoing *out)
{
	return out->report_came && client_coverage_is_whole(&out->reported, out->end);
}

static void start_awaiting(struct client_outgoing *out)
{
	struct msrp_session *s = out->session;

	unlist(out);
	out->answered = true;
	out->listed = true;
	TAILQ_INSERT_TAIL(&s->awaiting, out, in_session);
	s->n_awaiting++;
}

/* The report may have come before the last answer. */
static void check_reported(struct client_outgoing *out)
{
	struct msrp_session *s = out->session;

	if (!out->over && is_all_reported(out))
		tell_delivered(out, MSRP_OK, "OK");
	if (!s->gone && s->n_awaiting > AWAITING_MAX)
		tell_delivered(TAILQ_FIRST(&s->awaiting), MSRP_TIMEOUT, "no report has come");
}

static void tell_waiter(struct client_outgoing *out, int status)
{
	struct client_waiter *waiter = out->waiter;

	if (!waiter)
		return;
	out->waiter = NULL;
	waiter->told = true;
	waiter->status = status;
	waiter->wake(waiter);
}

static void tell_response(struct client_outgoing *out, int status, const char *comment)
{
	struct msrp_session *s = out->session;

	if (status == MSRP_OK && out->success_report && out->flag != '#')
		start_awaiting(out);
	else
		become_over(out);
	tell_waiter(out, status);
	if (out->response)
		out->response(out->arg, out->message_id, status, comment);
	if (s->gone)
		return;
	if (out->answered)
		check_reported(out);
	release_if_over(out);
	if (!s->gone)
		client_session_check(s);
}

bool client_outgoing_check(struct client_outgoing *out)
{
	if (out->over || out->answered || !out->last_fed)
		return false;
	if (!LIST_EMPTY(&out->chunks) || out->n_unanswered > 0)
		return false;
	tell_response(out, MSRP_OK, "OK");
	return true;
}

void client_outgoing_fail(struct client_outgoing *out, int status, const char *comment)
{
	struct client_chunk *chunk, *next;

	if (out->over)
		return;
	if (out->answered) {
		tell_delivered(out, status, comment);
		return;
	}
	out->chunk = NULL;
	out->last_fed = false; /* whatever comes now, it is not finished */
	LIST_FOREACH_SAFE (chunk, &out->chunks, in_out, next)
		if (chunk->flow.flag != '#')
			msrp_flow_abort(&chunk->flow);
	tell_response(out, status, comment);
}

/* ---- pieces ---- */

static void piece_check(struct client_piece *p)
{
	struct client_outgoing *out = p->out;

	if (!p->is_sent || !p->is_answered)
		return;
	TAILQ_REMOVE(&out->pieces, p, in_out);
	free(p);
	release_if_over(out);
}

/* Silence means success, so there is no need to wait any longer. */
static void stop_waiting(struct client_piece *p)
{
	struct client_outgoing *out = p->out;

	client_link_forget(out->session->transport->link, &p->request);
	out->n_unanswered -= !p->is_answered;
	p->is_answered = true;
	piece_check(p);
}

static void stop_waiting_for_oldest(struct client_outgoing *out)
{
	struct client_piece *p = TAILQ_FIRST(&out->pieces);

	while (p->is_answered)
		p = TAILQ_NEXT(p, in_out);
	stop_waiting(p);
}

static void on_piece_answered(struct client_request *request, const struct msrp_message *m)
{
	struct client_piece *p = CONTAINER_OF(request, struct client_piece, request);
	struct client_outgoing *out = p->out;
	struct msrp_session *s = out->session;
	char comment[COMMENT_MAX];

	p->is_answered = true;
	out->n_unanswered--;
	if (m && m->status != MSRP_OK) {
		snprintf(comment, sizeof(comment), "%" SLICE_FMT, SLICE_ARG(m->comment));
		client_outgoing_fail(out, (int)m->status, comment);
	} else if (!m && out->failures == MSRP_FAILURES_YES) {
		client_outgoing_fail(out, MSRP_TIMEOUT, "no answer in time");
	} else {
		client_outgoing_check(out);
	}
	if (s->gone)
		return;
	piece_check(p);
	client_session_check(s);
}

static void on_piece_sent(struct msrp_piece *piece)
{
	struct client_piece *p = CONTAINER_OF(piece, struct client_piece, piece);
	struct msrp_session *s = p->out->session;

	p->is_sent = true;
	client_link_request_sent(s->transport->link, &p->request);
	piece_check(p);
}

static struct msrp_piece *on_piece_begin(struct msrp_flow *f, const char *id)
{
	struct client_outgoing *out = CONTAINER_OF(f, struct client_chunk, flow)->out;
	struct client_link *link = out->session->transport->link;
	struct client_piece *p;

	if (out->failures == MSRP_FAILURES_NO)
		return NULL;
	if (out->failures == MSRP_FAILURES_PARTIAL && out->n_unanswered >= SILENT_MAX)
		stop_waiting_for_oldest(out);
	p = calloc(1, sizeof(*p));
	if (!p)
		return NULL; /* we ignore its answer, as if it had been 200 */
	p->out = out;
	p->request.answered = on_piece_answered;
	client_link_await(link, &p->request, id);
	TAILQ_INSERT_TAIL(&out->pieces, p, in_out);
	out->n_unanswered++;
	return &p->piece;
}

/* ---- chunks ---- */

static void chunk_free(struct client_chunk *chunk)
{
	LIST_REMOVE(chunk, in_out);
	msrp_flow_done(&chunk->flow);
	free(chunk);
}

static void on_done(struct msrp_flow *f)
{
	struct client_chunk *chunk = CONTAINER_OF(f, struct client_chunk, flow);
	struct client_outgoing *out = chunk->out;

	struct msrp_session *s = out->session;

	out->written += f->written;
	chunk_free(chunk);
	release_if_over(out);
	/* The connection is in the middle of something, so the user cannot be told now. */
	client_session_settle_soon(s);
}

static const struct msrp_flow_user flow_user = {
	.begin = on_piece_begin,
	.sent = on_piece_sent,
	.done = on_done,
};

static void write_outgoing_head(const struct client_outgoing *out, struct msrp_flow *f)
{
	const struct msrp_transport *t = out->session->transport;
	struct buf *head = &f->head;

	msrp_write_header(head, MSRP_H_TO_PATH, slice_from(t->to_path));
	msrp_write_header(head, MSRP_H_FROM_PATH, slice_from(t->own_uri));
	msrp_write_header(head, MSRP_H_MESSAGE_ID, slice_from(out->message_id));
	f->range_at = head->len;
	if (out->success_report)
		msrp_write_header(head, MSRP_H_SUCCESS_REPORT, SLICE("yes"));
	if (out->failures != MSRP_FAILURES_YES)
		msrp_write_header(head, MSRP_H_FAILURE_REPORT,
				  out->failures == MSRP_FAILURES_NO ? SLICE("no")
								    : SLICE("partial"));
	buf_add_slice(head, buf_slice(&out->lines));
	if (out->content_type)
		msrp_write_header(head, MSRP_H_CONTENT_TYPE, slice_from(out->content_type));
}

int client_outgoing_open_chunk(struct client_outgoing *out, struct msrp_lane *lane, uint64_t len,
			       size_t reserved)
{
	struct client_chunk *chunk = calloc(1, sizeof(*chunk));
	struct msrp_flow *f;

	if (!chunk)
		return -ENOMEM;
	f = &chunk->flow;
	msrp_flow_init(f, &flow_user);
	f->has_range = true;
	f->has_body = out->content_type != NULL;
	f->range = (struct msrp_range){ out->fed + 1, out->fed + len, out->size };
	write_outgoing_head(out, f);
	if (buf_failed(&f->head) || (reserved > 0 && !buf_reserve(&f->body, reserved))) {
		msrp_flow_done(f);
		free(chunk);
		return -ENOMEM;
	}
	chunk->out = out;
	chunk->left = len;
	LIST_INSERT_HEAD(&out->chunks, chunk, in_out);
	out->chunk = chunk;
	msrp_flow_open(f, lane);
	return 0;
}

int client_outgoing_feed(struct client_outgoing *out, const uint8_t *bytes, size_t len)
{
	struct client_chunk *chunk = out->chunk;
	int err = 0;

	assert(len <= chunk->left);
	if (len > 0)
		err = msrp_flow_write(&chunk->flow, bytes, len);
	if (err)
		return err;
	out->fed += len;
	chunk->left -= len;
	if (chunk->left > 0)
		return 0;
	out->chunk = NULL;
	out->last_fed = out->fed == out->end;
	msrp_flow_end(&chunk->flow, out->last_fed ? out->flag : '+');
	return 0;
}

/* ---- reports ---- */

static void stop_waiting_for_answers(struct client_outgoing *out)
{
	struct client_piece *p, *next;

	TAILQ_FOREACH_SAFE (p, &out->pieces, in_out, next)
		stop_waiting(p);
}

static void add_reported(struct client_outgoing *out, const struct msrp_range *range)
{
	uint64_t from = range->start - 1;
	uint64_t to = range->end < out->end ? range->end : out->end;

	/* Without memory the report is as good as lost. */
	client_coverage_add(&out->reported, from, to);
	out->report_came = true;
	if (out->answered) {
		check_reported(out);
	} else if (out->failures != MSRP_FAILURES_YES && is_all_reported(out)) {
		stop_waiting_for_answers(out);
		client_outgoing_check(out);
	}
}

void client_outgoing_report(struct client_outgoing *out, const struct msrp_message *m)
{
	struct msrp_status_value status;
	char comment[COMMENT_MAX];

	if (msrp_status_of(m, &status) != 0 || status.name_space != 0)
		return;
	if (status.code == MSRP_OK) {
		if (out->success_report)
			add_reported(out, &m->range);
		return;
	}
	snprintf(comment, sizeof(comment), "%" SLICE_FMT, SLICE_ARG(status.comment));
	client_outgoing_fail(out, (int)status.code, comment);
}

/* ---- making and freeing ---- */

static int set_message_id(struct client_outgoing *out, struct msrp_context *context, const char *id)
{
	char made[MSRP_IDENT_LEN + 1];

	if (!id) {
		msrp_ident_make(&context->random, made);
		id = made;
	}
	if (!msrp_ident_valid(slice_from(id)))
		return -EINVAL;
	snprintf(out->message_id, sizeof(out->message_id), "%s", id);
	return 0;
}

int client_outgoing_set_range(struct client_outgoing *out, uint64_t from, uint64_t end,
			      uint64_t size)
{
	out->fed = from;
	out->end = end;
	out->size = size;
	return client_coverage_add(&out->reported, 0, from);
}

int client_outgoing_init(struct client_outgoing *out, struct msrp_context *context,
			 const struct msrp_send_options *options, const char *default_type)
{
	const char *type = options->content_type ? options->content_type : default_type;
	int err;

	LIST_INIT(&out->chunks);
	TAILQ_INIT(&out->pieces);
	out->flag = '$';
	out->failures = options->failures;
	out->success_report = options->success_report;
	out->response = options->response;
	out->delivered = options->delivered;
	out->arg = options->arg;
	if (msrp_has_control(slice_from(type)))
		return -EINVAL;
	out->content_type = strdup(type);
	if (!out->content_type)
		return -ENOMEM;
	err = client_outgoing_add_headers(&out->lines, options->headers, options->n_headers);
	if (err)
		return err;
	/* A file gets its random id from the context of the session that sends it. */
	return context || options->message_id ? set_message_id(out, context, options->message_id)
					      : 0;
}

void client_outgoing_free(struct client_outgoing *out)
{
	while (!LIST_EMPTY(&out->chunks))
		chunk_free(LIST_FIRST(&out->chunks));
	while (!TAILQ_EMPTY(&out->pieces)) {
		struct client_piece *p = TAILQ_FIRST(&out->pieces);

		TAILQ_REMOVE(&out->pieces, p, in_out);
		free(p);
	}
	client_coverage_done(&out->reported);
	buf_done(&out->lines);
	free(out->content_type);
	free(out);
}
