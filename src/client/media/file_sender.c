/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * msrp_file_sender: many files over one session. Each waits for its turn, is read for its hash,
 * offered (file_sender_offer.c), and sent as a part (file_part.c).
 */
#include "client/media/file_sender.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/reserved.h"
#include "client/media/endpoint.h"
#include "client/session/session.h"

enum { TICK_MS = 200 /* between two calls of progress() */ };

static const char cancelled[] = "it was cancelled";

static void go_on_soon(struct msrp_file_sender *s);

/* ---- a file ---- */

static void sent_file_free(struct client_sent_file *f)
{
	msrp_file_hash_free(f->hash);
	client_timer_stop(f->sender->context, &f->patience);
	free(f->name);
	free(f->type);
	free(f);
}

void client_sent_file_over(struct client_sent_file *f, int err, const char *why)
{
	struct msrp_file_sender *s = f->sender;

	TAILQ_REMOVE(&s->files, f, in_sender);
	s->n_begun -= f->shown.state != MSRP_FILE_WAITING;
	s->callbacks.over(s->arg, &f->shown, err, why);
	sent_file_free(f);
	go_on_soon(s);
}

/* Stops sending all of them; their user learns it from closed(). */
static void cancel_all(struct msrp_file_sender *s, int err, const char *why)
{
	struct client_sent_file *f;

	s->closing = true;
	if (!s->failed) {
		s->failed = err;
		snprintf(s->why, sizeof(s->why), "%s", why);
	}
	TAILQ_FOREACH (f, &s->files, in_sender) {
		f->cancelled = true;
		f->hash = msrp_file_hash_free(f->hash);
		client_timer_stop(s->context, &f->patience);
		client_file_part_cancel(&f->part);
	}
	msrp_session_shutdown(s->session);
}

void client_sent_file_fail(struct client_sent_file *f, int err, const char *why)
{
	struct msrp_file_sender *s = f->sender;
	char copy[CLIENT_WHY_MAX];

	snprintf(copy, sizeof(copy), "%s", why);
	client_sent_file_over(f, err, copy);
	if (!s->gone && !s->closed)
		cancel_all(s, err, copy);
}

/* The data sent is then not one consistent file, nor the one of the hash. */
static bool has_changed(const struct client_sent_file *f)
{
	const struct stat *before = &f->looked_at;
	struct stat st;

	return fstat(f->fd, &st) != 0 || st.st_size != before->st_size ||
	       st.st_mtim.tv_sec != before->st_mtim.tv_sec ||
	       st.st_mtim.tv_nsec != before->st_mtim.tv_nsec;
}

static void on_file_sent(void *arg, int err, const char *why)
{
	struct client_sent_file *f = arg;

	/* These cases are reported elsewhere. */
	if (f->sender->gone || f->cancelled || err == -ECANCELED)
		return;
	if (err == -ETIMEDOUT) {
		client_sent_file_fail(f, err, why);
	} else if (err) {
		client_sent_file_over(f, err, why);
	} else if (has_changed(f)) {
		client_sent_file_over(f, MSRP_ERROR_MISMATCH, "it has changed while it was sent");
	} else {
		f->shown.done = f->shown.file.size;
		client_sent_file_over(f, 0, "");
	}
}

void client_sent_file_move(struct client_sent_file *f, uint64_t start, uint64_t len)
{
	struct msrp_file_sender *s = f->sender;
	struct client_file_part_options options = {
		.fd = f->fd,
		.start = start,
		.len = len,
		.message_id = f->id,
		.name = f->name,
		.type = f->type,
		.chunk_size = f->chunk_size,
	};
	int err;

	client_timer_stop(s->context, &f->patience);
	f->shown.state = MSRP_FILE_MOVING;
	f->shown.start = start;
	f->shown.done = start;
	err = client_file_part_send(&f->part, s->session, &options, on_file_sent, f);
	if (err)
		client_sent_file_fail(f, err, msrp_strerror(err));
	else if (s->callbacks.started)
		s->callbacks.started(s->arg, &f->shown);
}

static void offer_or_move(struct client_sent_file *f)
{
	int err;

	if (f->sender->without_offers) {
		client_sent_file_move(f, 0, f->shown.file.size);
		return;
	}
	err = client_file_sender_offer(f);
	if (err)
		client_sent_file_fail(f, err, msrp_strerror(err));
}

static void on_sent_file_hashed(void *arg, int err)
{
	struct client_sent_file *f = arg;

	if (!err)
		err = msrp_file_hash_result(f->hash, &f->shown.file);
	f->hash = msrp_file_hash_free(f->hash);
	if (err)
		client_sent_file_over(f, err, msrp_strerror(err));
	else
		offer_or_move(f);
}

