/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * msrp_transport_write() and similar: a program's octets are sent as they are, and it is told when
 * the socket has them.
 */
#include "client/transport/transport.h"

#include <errno.h>
#include <stdlib.h>

#include "client/message/uri.h"
#include "msrp/report.h"
#include "msrp/writer.h"

/* Data of programs that compose messages themselves. */

/* ---- who waits until it is sent ---- */

static void on_write_sent(struct msrp_piece *piece)
{
	CONTAINER_OF(piece, struct client_write, piece)->is_taken = true;
}

/* Called last, because it may free the transport. */
static void tell_writer(struct client_write *w)
{
	msrp_written_fn written = w->written;
	void *arg = w->arg;

	TAILQ_REMOVE(&w->transport->writes, w, in_transport);
	free(w);
	if (written)
		written(arg, 0, "");
}

static const struct msrp_flow_user write_user = { .sent = on_write_sent };

static void on_later(void *arg)
{
	tell_writer(arg);
}

static struct client_write *find_taken(struct msrp_transport *t)
{
	struct client_write *w;

	TAILQ_FOREACH (w, &t->writes, in_transport)
		if (w->is_taken)
			return w;
	return NULL;
}

void client_writes_tell(struct msrp_transport *t)
{
	struct msrp_context *context = t->context;
	struct client_write *w = find_taken(t);

	if (!w)
		return;
	client_enter(context);
	while (!t->gone && (w = find_taken(t)))
		tell_writer(w);
	client_leave(context);
}

/* W needs no report any more; the connection may still have it. */
static msrp_written_fn forget_write(struct client_write *w)
{
	msrp_written_fn written = w->written;

	client_timer_stop(w->transport->context, &w->later);
	w->written = NULL;
	return written;
}

void client_writes_fail(struct msrp_transport *t)
{
	struct client_write *w;
	msrp_written_fn written;

	TAILQ_FOREACH (w, &t->writes, in_transport) {
		written = forget_write(w);
		if (written)
			written(w->arg, t->closed_err, t->closed_why);
	}
}

void client_writes_forget(struct msrp_transport *t)
{
	struct client_write *w;

	TAILQ_FOREACH (w, &t->writes, in_transport)
		forget_write(w);
}

void client_writes_free(struct msrp_transport *t)
{
	struct client_write *w;

	while ((w = TAILQ_FIRST(&t->writes))) {
		TAILQ_REMOVE(&t->writes, w, in_transport);
		free(w);
	}
}

/* Records the callback of a write; *RET_WRITE is NULL if there is none. */
static int make_write(struct msrp_transport *t, msrp_written_fn written, void *arg,
		      struct client_write **ret_write)
{
	struct client_write *w = NULL;

	if (written) {
		w = calloc(1, sizeof(*w));
		if (!w)
			return -ENOMEM;
		w->piece.user = &write_user;
		w->transport = t;
		w->written = written;
		w->arg = arg;
	}
	*ret_write = w;
	return 0;
}

/* ---- writing ---- */

/* May a user other than a session write now? */
static int check_write(const struct msrp_transport *t)
{
	if (!t || t->gone)
		return -EINVAL;
	if (t->receiver && !t->receiver->all)
		return -EALREADY;
	if (t->state != CLIENT_TRANSPORT_BOUND || t->shutting)
		return -EPIPE;
	return msrp_conn_control(&t->link->conn)->len > CLIENT_QUEUED_MAX ? -ENOBUFS : 0;
}

/* Data was added to the control buffer, which held LEN bytes before: sends it. */
static int finish_write(struct msrp_transport *t, size_t len, msrp_written_fn written, void *arg)
{
	struct client_write *w;
	int err = make_write(t, written, arg, &w);

	if (err) {
		buf_truncate(msrp_conn_control(&t->link->conn), len);
		return err;
	}
	err = client_link_written(t->link, len);
	if (err) {
		free(w);
	} else if (w) {
		TAILQ_INSERT_TAIL(&t->writes, w, in_transport);
		msrp_conn_mark(&t->link->conn, &w->piece);
	}
	return err;
}

