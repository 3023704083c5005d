/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * msrp_queue_session: runs the loop until the awaited thing has come, or the time is over.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/reserved.h"
#include "client/session/outgoing_file.h"
#include "client/media/queue.h"
#include "client/session/session.h"
#include "msrp/report.h"

/*
 * A session whose messages wait until the program asks for them; asking and sending run the loop.
 */

enum {
	MESSAGES_MAX = 64,	       /* about as many as a person sees before looking up */
	MEMORY_MAX = 16 * 1024 * 1024, /* as much as a receiver accepts for incomplete ones */
};

struct msrp_queue_session {
	struct msrp_context *context;
	struct msrp_receiver *receiver;
	struct msrp_session *session; /* NULL once it is freed */
	size_t max_messages;
	size_t max_memory;
	struct client_queue queue;
	bool needs_answers; /* so reading has to continue although the queue is full */
	bool closed;
	int closed_err;
	char why[CLIENT_WHY_MAX];

	bool waiting; /* we are running the loop */
	bool woken;   /* it was stopped on our behalf */
	bool timed_out;
	bool gone; /* freed while it was waiting */
	struct client_timer timer;
};

/* ---- waiting ---- */

static void wake_queue_session(struct msrp_queue_session *q)
{
	if (!q->waiting)
		return;
	q->woken = true;
	uv_stop(q->context->loop);
}

static void on_timeout(void *arg)
{
	struct msrp_queue_session *q = arg;

	q->timed_out = true;
	wake_queue_session(q);
}

static void queue_session_done(struct msrp_queue_session *q)
{
	client_queue_done(&q->queue);
	msrp_receiver_free(q->receiver);
	free(q);
}

/*
 * Runs the loop until wake_queue_session(). Returns 0; -ETIMEDOUT; -EINTR if somebody else stopped
 * the loop, or nothing is left in it; -ECANCELED if Q was freed.
 */
static int wait_once(struct msrp_queue_session *q)
{
	q->woken = false;
	uv_run(q->context->loop, UV_RUN_DEFAULT);
	if (q->gone)
		return -ECANCELED;
	if (!q->woken)
		return -EINTR;
	return q->timed_out ? -ETIMEDOUT : 0;
}

typedef bool (*is_done_fn)(const struct msrp_queue_session *q, const void *arg);

/* Waits until IS_DONE; a TIMEOUT_MS of 0 only handles what is there now. */
static int wait_loop(struct msrp_queue_session *q, is_done_fn is_done, const void *arg,
		     int timeout_ms)
{
	int err = 0;

	if (timeout_ms == 0 && !is_done(q, arg)) {
		uv_run(q->context->loop, UV_RUN_NOWAIT);
		if (q->gone)
			return -ECANCELED;
		return is_done(q, arg) ? 0 : -ETIMEDOUT;
	}
	while (!err && !is_done(q, arg))
		err = wait_once(q);
	return err;
}

static bool may_wait(const struct msrp_queue_session *q)
{
	return q->context->depth == 0 && !q->context->running;
}

/* Like wait_loop(). After -ECANCELED Q no longer exists. */
static int wait_until(struct msrp_queue_session *q, is_done_fn is_done, const void *arg,
		      int timeout_ms)
{
	struct msrp_context *context = q->context;
	int err;

	q->timed_out = false;
	q->waiting = true;
	if (timeout_ms > 0)
		client_timer_start(context, &q->timer, (uint64_t)timeout_ms, on_timeout, q);
	context->running = true;
	err = wait_loop(q, is_done, arg, timeout_ms);
	context->running = false;
	q->waiting = false;
	if (q->gone)
		queue_session_done(q);
	else
		client_timer_stop(context, &q->timer);
	return err;
}

/* ---- what comes ---- */

/* TCP slows the other side down while the user does not take messages. */
static void set_reading(struct msrp_queue_session *q)
{
	if (!q->closed)
		msrp_session_set_reading(q->session,
					 q->needs_answers || q->queue.n < q->max_messages);
}

static int on_received(void *arg, const struct msrp_received *message)
{
	struct msrp_queue_session *q = arg;

	if (message->aborted)
		return 0;
	if (message->size > q->max_memory - q->queue.size ||
	    client_queue_add(&q->queue, message) != 0)
		return MSRP_STOP_SENDING;
	set_reading(q);
	wake_queue_session(q);
	return 0;
}

static void on_queued_closed(void *arg, int err, const char *why)
{
	struct msrp_queue_session *q = arg;

	q->closed = true;
	q->closed_err = err;
	snprintf(q->why, sizeof(q->why), "%s", why);
	wake_queue_session(q);
}

/* ---- making and freeing ---- */

static struct msrp_queue_session *queue_session_new(const struct msrp_queue_options *options)
{
	struct msrp_queue_session *q = calloc(1, sizeof(*q));
	struct msrp_receiver_options receiver = {
		.max_size = options->max_size,
		.received = on_received,
		.closed = on_queued_closed,
		.arg = q,
	};

	if (!q)
		return NULL;
	client_queue_init(&q->queue);
	q->max_messages = options->max_messages ? options->max_messages : MESSAGES_MAX;
	q->max_memory = options->max_memory ? options->max_memory : MEMORY_MAX;
	receiver.max_memory = options->max_memory;
	if (msrp_receiver_new(&receiver, &q->receiver) != 0) {
		free(q);
		return NULL;
	}
	return q;
}

