/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * msrp_file_receiver: many files over one session. The user decides about each, and where it goes;
 * this file writes it there and compares it with its announcement.
 */
#include "client/media/file_receiver.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/reserved.h"
#include "client/session/session.h"
#include "msrp/report.h"

enum { TICK_MS = 200 /* between two calls of progress() */ };

/* ---- a file ---- */

struct client_received_file *client_received_file_new(struct msrp_file_receiver *r,
						      struct msrp_sdp_media *offer)
{
	struct client_received_file *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->receiver = r;
	f->offer = offer;
	f->shown.id = offer ? offer->file_transfer_id : "";
	if (offer)
		f->shown.file = offer->file;
	TAILQ_INSERT_TAIL(&r->files, f, in_receiver);
	r->n_files++;
	return f;
}

static void received_file_free(struct client_received_file *f)
{
	msrp_file_hash_free(f->check);
	client_file_sink_close(&f->sink);
	msrp_sdp_media_free(f->offer);
	free(f->name);
	free(f->type);
	free(f);
}

static void take_out(struct client_received_file *f)
{
	TAILQ_REMOVE(&f->receiver->files, f, in_receiver);
	f->receiver->n_files--;
}

void client_received_file_drop(struct client_received_file *f)
{
	take_out(f);
	received_file_free(f);
}

void client_received_file_over(struct client_received_file *f, int err, const char *why)
{
	struct msrp_file_receiver *r = f->receiver;

	take_out(f);
	if (f->accepted && !f->shown.present)
		f->shown.done = f->sink.hashed;
	client_file_sink_close(&f->sink);
	r->n_complete += err == 0;
	if (f->accepted || f->shown.present)
		r->callbacks.over(r->arg, &f->shown, err, why);
	received_file_free(f);
}

bool client_received_file_ask(struct client_received_file *f)
{
	struct msrp_file_receiver *r = f->receiver;

	f->shown.state = MSRP_FILE_WAITING;
	f->asking = true;
	r->callbacks.offered(r->arg, &f->shown);
	f->asking = false;
	if (r->gone)
		return false;
	if (!f->refused)
		return true;
	client_received_file_drop(f);
	return false;
}

void client_received_file_started(struct client_received_file *f)
{
	struct msrp_file_receiver *r = f->receiver;

	f->shown.state = MSRP_FILE_MOVING;
	f->shown.done = f->shown.start;
	if (r->callbacks.started)
		r->callbacks.started(r->arg, &f->shown);
}

static struct client_received_file *find_received_file(const struct msrp_file_receiver *r,
						       const struct msrp_file_offer *offer)
{
	struct client_received_file *f;

	TAILQ_FOREACH (f, &r->files, in_receiver)
		if (&f->shown == offer)
			return f;
	return NULL;
}

/* ---- the end ---- */

void client_file_receiver_fail(struct msrp_file_receiver *r, int err, const char *why)
{
	if (r->closed || r->closing)
		return;
	r->closing = true;
	r->err = err;
	snprintf(r->why, sizeof(r->why), "%s", why);
	msrp_session_shutdown(r->session);
}

static bool is_verifying(const struct msrp_file_receiver *r)
{
	const struct client_received_file *f;

	TAILQ_FOREACH (f, &r->files, in_receiver)
		if (f->verifying)
			return true;
	return false;
}

/* A sender without offers has no way to say that there is no more, except to close. */
static int end_result(const struct msrp_file_receiver *r)
{
	bool is_good = r->ended || (!r->offered && r->n_complete > 0);

	return is_good || (r->closing && !r->err) ? 0 : r->err ? r->err : MSRP_ERROR_CLOSED;
}

void client_file_receiver_check_end(struct msrp_file_receiver *r)
{
	struct client_received_file *f;

	if (!r->closed || is_verifying(r))
		return;
	while (!r->gone && (f = TAILQ_FIRST(&r->files)))
		client_received_file_over(f, -ECANCELED, r->why);
	if (!r->gone)
		r->callbacks.closed(r->arg, end_result(r), r->why);
}

static struct client_received_file *find_cancelled(const struct msrp_file_receiver *r)
{
	struct client_received_file *f;

	TAILQ_FOREACH (f, &r->files, in_receiver)
		if (f->cancelled)
			return f;
	return NULL;
}

static void on_later(void *arg)
{
	struct msrp_file_receiver *r = arg;
	struct client_received_file *f;

	while (!r->gone && (f = find_cancelled(r)))
		client_received_file_over(f, -ECANCELED, "it was cancelled");
}

/* ---- progress ---- */

static void on_receiver_tick(void *arg)
{
	struct msrp_file_receiver *r = arg;
	struct client_received_file *f;

	client_timer_start(r->context, &r->tick, TICK_MS, on_receiver_tick, r);
	TAILQ_FOREACH (f, &r->files, in_receiver) {
		if (f->cancelled || (!f->message && f->shown.state != MSRP_FILE_READING))
			continue;
		if (f->message)
			f->shown.done = f->shown.start + f->message->received;
		r->callbacks.progress(r->arg, &f->shown);
		if (r->gone)
			return;
	}
}

/* ---- making and freeing ---- */

static int receiver_new(struct msrp_transport *transport,
			const struct msrp_file_receiver_options *o,
			const struct msrp_file_receiver_callbacks *callbacks, void *arg,
			struct msrp_file_receiver **ret_receiver)
{
	struct msrp_file_receiver *r = calloc(1, sizeof(*r));
	int err;

