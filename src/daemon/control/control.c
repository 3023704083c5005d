/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opens the sockets, reads datagrams from them, and closes them again. */
#include "daemon/control/control.h"

#include <errno.h>
#include <stdlib.h>

#include "daemon/config/listen_text.h"
#include "daemon/control/control_state.h"

enum {
	/*
	 * Holds what arrives while the main thread reads a configuration or a table of users: one
	 * second of a busy proxy, which would otherwise repeat it all.
	 */
	BACKLOG_BYTES = 4 * 1024 * 1024,
};

static void on_buffer(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_buffer)
{
	struct control_socket *socket = handle->data;

	*ret_buffer = uv_buf_init(socket->control->datagram, CONTROL_DATAGRAM_MAX);
}

/* Errors concern earlier answers that could not be delivered. */
static void on_datagram(uv_udp_t *handle, ssize_t n, const uv_buf_t *buffer,
			const struct sockaddr *from, unsigned flags)
{
	if (n > 0 && from)
		control_take(handle->data, from, slice_make(buffer->base, (size_t)n));
}

/* Sent at once or not at all: the proxy repeats its request and gets the same answer. */
void control_send(struct control_socket *socket, const struct net_address *to,
		  struct slice datagram)
{
	uv_buf_t buffer = uv_buf_init((char *)datagram.p, (unsigned)datagram.len);

	if (uv_udp_try_send(&socket->handle, &buffer, 1, &to->any) < 0)
		socket->control->counters.dropped++;
}

static int bind_socket(struct control_socket *socket, const char *text)
{
	int size = BACKLOG_BYTES;
	const char *path;
	int len = (int)sizeof(socket->address);
	int err = listen_text_parse(text, &path, &socket->address);

	if (!err)
		err = uv_udp_bind(&socket->handle, &socket->address.any, 0);
	if (!err)
		err = uv_udp_getsockname(&socket->handle, &socket->address.any, &len);
	if (!err) {
		uv_recv_buffer_size((uv_handle_t *)&socket->handle, &size);
		err = uv_udp_recv_start(&socket->handle, on_buffer, on_datagram);
	}
	return err;
}

static int open_socket(struct control *control, const char *text)
{
	struct control_socket *socket = &control->socket[control->n_sockets];
	char name[NET_ADDRESS_TEXT_MAX];
	int err = uv_udp_init(control->app->loop, &socket->handle);

	if (err)
		return app_fail(control->app, err, text, NULL);
	socket->control = control;
	socket->handle.data = socket;
	control->n_sockets++;
	control->n_open++;
	err = bind_socket(socket, text);
	if (err)
		return app_fail(control->app, err, text, NULL);
	net_address_format(&socket->address, name);
	log_say(control->app->log, RECORD_LISTENING, "%s (anchor control)", name);
	return 0;
}

static void on_control_closed(uv_handle_t *handle)
{
	struct control_socket *socket = handle->data;
	struct control *control = socket->control;

	if (--control->n_open == 0)
		free(control);
}

/* All tasks have been answered by now: the workers are gone, and with them their mail. */
static void close_window(void *arg)
{
	struct control *control = arg;

	if (!control)
		return;
	control->app->control = NULL;
	ng_cookies_done(&control->cookies);
	for (size_t i = 0; i < control->n_sockets; i++)
		uv_close((uv_handle_t *)&control->socket[i].handle, on_control_closed);
	if (control->n_sockets == 0)
		free(control);
}

static int open_window(struct app *app, const struct config *config, void **ret_window)
{
	const struct config_strings *listen = &config->anchor.control.listen;
	struct control *control;
	int err = 0;

	*ret_window = NULL;
	if (listen->n == 0)
		return 0;
	control = calloc(1, sizeof(*control));
	if (!control)
		return app_fail(app, -ENOMEM, "anchor.control", NULL);
	control->app = app;
	app->control = &control->counters;
	ng_cookies_init(&control->cookies, app->seed, NG_COOKIES_BYTES_MAX);
	for (size_t i = 0; i < listen->n && !err; i++)
		err = open_socket(control, listen->item[i]);
	if (err)
		close_window(control);
	else
		*ret_window = control;
	return err;
}

const struct app_window control_window = { .open = open_window, .close = close_window };
