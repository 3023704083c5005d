/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One plain TCP connection on the loop, for msrp forward: accepted at --listen, or made to
 * --connect by trying each address of the host.
 */
#include "cli/command/tcp.h"

#include <netdb.h>
#include <stdio.h>
#include <string.h>

enum {
	PORT_TEXT = 8,

	/* Notices a host that vanishes silently, even if we send nothing to it. */
	KEEP_ALIVE_S = 60,
};

static const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_protocol = IPPROTO_TCP };

static const char *port_text(const struct cli_endpoint *e, char text[PORT_TEXT])
{
	snprintf(text, PORT_TEXT, "%u", e->port);
	return text;
}

static void tell_tcp(struct cli_tcp *tcp, int err)
{
	cli_tcp_fn fn = tcp->fn;

	uv_freeaddrinfo(tcp->found);
	tcp->found = NULL;
	tcp->fn = NULL;
	if (fn)
		fn(tcp->arg, err, err ? uv_strerror(err) : "");
}

static int open_socket(struct cli_tcp *tcp, uv_loop_t *loop)
{
	int err = uv_tcp_init(loop, &tcp->socket);

	if (err)
		return err;
	tcp->is_socket = true;
	tcp->socket.data = tcp;
	return 0;
}

/* No delay for small writes: that is up to the protocol above. */
static void set_options(struct cli_tcp *tcp)
{
	uv_tcp_nodelay(&tcp->socket, 1);
	uv_tcp_keepalive(&tcp->socket, 1, KEEP_ALIVE_S);
}

/* ---- waiting ---- */

static void stop_listening(struct cli_tcp *tcp)
{
	if (tcp->is_listening)
		uv_close((uv_handle_t *)&tcp->listener, NULL);
	tcp->is_listening = false;
}

static void on_connection(uv_stream_t *listener, int status)
{
	struct cli_tcp *tcp = listener->data;
	int err = status;

	if (!err)
		err = open_socket(tcp, listener->loop);
	if (!err)
		err = uv_accept(listener, (uv_stream_t *)&tcp->socket);
	stop_listening(tcp);
	if (!err)
		set_options(tcp);
	tell_tcp(tcp, err);
}

static int listen_at(struct cli_tcp *tcp, uv_loop_t *loop, const struct sockaddr *address)
{
	int err = uv_tcp_init(loop, &tcp->listener);

	if (err)
		return err;
	tcp->is_listening = true;
	tcp->listener.data = tcp;
	err = uv_tcp_bind(&tcp->listener, address, 0);
	return err ? err : uv_listen((uv_stream_t *)&tcp->listener, 1, on_connection);
}

int cli_tcp_listen(struct cli_tcp *tcp, uv_loop_t *loop, const struct cli_endpoint *at,
		   cli_tcp_fn fn, void *arg)
{
	const char *host = at->host ? at->host : "127.0.0.1";
	char port[PORT_TEXT];
	int err;

	tcp->fn = fn;
	tcp->arg = arg;
	err = uv_getaddrinfo(loop, &tcp->lookup, NULL, host, port_text(at, port), &hints);
	if (err)
		return err;
	err = listen_at(tcp, loop, tcp->lookup.addrinfo->ai_addr);
	uv_freeaddrinfo(tcp->lookup.addrinfo);
	return err;
}

void cli_tcp_where(const struct cli_tcp *tcp, char text[CLI_TCP_TEXT])
{
	struct sockaddr_storage address = { 0 };
	int len = sizeof(address);
	char host[CLI_TCP_TEXT - PORT_TEXT - 3] = "", port[PORT_TEXT] = "";

	uv_tcp_getsockname(&tcp->listener, (struct sockaddr *)&address, &len);
	getnameinfo((struct sockaddr *)&address, (socklen_t)len, host, sizeof(host), port,
		    sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV);
	snprintf(text, CLI_TCP_TEXT, strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, port);
}

/* ---- connecting ---- */

static void try_next(struct cli_tcp *tcp);

static void on_attempt_closed(uv_handle_t *handle)
{
	try_next(handle->data);
}

static void on_tcp_connected(uv_connect_t *request, int status)
{
	struct cli_tcp *tcp = request->data;

	if (tcp->closed)
		return;
	if (!status) {
		set_options(tcp);
		tell_tcp(tcp, 0);
		return;
	}
	tcp->err = status;
	tcp->is_socket = false;
	uv_close((uv_handle_t *)&tcp->socket, on_attempt_closed);
}

static void try_next(struct cli_tcp *tcp)
{
	const struct addrinfo *address = tcp->next;
	int err;

	if (tcp->closed)
		return;
	if (!address) {
		tell_tcp(tcp, tcp->err);
		return;
	}
	tcp->next = address->ai_next;
	tcp->connect.data = tcp;
	err = open_socket(tcp, tcp->lookup.loop);
	if (!err)
		err =
		    uv_tcp_connect(&tcp->connect, &tcp->socket, address->ai_addr, on_tcp_connected);
	if (err)
		tell_tcp(tcp, err);
}

static void on_found(uv_getaddrinfo_t *lookup, int status, struct addrinfo *found)
{
	struct cli_tcp *tcp = lookup->data;

	if (tcp->closed) {
		uv_freeaddrinfo(found);
		return;
	}
	tcp->err = status;
	tcp->found = found;
	tcp->next = found;
	try_next(tcp);
}

int cli_tcp_connect(struct cli_tcp *tcp, uv_loop_t *loop, const struct cli_endpoint *to,
		    cli_tcp_fn fn, void *arg)
{
	char port[PORT_TEXT];

	tcp->fn = fn;
	tcp->arg = arg;
	tcp->lookup.data = tcp;
	return uv_getaddrinfo(loop, &tcp->lookup, on_found, to->host, port_text(to, port), &hints);
}

/* ---- closing ---- */

void cli_tcp_close(struct cli_tcp *tcp, bool reset)
{
	if (tcp->closed)
		return;
	tcp->closed = true;
	tcp->fn = NULL;
	uv_freeaddrinfo(tcp->found);
	tcp->found = NULL;
	if (tcp->lookup.data)
		uv_cancel((uv_req_t *)&tcp->lookup);
	stop_listening(tcp);
	if (!tcp->is_socket)
		return;
	/* Not possible during a shutdown; then close it. */
	if (!reset || uv_tcp_close_reset(&tcp->socket, NULL) != 0)
		uv_close((uv_handle_t *)&tcp->socket, NULL);
}