int msrp_queue_session_new(struct msrp_transport *transport, const char *const *accept_types,
			   const struct msrp_queue_options *options,
			   struct msrp_queue_session **ret_queue_session)
{
	static const struct msrp_queue_options defaults;
	struct msrp_queue_session *q;
	int err;

	if (!transport || !ret_queue_session || (options && IS_NEWER(options)))
		return -EINVAL;
	q = queue_session_new(options ? options : &defaults);
	if (!q) {
		if (!transport->receiver)
			msrp_transport_free(transport);
		return -ENOMEM;
	}
	err = msrp_receiver_session_new(q->receiver, transport, accept_types, &q->session);
	if (err) {
		queue_session_done(q);
		return err;
	}
	q->context = q->session->context;
	*ret_queue_session = q;
	return 0;
}

struct msrp_queue_session *msrp_queue_session_free(struct msrp_queue_session *q)
{
	if (!q || q->gone)
		return NULL;
	q->closed = true; /* a callback called from here must not get any more */
	client_timer_stop(q->context, &q->timer);
	q->session = msrp_session_free(q->session);
	if (!q->waiting) {
		queue_session_done(q);
		return NULL;
	}
	q->gone = true;
	wake_queue_session(q);
	return NULL;
}

struct msrp_session *msrp_queue_session_session(const struct msrp_queue_session *q)
{
	return q ? q->session : NULL;
}

bool msrp_queue_session_is_closed(const struct msrp_queue_session *q, int *ret_err,
				  const char **ret_why)
{
	if (!q)
		return false;
	if (q->closed && ret_err)
		*ret_err = q->closed_err;
	if (q->closed && ret_why)
		*ret_why = q->why;
	return q->closed;
}

/* ---- receiving ---- */

static bool has_message(const struct msrp_queue_session *q, const void *arg)
{
	return q->queue.n > 0 || q->closed;
}

int msrp_queue_session_receive(struct msrp_queue_session *q, int timeout_ms,
			       struct msrp_received **ret_message)
{
	int err;

	if (!q || !ret_message)
		return -EINVAL;
	if (!may_wait(q))
		return -EBUSY;
	err = wait_until(q, has_message, NULL, timeout_ms);
	if (err)
		return err;
	if (q->queue.n == 0)
		return -EPIPE;
	*ret_message = client_queue_take(&q->queue);
	set_reading(q);
	return 0;
}

/* ---- sending ---- */

/* A caller that waits for the outcome of a message. */
struct sending {
	struct client_waiter waiter;
	struct msrp_queue_session *q;
};

static void on_told(struct client_waiter *waiter)
{
	wake_queue_session(CONTAINER_OF(waiter, struct sending, waiter)->q);
}

static bool is_told(const struct msrp_queue_session *q, const void *arg)
{
	const struct sending *sending = arg;

	return sending->waiter.told;
}

/* OUT was queued; its outcome cannot come before the loop runs. */
static int wait_for_outcome(struct msrp_queue_session *q, struct client_outgoing *out,
			    int timeout_ms)
{
	struct sending sending = { .waiter.wake = on_told, .q = q };
	int err;

	out->waiter = &sending.waiter;
	q->needs_answers = true;
	set_reading(q);
	err = wait_until(q, is_told, &sending, timeout_ms);
	if (!sending.waiter.told)
		out->waiter = NULL; /* still alive: it has had no outcome */
	if (err != -ECANCELED) {
		q->needs_answers = false;
		set_reading(q);
	}
	if (!sending.waiter.told)
		return err;
	return sending.waiter.status == MSRP_OK ? 0 : sending.waiter.status;
}

int msrp_queue_session_send(struct msrp_queue_session *q, const void *bytes, size_t len,
			    const struct msrp_send_options *options, int timeout_ms)
{
	struct client_outgoing *out;
	int err;

	if (!q)
		return -EINVAL;
	if (!may_wait(q))
		return -EBUSY;
	err = client_session_send(q->session, bytes, len, options, &out);
	return err ? err : wait_for_outcome(q, out, timeout_ms);
}

int msrp_queue_session_send_chunk(struct msrp_queue_session *q, const struct msrp_chunk *chunk,
				  int timeout_ms)
{
	static const struct msrp_send_options nobody;
	struct client_outgoing *out;
	int err;

	if (!q)
		return -EINVAL;
	if (!may_wait(q))
		return -EBUSY;
	err = client_session_send_chunk(q->session, chunk, &nobody, &out);
	return err ? err : wait_for_outcome(q, out, timeout_ms);
}

int msrp_queue_session_send_file(struct msrp_queue_session *q, struct msrp_outgoing_file *file,
				 int timeout_ms)
{
	int err;

	if (!q || !file)
		return -EINVAL;
	if (!may_wait(q))
		return -EBUSY;
	err = msrp_session_send_file(q->session, file);
	return err ? err : wait_for_outcome(q, &file->out, timeout_ms);
}

/* ---- the end ---- */

static bool is_closed(const struct msrp_queue_session *q, const void *arg)
{
	return q->closed;
}

int msrp_queue_session_shutdown(struct msrp_queue_session *q, int timeout_ms)
{
	int err;

	if (!q)
		return -EINVAL;
	if (!may_wait(q))
		return -EBUSY;
	q->needs_answers = true;
	set_reading(q);
	msrp_session_shutdown(q->session);
	err = wait_until(q, is_closed, NULL, timeout_ms);
	return err ? err : q->closed_err;
}
