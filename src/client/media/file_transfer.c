/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * msrp_file_transfer: one file over one session, and the steps through which its user is led.
 */
#include "client/media/file_transfer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/reserved.h"
#include "base/slice.h"
#include "client/session/session.h"
#include "msrp/report.h"

enum {
	TICK_MS = 200,	    /* between two calls of progress() */
	STOP_MS = 5 * 1000, /* for the sender to stop, once told */
	ID_SIZE = MSRP_IDENT_LEN + 1,
};

static struct msrp_file_transfer *transfer_of(struct client_endpoint *e)
{
	return CONTAINER_OF(e, struct msrp_file_transfer, endpoint);
}

/* ---- the part ---- */

int client_file_transfer_set_part(struct msrp_file_transfer *t, uint64_t from, uint64_t stop)
{
	uint64_t size = t->file.has_size ? t->file.size : MSRP_TOTAL_UNKNOWN;
	uint64_t start = from > 0 ? from - 1 : 0;
	uint64_t wanted = from > 0 ? stop : MSRP_TOTAL_UNKNOWN;
	uint64_t end = wanted < size ? wanted : size;

	if (start > end || (wanted != MSRP_TOTAL_UNKNOWN && wanted > size))
		return -ERANGE;
	t->range_start = from;
	t->range_stop = wanted;
	t->start = start;
	t->length = end == MSRP_TOTAL_UNKNOWN ? end : end - start;
	return 0;
}

/* ---- the end ---- */

/* Its descriptor is not used any more. */
static void close_file(struct msrp_file_transfer *t)
{
	t->hash = msrp_file_hash_free(t->hash);
	client_file_sink_close(&t->sink);
}

static void on_transfer_ended(struct client_endpoint *e)
{
	struct msrp_file_transfer *t = transfer_of(e);
	const struct msrp_file_transfer_callbacks *c = &t->callbacks;

	client_timer_stop(e->context, &t->tick);
	client_timer_stop(e->context, &t->patience);
	close_file(t);
	if (t->complete && c->did_complete)
		c->did_complete(t->arg, &t->file);
	else if (e->failed && !t->complete && c->did_fail)
		c->did_fail(t->arg, e->failed, e->why);
	if (!e->gone && c->did_end)
		c->did_end(t->arg);
}

void client_file_transfer_complete(struct msrp_file_transfer *t)
{
	t->complete = true;
	client_timer_stop(t->endpoint.context, &t->patience);
	client_endpoint_close(&t->endpoint, 0, "the file is complete");
}

void client_file_transfer_fail(struct msrp_file_transfer *t, int err, const char *why)
{
	if (!t->stopped)
		client_endpoint_close(&t->endpoint, err, why);
}

void client_file_transfer_closed(void *arg, int err, const char *why)
{
	struct msrp_file_transfer *t = arg;

	if (t->verifying) { /* its callback reports the outcome */
		t->endpoint.session = msrp_session_free(t->endpoint.session);
		return;
	}
	if (t->complete || t->stopped)
		err = 0;
	else if (!err)
		err = MSRP_ERROR_CLOSED;
	client_endpoint_closed(&t->endpoint, err, why);
}

static void on_not_stopped(void *arg)
{
	struct msrp_file_transfer *t = arg;

	client_endpoint_close(&t->endpoint, 0, "stopped");
}

void msrp_file_transfer_end(struct msrp_file_transfer *t)
{
	struct client_endpoint *e;

	if (!t)
		return;
	e = &t->endpoint;
	if (e->state >= CLIENT_ENDPOINT_ENDING)
		return;
	e->state = CLIENT_ENDPOINT_ENDING;
	t->stopped = true;
	t->verifying = false;
	close_file(t);
	if (t->in) {
		/* RFC 5547 8.4: then the sender ends the session. */
		client_timer_start(e->context, &t->patience, STOP_MS, on_not_stopped, t);
		client_incoming_refuse_all(e->session, MSRP_STOP_SENDING);
		return;
	}
	client_file_part_cancel(&t->part);
	client_endpoint_close(e, 0, "stopped");
}

/* ---- initialize ---- */

static void on_initialized(struct client_endpoint *e, struct msrp_sdp_media *local)
{
	struct msrp_file_transfer *t = transfer_of(e);

	local->accept_types = "*";
	local->direction = t->sends ? MSRP_SENDONLY : MSRP_RECVONLY;
	local->has_file = true;
	local->file = t->file;
	local->file_transfer_id = t->transfer_id;
	local->file_disposition = t->sends ? "attachment" : NULL;
	local->file_start = t->range_start;
	local->file_stop = t->range_stop;
	if (t->callbacks.did_initialize)
		t->callbacks.did_initialize(t->arg, local);
}

static int prepare_transfer(struct msrp_file_transfer *t)
{
	return client_endpoint_prepare(&t->endpoint, &t->local.uri);
}

/* Our file, whose hashes are known now, may not be the requested one. */
static int take_hashes(struct msrp_file_transfer *t)
{
	struct msrp_file_selector wanted = t->file;
	int err = msrp_file_hash_result(t->hash, &t->file);

	if (err)
		return err;
	return msrp_file_selector_matches(&wanted, &t->file) ? 0 : MSRP_ERROR_MISMATCH;
}