static void begin_file(struct client_sent_file *f)
{
	struct msrp_file_sender *s = f->sender;
	int err;

	s->n_begun++;
	f->shown.state = MSRP_FILE_READING;
	if (f->shown.file.has_sha1 || f->shown.file.has_sha256) {
		offer_or_move(f);
		return;
	}
	err = msrp_file_hash_new(s->context->loop, &f->hash);
	if (!err)
		err =
		    msrp_file_hash_read(f->hash, f->fd, f->shown.file.size, on_sent_file_hashed, f);
	if (err)
		client_sent_file_over(f, err, msrp_strerror(err));
}

/* ---- one after the other ---- */

static void on_goodbye(void *arg, const char *message_id, int status, const char *comment)
{
	struct msrp_file_sender *s = arg;

	if (!s->gone)
		msrp_session_shutdown(s->session);
}

static void say_goodbye(struct msrp_file_sender *s)
{
	s->closing = true;
	if (s->without_offers || client_description_send_end(s->session, on_goodbye, s) != 0)
		msrp_session_shutdown(s->session);
}

/* False: there is nothing to do. */
static bool step_sender(struct msrp_file_sender *s)
{
	struct client_sent_file *f;

	TAILQ_FOREACH (f, &s->files, in_sender) {
		if (f->cancelled) {
			client_sent_file_over(f, -ECANCELED, cancelled);
			return true;
		}
		if (f->shown.state == MSRP_FILE_WAITING && s->n_begun < s->at_once) {
			begin_file(f);
			return true;
		}
	}
	return false;
}

static bool is_at_work(const struct msrp_file_sender *s)
{
	return !s->gone && !s->closed && !s->closing;
}

static void continue_sending(void *arg)
{
	struct msrp_file_sender *s = arg;

	while (is_at_work(s) && step_sender(s))
		;
	if (is_at_work(s) && s->ending && TAILQ_EMPTY(&s->files))
		say_goodbye(s);
}

static void go_on_soon(struct msrp_file_sender *s)
{
	if (is_at_work(s))
		client_timer_start(s->context, &s->later, 0, continue_sending, s);
}

static void on_sender_tick(void *arg)
{
	struct msrp_file_sender *s = arg;
	struct client_sent_file *f;

	client_timer_start(s->context, &s->tick, TICK_MS, on_sender_tick, s);
	TAILQ_FOREACH (f, &s->files, in_sender) {
		if (f->shown.state == MSRP_FILE_MOVING)
			f->shown.done = f->shown.start + client_file_part_sent(&f->part);
		else if (f->shown.state != MSRP_FILE_READING)
			continue;
		if (!f->cancelled)
			s->callbacks.progress(s->arg, &f->shown);
		if (s->gone)
			return;
	}
}

/* ---- the session ---- */

static void stop_timers(struct msrp_file_sender *s)
{
	client_timer_stop(s->context, &s->later);
	client_timer_stop(s->context, &s->tick);
}

static void on_file_sender_closed(void *arg, int err, const char *why)
{
	struct msrp_file_sender *s = arg;
	struct client_sent_file *f;

	s->closed = true;
	stop_timers(s);
	while (!s->gone && (f = TAILQ_FIRST(&s->files)))
		client_sent_file_over(f, -ECANCELED, f->cancelled ? cancelled : why);
	if (s->gone)
		return;
	if (s->failed) {
		err = s->failed;
		why = s->why;
	} else if (s->closing) {
		err = 0; /* the other side may close first when there are no more files */
	} else if (!err) {
		err = MSRP_ERROR_CLOSED;
	}
	s->callbacks.closed(s->arg, err, why);
}

static const struct msrp_session_callbacks session_callbacks = {
	.begin = client_file_sender_begin,
	.data = client_file_sender_data,
	.end = client_file_sender_message_end,
	.closed = on_file_sender_closed,
};

/* ---- making and freeing ---- */

static int open_sender_session(struct msrp_file_sender *s, struct msrp_transport *transport)
{
	/* Accepts only answers from the other side. */
	static const char *const types[] = { CLIENT_DESCRIPTION_TYPE, NULL };
	int err = msrp_session_new(transport, types, &session_callbacks, s, &s->session);

	if (err)
		return err;
	s->context = s->session->context;
	if (s->callbacks.progress)
		client_timer_start(s->context, &s->tick, TICK_MS, on_sender_tick, s);
	return 0;
}

static int sender_new(struct msrp_transport *transport, const struct msrp_file_sender_options *o,
		      const struct msrp_file_sender_callbacks *callbacks, void *arg,
		      struct msrp_file_sender **ret_sender)
{
	struct msrp_file_sender *s;
	int err;