	if (!r) {
		msrp_transport_free(transport);
		return -ENOMEM;
	}
	TAILQ_INIT(&r->files);
	r->callbacks = *callbacks;
	r->arg = arg;
	r->options = *o;
	r->options.max_size = o->max_size > 0 ? o->max_size : UINT64_MAX;
	r->options.at_once = o->at_once > 0 ? o->at_once : 1;
	err = msrp_session_new(transport, NULL, &client_file_receiver_session, r, &r->session);
	if (err) {
		free(r);
		return err;
	}
	r->context = r->session->context;
	if (r->callbacks.progress)
		client_timer_start(r->context, &r->tick, TICK_MS, on_receiver_tick, r);
	*ret_receiver = r;
	return 0;
}

int msrp_file_receiver_new(struct msrp_transport *transport,
			   const struct msrp_file_receiver_options *options,
			   const struct msrp_file_receiver_callbacks *callbacks, void *arg,
			   struct msrp_file_receiver **ret_receiver)
{
	static const struct msrp_file_receiver_options defaults;

	if (!transport || !callbacks || !ret_receiver || IS_NEWER(callbacks) ||
	    (options && IS_NEWER(options)) || !callbacks->offered || !callbacks->over ||
	    !callbacks->closed)
		return -EINVAL;
	return receiver_new(transport, options ? options : &defaults, callbacks, arg, ret_receiver);
}

static void free_discarded_receiver(struct client_garbage *garbage)
{
	struct msrp_file_receiver *r = CONTAINER_OF(garbage, struct msrp_file_receiver, garbage);

	while (!TAILQ_EMPTY(&r->files))
		client_received_file_drop(TAILQ_FIRST(&r->files));
	client_description_done(&r->description);
	free(r);
}

struct msrp_file_receiver *msrp_file_receiver_free(struct msrp_file_receiver *r)
{
	struct client_received_file *f;

	if (!r || r->gone)
		return NULL;
	r->gone = true;
	client_timer_stop(r->context, &r->later);
	client_timer_stop(r->context, &r->tick);
	TAILQ_FOREACH (f, &r->files, in_receiver) {
		f->check = msrp_file_hash_free(f->check);
		client_file_sink_close(&f->sink);
	}
	r->session = msrp_session_free(r->session);
	client_discard(r->context, &r->garbage, free_discarded_receiver);
	return NULL;
}

/* ---- for the user ---- */

/* A file that could not be read shows when the whole is compared. */
static void on_received_hashed(void *arg, int err)
{
	client_received_file_agree(arg);
}

static int check_accept(const struct client_received_file *f, uint64_t have)
{
	const struct msrp_file_selector *file = &f->shown.file;
	struct msrp_sdp_media answer = { 0 };

	if (f->accepted)
		return -EALREADY;
	if (f->shown.state != MSRP_FILE_WAITING || f->refused)
		return -ENOENT;
	if (have > 0 && (!f->offer || !file->has_size || (!file->has_sha1 && !file->has_sha256)))
		return -EINVAL;
	if (file->has_size && file->size > f->receiver->options.max_size)
		return -EFBIG;
	return f->offer ? msrp_file_accept(f->offer, have, &answer) : 0;
}

int msrp_file_receiver_accept(struct msrp_file_receiver *r, struct msrp_file_offer *offer, int fd,
			      uint64_t have)
{
	struct client_received_file *f;
	int err;

	if (!r || !offer)
		return -EINVAL;
	f = find_received_file(r, offer);
	err = f ? check_accept(f, have) : -ENOENT;
	if (!err)
		err = client_file_sink_open(&f->sink, r->context->loop, fd);
	if (err)
		return err;
	f->accepted = true;
	f->shown.start = have;
	if (!f->offer)
		return 0;
	if (have > 0 && client_file_sink_read(&f->sink, have, on_received_hashed, f) == 0)
		f->shown.state = MSRP_FILE_READING;
	else
		client_received_file_agree(f);
	return 0;
}

int msrp_file_receiver_refuse(struct msrp_file_receiver *r, struct msrp_file_offer *offer,
			      const char *why)
{
	struct client_received_file *f;

	if (!r || !offer)
		return -EINVAL;
	f = find_received_file(r, offer);
	if (!f || f->refused || (!f->accepted && f->shown.state != MSRP_FILE_WAITING))
		return -ENOENT;
	if (f->accepted)
		return -EALREADY;
	if (why && msrp_has_control(slice_from(why)))
		return -EINVAL;
	client_received_file_refuse(f, why);
	f->refused = true;
	if (!f->asking)
		client_received_file_drop(f);
	return 0;
}

int msrp_file_receiver_cancel(struct msrp_file_receiver *r, const struct msrp_file_offer *offer)
{
	struct client_received_file *f;

	if (!r || !offer)
		return -EINVAL;
	f = find_received_file(r, offer);
	if (!f || !f->accepted)
		return -ENOENT;
	f->cancelled = true;
	f->verifying = false;
	if (f->message)
		client_incoming_refuse(r->session, f->message, MSRP_STOP_SENDING);
	else if (f->offer && !f->agreed)
		client_received_file_refuse(f, NULL);
	f->message = NULL;
	client_timer_start(r->context, &r->later, 0, on_later, r);
	return 0;
}

void msrp_file_receiver_end(struct msrp_file_receiver *r)
{
	if (!r || r->closed || r->closing)
		return;
	r->closing = true;
	msrp_session_shutdown(r->session);
}