static void on_transfer_hashed(void *arg, int err)
{
	struct msrp_file_transfer *t = arg;
	const char *why = "the file is not the one that was asked for";

	if (!err && t->sends)
		err = take_hashes(t);
	if (!err)
		err = prepare_transfer(t);
	if (err < 0)
		why = msrp_strerror(err);
	if (err)
		client_endpoint_finish(&t->endpoint, err, why);
}

int msrp_file_transfer_initialize(struct msrp_file_transfer *t, const struct msrp_local_uri *local)
{
	int err;

	if (!t)
		return -EINVAL;
	if (t->endpoint.state != CLIENT_ENDPOINT_NEW)
		return -EALREADY;
	client_local_done(&t->local);
	err = client_local_copy(&t->local, local);
	if (err)
		return err;
	if (t->sends ? !t->hash : t->have == 0)
		return prepare_transfer(t);
	err = t->sends ? msrp_file_hash_read(t->hash, t->fd, t->file.size, on_transfer_hashed, t)
		       : client_file_sink_read(&t->sink, t->have, on_transfer_hashed, t);
	if (!err)
		t->endpoint.state = CLIENT_ENDPOINT_INITIALIZING;
	return err;
}

/* ---- start ---- */

static int open_transfer_session(struct client_endpoint *e, struct msrp_transport *transport)
{
	struct msrp_file_transfer *t = transfer_of(e);

	return msrp_session_new(transport, NULL,
				t->sends ? &client_file_send_callbacks
					 : &client_file_receive_callbacks,
				t, &e->session);
}

static void on_transfer_tick(void *arg)
{
	struct msrp_file_transfer *t = arg;
	uint64_t done = t->start;

	if (t->in)
		done += t->in->received;
	else
		done += client_file_part_sent(&t->part);
	client_timer_start(t->endpoint.context, &t->tick, TICK_MS, on_transfer_tick, t);
	if (done <= t->told)
		return;
	t->told = done;
	t->callbacks.progress(t->arg, done, t->file.has_size ? t->file.size : MSRP_TOTAL_UNKNOWN);
}

static void on_transfer_started(struct client_endpoint *e)
{
	struct msrp_file_transfer *t = transfer_of(e);
	int err;

	if (t->callbacks.progress)
		client_timer_start(e->context, &t->tick, TICK_MS, on_transfer_tick, t);
	if (t->callbacks.did_start)
		t->callbacks.did_start(t->arg);
	if (e->gone || !t->sends || e->state >= CLIENT_ENDPOINT_ENDING)
		return;
	err = client_file_send_start(t);
	if (err)
		client_file_transfer_fail(t, err, msrp_strerror(err));
}

/* Takes what the other side knows of the file that we want, if it is that file. */
static int take_file(struct msrp_file_transfer *t, const struct msrp_file_selector *theirs)
{
	struct msrp_file_selector *file = &t->file;

	if (!msrp_file_selector_matches(file, theirs))
		return MSRP_ERROR_MISMATCH;
	if (theirs->has_size && !file->has_size) {
		file->has_size = true;
		file->size = theirs->size;
	}
	if (theirs->has_sha1) {
		file->has_sha1 = true;
		memcpy(file->sha1, theirs->sha1, sizeof(file->sha1));
	}
	if (theirs->has_sha256) {
		file->has_sha256 = true;
		memcpy(file->sha256, theirs->sha256, sizeof(file->sha256));
	}
	return 0;
}

static int take_range(struct msrp_file_transfer *t, const struct msrp_sdp_media *answer)
{
	if (t->sends)
		return client_file_transfer_set_part(t, answer->file_start, answer->file_stop);
	/* RFC 5547 8.3.2: the same range; or everything, from a side without support for ranges. */
	if (answer->file_start == 0)
		return client_file_receive_restart(t);
	if (answer->file_start != (t->range_start > 0 ? t->range_start : 1))
		return -ERANGE;
	if (t->file.has_size && answer->file_stop < t->file.size) /* we requested the whole rest */
		return -ERANGE;
	return client_file_transfer_set_part(t, answer->file_start, answer->file_stop);
}

static int take_answer(struct msrp_file_transfer *t, const struct msrp_sdp_media *answer,
		       const char **ret_why)
{
	int err;

	*ret_why = "the other side does not want the file";
	if (answer->port == 0)
		return MSRP_ERROR_REFUSED;
	*ret_why = "the other side has another file";
	err = t->sends ? 0 : take_file(t, &answer->file);
	if (err)
		return err;
	*ret_why = "the other side answered with another part of the file";
	return take_range(t, answer);
}

int msrp_file_transfer_start(struct msrp_file_transfer *t, const struct msrp_sdp_media *remote)
{
	const char *why;
	int err;

	if (!t || !remote || IS_NEWER(remote))
		return -EINVAL;
	err = client_endpoint_check_start(&t->endpoint);
	if (err)
		return err;
	if (!t->answers) {
		err = take_answer(t, remote, &why);
		if (err) {
			client_endpoint_close(&t->endpoint, err, why);
			return 0;
		}
	}
	return client_endpoint_start(&t->endpoint, remote->path);
}