	s = calloc(1, sizeof(*s));
	if (!s) {
		msrp_transport_free(transport);
		return -ENOMEM;
	}
	TAILQ_INIT(&s->files);
	s->callbacks = *callbacks;
	s->arg = arg;
	s->at_once = o->at_once > 0 ? o->at_once : 1;
	s->without_offers = o->without_offers;
	err = open_sender_session(s, transport);
	if (err)
		free(s);
	else
		*ret_sender = s;
	return err;
}

int msrp_file_sender_new(struct msrp_transport *transport,
			 const struct msrp_file_sender_options *options,
			 const struct msrp_file_sender_callbacks *callbacks, void *arg,
			 struct msrp_file_sender **ret_sender)
{
	static const struct msrp_file_sender_options defaults;

	if (!transport || !callbacks || !ret_sender || IS_NEWER(callbacks) ||
	    (options && IS_NEWER(options)) || !callbacks->over || !callbacks->closed)
		return -EINVAL;
	return sender_new(transport, options ? options : &defaults, callbacks, arg, ret_sender);
}

static void free_discarded_sender(struct client_garbage *garbage)
{
	struct msrp_file_sender *s = CONTAINER_OF(garbage, struct msrp_file_sender, garbage);
	struct client_sent_file *f;

	while ((f = TAILQ_FIRST(&s->files))) {
		TAILQ_REMOVE(&s->files, f, in_sender);
		sent_file_free(f);
	}
	client_description_done(&s->description);
	free(s);
}

struct msrp_file_sender *msrp_file_sender_free(struct msrp_file_sender *s)
{
	struct client_sent_file *f;

	if (!s || s->gone)
		return NULL;
	s->gone = true;
	stop_timers(s);
	TAILQ_FOREACH (f, &s->files, in_sender) {
		client_timer_stop(s->context, &f->patience);
		f->hash = msrp_file_hash_free(f->hash);
	}
	s->session = msrp_session_free(s->session);
	client_discard(s->context, &s->garbage, free_discarded_sender);
	return NULL;
}

/* ---- for the user ---- */

static int fill_sent_file(struct client_sent_file *f, const struct msrp_file_offer_options *o)
{
	struct msrp_random *random = &f->sender->context->random;

	if (fstat(o->fd, &f->looked_at) != 0)
		return -errno;
	if (!client_copy_text(&f->name, o->file.name) || !client_copy_text(&f->type, o->file.type))
		return -ENOMEM;
	msrp_ident_make(random, f->id);
	msrp_ident_make(random, f->id + MSRP_IDENT_LEN);
	f->fd = o->fd;
	f->chunk_size = o->chunk_size;
	f->shown.id = f->id;
	f->shown.file = o->file;
	f->shown.file.name = f->name;
	f->shown.file.type = f->type;
	f->shown.data = o->data;
	return 0;
}

int msrp_file_sender_send(struct msrp_file_sender *s, const struct msrp_file_offer_options *options,
			  struct msrp_file_offer **ret_offer)
{
	struct client_sent_file *f;
	int err;

	if (!s || !options || IS_NEWER(options) || IS_NEWER(&options->file) ||
	    !options->file.has_size)
		return -EINVAL;
	if (!is_at_work(s) || s->ending)
		return -EPIPE;
	f = calloc(1, sizeof(*f));
	if (!f)
		return -ENOMEM;
	f->sender = s;
	err = fill_sent_file(f, options);
	if (err) {
		sent_file_free(f);
		return err;
	}
	TAILQ_INSERT_TAIL(&s->files, f, in_sender);
	go_on_soon(s);
	if (ret_offer)
		*ret_offer = &f->shown;
	return 0;
}

int msrp_file_sender_cancel(struct msrp_file_sender *s, const struct msrp_file_offer *offer)
{
	struct client_sent_file *f;

	if (!s || !offer)
		return -EINVAL;
	TAILQ_FOREACH (f, &s->files, in_sender)
		if (&f->shown == offer)
			break;
	if (!f)
		return -ENOENT;
	f->cancelled = true;
	f->hash = msrp_file_hash_free(f->hash);
	client_timer_stop(s->context, &f->patience);
	client_file_part_cancel(&f->part);
	go_on_soon(s);
	return 0;
}

void msrp_file_sender_end(struct msrp_file_sender *s)
{
	if (!s)
		return;
	s->ending = true;
	go_on_soon(s);
}

void msrp_file_sender_abort(struct msrp_file_sender *s)
{
	if (s && !s->gone && !s->closed)
		cancel_all(s, -ECANCELED, cancelled);
}
