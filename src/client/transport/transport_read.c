/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * msrp_transport_read_chunk(): chunks wait in a reader, and nothing is read from the connection
 * while nobody asks.
 */
#include "client/transport/transport.h"

#include <errno.h>

#include "msrp/report.h"

/* Chunks that are read one by one, by a program that answers them itself. */

/* The most of a chunk to gather before a part of it is handed out. */
static size_t part_size(const struct client_reading *r)
{
	if (r->size == MSRP_READ_WHOLE && r->chunks.n_parts == 0)
		return SIZE_MAX;
	return r->size < MSRP_READ_MAX ? r->size : MSRP_READ_MAX;
}

static void tell_reader(struct msrp_transport *t, int err, const char *why,
			struct msrp_chunk *chunk)
{
	msrp_chunk_fn read = t->reading.read;

	t->reading.read = NULL;
	read(t->reading.arg, err, why, chunk);
}

static void tell_reader_end(struct msrp_transport *t)
{
	t->reading.end_told = true;
	tell_reader(t, t->closed_err, t->closed_why, NULL);
}

/* A reader that lost a part of a chunk cannot use the others. */
static void give_up_reading(struct msrp_transport *t, int err)
{
	client_chunk_reader_clear(&t->reading.chunks);
	client_link_close(t->link);
	client_transport_fail(t, err, msrp_strerror(err));
}

/* Hands out what there is, if the program asks for it. */
static void deliver_chunk(struct msrp_transport *t)
{
	struct client_reading *r = &t->reading;
	struct msrp_chunk *chunk;
	int err;

	if (!r->read || r->later.running)
		return;
	if (client_chunk_reader_has(&r->chunks, part_size(r))) {
		err = client_chunk_reader_take(&r->chunks, &chunk);
		if (!err) {
			tell_reader(t, 0, "", chunk);
			return;
		}
		give_up_reading(t, err);
	}
	if (r->read && t->state == CLIENT_TRANSPORT_CLOSED)
		tell_reader_end(t);
}

static void deliver_later(void *arg)
{
	deliver_chunk(arg);
}

/* ---- what the transport tells ---- */

static void on_reading_head(void *arg, const struct msrp_message *m)
{
	struct msrp_transport *t = arg;
	int err = 0;

	if (t->state != CLIENT_TRANSPORT_CLOSED)
		err = client_chunk_reader_head(&t->reading.chunks, m);
	if (err)
		give_up_reading(t, err);
}

/* A reader of whole chunks needs the memory for one. */
static bool is_chunk_too_long(const struct client_reading *r)
{
	const struct msrp_chunk *chunk = r->chunks.current;

	return r->read && part_size(r) == SIZE_MAX && chunk && chunk->data.len > MSRP_READ_MAX;
}

static void refuse_long_chunk(struct msrp_transport *t)
{
	client_transport_refuse(t, t->reading.chunks.current, MSRP_STOP_SENDING);
	client_chunk_reader_drop(&t->reading.chunks);
}

static void on_reading_body(void *arg, const uint8_t *bytes, size_t len)
{
	struct msrp_transport *t = arg;
	int err = client_chunk_reader_body(&t->reading.chunks, bytes, len);

	if (err)
		give_up_reading(t, err);
	else if (is_chunk_too_long(&t->reading))
		refuse_long_chunk(t);
	else
		deliver_chunk(t);
}

static void on_reading_end(void *arg, char flag)
{
	struct msrp_transport *t = arg;
	int err = client_chunk_reader_end(&t->reading.chunks, flag);

	if (err)
		give_up_reading(t, err);
	else
		deliver_chunk(t);
}

static bool reading_wants_read(void *arg)
{
	struct msrp_transport *t = arg;

	return t->reading.read && !t->reading.later.running;
}

static void on_reading_closed(void *arg, int err, const char *why)
{
	deliver_chunk(arg);
}

static const struct client_receiver receiver = {
	.all = true,
	.head = on_reading_head,
	.body = on_reading_body,
	.end = on_reading_end,
	.want_read = reading_wants_read,
	.closed = on_reading_closed,
};

int msrp_transport_read_chunk(struct msrp_transport *t, size_t size, msrp_chunk_fn read, void *arg)
{
	struct client_reading *r;

	if (!t || t->gone || !read)
		return -EINVAL;
	r = &t->reading;
	if (r->read || (t->receiver && !t->receiver->all))
		return -EALREADY;
	if (r->end_told)
		return -EPIPE;
	t->receiver = &receiver;
	t->receiver_arg = t;
	client_link_resume(t->link);
	r->read = read;
	r->arg = arg;
	r->size = size;
	if (client_chunk_reader_has(&r->chunks, part_size(r)) ||
	    t->state == CLIENT_TRANSPORT_CLOSED)
		client_timer_start(t->context, &r->later, 0, deliver_later, t);
	else
		client_link_kick(t->link);
	return 0;
}