int msrp_transport_write(struct msrp_transport *t, const void *bytes, size_t len,
			 msrp_written_fn written, void *arg)
{
	int err = check_write(t);
	struct buf *out;
	size_t before;

	if (!err && (!bytes || len == 0))
		err = -EINVAL;
	if (err)
		return err;
	out = msrp_conn_control(&t->link->conn);
	before = out->len;
	buf_add(out, bytes, len);
	return finish_write(t, before, written, arg);
}

int msrp_transport_write_chunk(struct msrp_transport *t, struct msrp_chunk *chunk,
			       msrp_written_fn written, void *arg)
{
	int err = check_write(t);
	const char *problem;
	struct buf *out;
	size_t before;

	if (!err)
		err = chunk ? msrp_chunk_verify_headers(chunk, &problem) : -EINVAL;
	if (err)
		return err;
	out = msrp_conn_control(&t->link->conn);
	before = out->len;
	client_chunk_encode(chunk, out);
	return finish_write(t, before, written, arg);
}

int msrp_transport_shutdown(struct msrp_transport *t)
{
	int err = check_write(t);

	if (err && err != -ENOBUFS)
		return err;
	t->shutting = true;
	client_link_close(t->link);
	return 0;
}

/* ---- answering ---- */

/* RFC 4975 7.2: does the sender of the request want this answer? REPORT never gets one. */
static bool wants_response(const struct msrp_chunk *request, unsigned code)
{
	enum msrp_failures wish = msrp_chunk_failure_report(request);

	if (strcmp(request->method, "REPORT") == 0 || wish == MSRP_FAILURES_NO)
		return false;
	return code != MSRP_OK || wish == MSRP_FAILURES_YES;
}

/* A SEND is answered to the previous hop, all other requests to their origin. */
static int read_answer(const struct msrp_chunk *request, struct client_answer *ret_answer)
{
	const struct msrp_value *to = client_chunk_value(request, "To-Path");
	const struct msrp_value *from = client_chunk_value(request, "From-Path");
	bool hop_only = strcmp(request->method, "SEND") == 0;
	const struct msrp_path_slices *back;

	if (!to || !from)
		return -EINVAL;
	back = &from->path->slices;
	*ret_answer = (struct client_answer){
		.id = slice_from(request->id),
		.to_path = hop_only ? msrp_path_first(back)->text : back->text,
		.from_path = msrp_path_first(&to->path->slices)->text,
	};
	return 0;
}

void client_transport_refuse(struct msrp_transport *t, const struct msrp_chunk *request,
			     unsigned code)
{
	struct client_answer answer;

	if (request->method && wants_response(request, code) && read_answer(request, &answer) == 0)
		client_link_respond(t->link, &answer, code, NULL);
}

/* Reports as if it were sent at once. */
static int answer_nothing(struct msrp_transport *t, msrp_written_fn written, void *arg)
{
	struct client_write *w;
	int err = make_write(t, written, arg, &w);

	if (err || !w)
		return err;
	TAILQ_INSERT_TAIL(&t->writes, w, in_transport);
	client_timer_start(t->context, &w->later, 0, on_later, w);
	return 0;
}

int msrp_transport_write_response(struct msrp_transport *t, const struct msrp_chunk *request,
				  unsigned code, const char *comment, msrp_written_fn written,
				  void *arg)
{
	struct client_answer answer;
	struct buf *out;
	size_t before;
	int err = check_write(t);

	if (err)
		return err;
	if (!request || !request->method || code < 100 || code > 999 ||
	    msrp_has_control(slice_from(comment)))
		return -EINVAL;
	if (!wants_response(request, code))
		return answer_nothing(t, written, arg);
	err = read_answer(request, &answer);
	if (err)
		return err;
	out = msrp_conn_control(&t->link->conn);
	before = out->len;
	client_answer_write(&answer, code, comment, out);
	return finish_write(t, before, written, arg);
}
