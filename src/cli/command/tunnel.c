/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Copies octets between a TCP connection and a stream, each way as fast as the slower side takes
 * them, and passes ends and errors of one on to the other.
 */
#include "cli/command/tunnel.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	/* Octets waiting for the connection; above this the stream is not read. */
	WAITING_MAX = 256 * 1024,
	WAITING_LOW = 64 * 1024,
};

/* Octets that the connection did not take at once. */
struct waiting {
	uv_write_t request;
	char bytes[];
};

static void finish_tunnel(struct cli_tunnel *t, int err, const char *why)
{
	if (t->over)
		return;
	t->over = true;
	t->fn(t->arg, err, why);
}

/* Call when the stream has been closed; anything it reports later is a consequence. */
void cli_tunnel_break(struct cli_tunnel *t, int err, const char *why)
{
	if (t->tcp)
		uv_read_stop((uv_stream_t *)t->tcp);
	if (!t->err) {
		t->err = err;
		snprintf(t->why, sizeof(t->why), "%s", why);
	}
	if (t->clean)
		finish_tunnel(t, err, why);
	else
		msrp_stream_abort(t->stream);
}

static void check_end(struct cli_tunnel *t)
{
	if (t->clean && t->shut)
		finish_tunnel(t, 0, "");
}

/* ---- from the connection ---- */

/* False: the stream takes no more for now. */
static bool pass_on(struct cli_tunnel *t)
{
	size_t taken = 0;
	int err = msrp_stream_write(t->stream, t->block + t->at, t->len, &taken);

	if (err) /* closed() is about to report why */
		return false;
	t->at += taken;
	t->len -= taken;
	return t->len == 0;
}

static void on_alloc(uv_handle_t *handle, size_t size, uv_buf_t *ret_buf)
{
	struct cli_tunnel *t = handle->data;

	*ret_buf = uv_buf_init((char *)t->block, sizeof(t->block));
}

static void on_tcp_read(uv_stream_t *tcp, ssize_t len, const uv_buf_t *buf)
{
	struct cli_tunnel *t = tcp->data;

	if (len == UV_EOF) {
		msrp_stream_end(t->stream);
		return;
	}
	if (len < 0) {
		cli_tunnel_break(t, (int)len, uv_strerror((int)len));
		return;
	}
	t->at = 0;
	t->len = (size_t)len;
	if (len > 0 && !pass_on(t))
		uv_read_stop(tcp);
}

static void on_writable(void *arg)
{
	struct cli_tunnel *t = arg;

	if (pass_on(t))
		uv_read_start((uv_stream_t *)t->tcp, on_alloc, on_tcp_read);
}

/* ---- from the stream ---- */

static void on_written(uv_write_t *request, int status)
{
	struct waiting *w = (struct waiting *)request; /* its first member */
	struct cli_tunnel *t = request->data;

	free(w);
	if (t->over || status == UV_ECANCELED)
		return;
	if (status < 0)
		cli_tunnel_break(t, status, uv_strerror(status));
	else if (uv_stream_get_write_queue_size((uv_stream_t *)t->tcp) <= WAITING_LOW)
		msrp_stream_set_reading(t->stream, true);
}

static int let_wait(struct cli_tunnel *t, const uint8_t *bytes, size_t len)
{
	struct waiting *w = malloc(sizeof(*w) + len);
	uv_buf_t buf;
	int err;

	if (!w)
		return UV_ENOMEM;
	memcpy(w->bytes, bytes, len);
	w->request.data = t;
	buf = uv_buf_init(w->bytes, (unsigned)len);
	err = uv_write(&w->request, (uv_stream_t *)t->tcp, &buf, 1, on_written);
	if (err)
		free(w);
	return err;
}

/* Writes at once as much as possible: everything, unless the other side is slow. */
static int write_out(struct cli_tunnel *t, const uint8_t *bytes, size_t len)
{
	uv_buf_t buf = uv_buf_init((char *)(uintptr_t)bytes, (unsigned)len);
	int done = uv_try_write((uv_stream_t *)t->tcp, &buf, 1);

	if (done == UV_EAGAIN)
		done = 0;
	if (done < 0)
		return done;
	return (size_t)done < len ? let_wait(t, bytes + done, len - (size_t)done) : 0;
}

static int keep_early(struct cli_tunnel *t, const uint8_t *bytes, size_t len)
{
	if (len > sizeof(t->early) - t->n_early)
		return UV_ENOBUFS;
	memcpy(t->early + t->n_early, bytes, len);
	t->n_early += len;
	return 0;
}

static void on_stream_data(void *arg, const uint8_t *bytes, size_t len)
{
	struct cli_tunnel *t = arg;
	int err;

	err = t->tcp ? write_out(t, bytes, len) : keep_early(t, bytes, len);
	if (err)
		cli_tunnel_break(t, err, uv_strerror(err));
	else if (t->tcp && uv_stream_get_write_queue_size((uv_stream_t *)t->tcp) > WAITING_MAX)
		msrp_stream_set_reading(t->stream, false);
}

static void on_shut(uv_shutdown_t *request, int status)
{
	struct cli_tunnel *t = request->data;

	if (status == UV_ECANCELED)
		return;
	t->shut = true;
	check_end(t);
}

static void shut_down(struct cli_tunnel *t)
{
	t->shutdown.data = t;
	if (uv_shutdown(&t->shutdown, (uv_stream_t *)t->tcp, on_shut) != 0)
		t->shut = true; /* it is no longer connected */
}

static void on_stream_ended(void *arg)
{
	struct cli_tunnel *t = arg;

	t->ended = true;
	if (t->tcp)
		shut_down(t);
}

static void on_tunnel_closed(void *arg, int err, const char *why)
{
	struct cli_tunnel *t = arg;

	if (t->err) {
		finish_tunnel(t, t->err, t->why);
	} else if (err) {
		finish_tunnel(t, err, why);
	} else {
		t->clean = true;
		check_end(t);
	}
}

static const struct msrp_stream_callbacks callbacks = {
	.data = on_stream_data,
	.ended = on_stream_ended,
	.writable = on_writable,
	.closed = on_tunnel_closed,
};

/* ---- making and ending ---- */

int cli_tunnel_open(struct cli_tunnel *t, struct msrp_transport *transport,
		    const char *content_type, cli_tunnel_fn fn, void *arg)
{
	struct msrp_stream_options options = { .content_type = content_type };
	int err;

	t->fn = fn;
	t->arg = arg;
	err = msrp_stream_new(transport, &options, &callbacks, t, &t->stream);
	if (!err)
		msrp_stream_set_reading(t->stream, false);
	return err;
}

void cli_tunnel_join(struct cli_tunnel *t, uv_tcp_t *tcp)
{
	t->tcp = tcp;
	tcp->data = t;
	uv_read_start((uv_stream_t *)tcp, on_alloc, on_tcp_read);
	msrp_stream_set_reading(t->stream, true);
	if (t->n_early > 0)
		on_stream_data(t, t->early, t->n_early);
	if (t->ended)
		shut_down(t);
}

void cli_tunnel_close(struct cli_tunnel *t)
{
	t->over = true;
	t->stream = msrp_stream_free(t->stream);
}