/* ---- making and freeing ---- */

static void free_transfer(struct client_endpoint *e)
{
	struct msrp_file_transfer *t = transfer_of(e);

	free(t->name);
	free(t->type);
	free(t->transfer_id);
	client_local_done(&t->local);
	free(t);
}

static const struct client_endpoint_kind kind = {
	.initialized = on_initialized,
	.open = open_transfer_session,
	.started = on_transfer_started,
	.ended = on_transfer_ended,
	.free = free_transfer,
};

/* Takes the part that the offer requests, or the one that we request. */
static int choose_part(struct msrp_file_transfer *t, const struct msrp_sdp_media *offer)
{
	struct msrp_sdp_media answer = { 0 };
	int err;

	if (!offer)
		return client_file_transfer_set_part(t, t->have > 0 ? t->have + 1 : 0,
						     MSRP_TOTAL_UNKNOWN);
	if (t->sends)
		return client_file_transfer_set_part(t, offer->file_start, offer->file_stop);
	err = msrp_file_accept(offer, t->have, &answer);
	return err ? err : client_file_transfer_set_part(t, answer.file_start, answer.file_stop);
}

static int take_offer(struct msrp_file_transfer *t, const struct msrp_sdp_media *offer)
{
	if (!offer->has_file || offer->direction == (t->sends ? MSRP_SENDONLY : MSRP_RECVONLY))
		return -EINVAL;
	if (t->sends && !msrp_file_selector_matches(&offer->file, &t->file))
		return -ENOENT;
	/* Hashes that we do not know yet are compared later. */
	if (t->hash || !t->sends)
		return take_file(t, &offer->file) ? -ENOENT : 0;
	return 0;
}

static int copy_file(struct msrp_file_transfer *t, const struct msrp_file_transfer_options *o)
{
	const struct msrp_file_selector *theirs = o->offer && !o->sends ? &o->offer->file : NULL;
	const char *name = o->file.name || !theirs ? o->file.name : theirs->name;
	const char *type = o->file.type || !theirs ? o->file.type : theirs->type;
	char id[ID_SIZE];

	msrp_ident_make(&t->endpoint.context->random, id);
	if (!client_copy_text(&t->name, name) || !client_copy_text(&t->type, type) ||
	    !client_copy_text(&t->transfer_id, o->offer ? o->offer->file_transfer_id : id))
		return -ENOMEM;
	t->file = o->file;
	t->file.name = t->name;
	t->file.type = t->type;
	return 0;
}

static bool wants_hash(const struct msrp_file_transfer_options *o)
{
	return !o->without_hash && !o->file.has_sha1 && !o->file.has_sha256;
}

static int fill_transfer(struct msrp_file_transfer *t, const struct msrp_file_transfer_options *o)
{
	int err = copy_file(t, o);

	if (err)
		return err;
	t->sends = o->sends;
	t->answers = o->offer != NULL;
	t->fd = o->fd;
	t->have = o->have;
	t->max_size = o->max_size > 0 ? o->max_size : UINT64_MAX;
	t->chunk_size = o->chunk_size;
	t->endpoint.setup = o->setup;
	if (t->sends ? !t->file.has_size || t->have > 0 : t->have > t->max_size)
		return -EINVAL;
	if (!t->sends)
		err = client_file_sink_open(&t->sink, t->endpoint.context->loop, t->fd);
	else if (wants_hash(o))
		err = msrp_file_hash_new(t->endpoint.context->loop, &t->hash);
	if (!err && o->offer)
		err = take_offer(t, o->offer);
	return err ? err : choose_part(t, o->offer);
}

int msrp_file_transfer_new(struct msrp_connector *connector,
			   const struct msrp_file_transfer_options *options,
			   const struct msrp_file_transfer_callbacks *callbacks, void *arg,
			   struct msrp_file_transfer **ret_transfer)
{
	struct msrp_file_transfer *t;
	int err;

	if (!connector || !options || !callbacks || !ret_transfer || IS_NEWER(options) ||
	    IS_NEWER(callbacks)) {
		msrp_connector_cleanup(connector);
		return -EINVAL;
	}
	t = calloc(1, sizeof(*t));
	if (!t) {
		msrp_connector_cleanup(connector);
		return -ENOMEM;
	}
	client_endpoint_init(&t->endpoint, &kind, connector);
	t->callbacks = *callbacks;
	t->arg = arg;
	err = fill_transfer(t, options);
	if (err)
		msrp_file_transfer_free(t);
	else
		*ret_transfer = t;
	return err;
}

struct msrp_file_transfer *msrp_file_transfer_free(struct msrp_file_transfer *t)
{
	if (!t)
		return NULL;
	t->stopped = true;
	client_timer_stop(t->endpoint.context, &t->tick);
	client_timer_stop(t->endpoint.context, &t->patience);
	close_file(t);
	client_endpoint_free(&t->endpoint);
	return NULL;
}
