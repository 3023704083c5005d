/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/raw_tls.h"

#include <check.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/address/address.h"
#include "net/connection/connection.h"

static void take_socket(struct raw_tls *raw, int fd)
{
	int on = 1;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	ck_assert_int_eq(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)), 0);
	raw->fd = fd;
	raw->ssl = SSL_new(raw->ctx);
	SSL_set_fd(raw->ssl, raw->fd);
}

void raw_tls_open(struct raw_tls *raw, const struct world *w)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct net_address address;

	net_address_parse("127.0.0.1", world_port(w), &address);
	ck_assert_int_eq(connect(fd, &address.any, address.len), 0);
	take_socket(raw, fd);
	SSL_set_connect_state(raw->ssl);
}

void raw_tls_serve(struct raw_tls *raw, struct world *w)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct net_connect_options options = { .host = "127.0.0.1",
					       .tls = w->client_tls,
					       .server_name = w->server_name };
	struct net_address address;

	net_address_parse("127.0.0.1", 0, &address);
	ck_assert_int_eq(bind(fd, &address.any, address.len), 0);
	ck_assert_int_eq(listen(fd, 1), 0);
	ck_assert_int_eq(getsockname(fd, &address.any, &address.len), 0);
	options.port = net_address_port(&address);
	ck_assert_int_eq(
	    net_conn_connect(w->context, &options, &endpoint_user, &w->client, &w->client.conn), 0);
	uv_run(&w->loop, UV_RUN_NOWAIT);
	take_socket(raw, accept(fd, NULL, NULL));
	close(fd);
	ck_assert_int_eq(
	    SSL_use_certificate_file(raw->ssl, w->certificate.certificate, SSL_FILETYPE_PEM), 1);
	ck_assert_int_eq(SSL_use_PrivateKey_file(raw->ssl, w->certificate.key, SSL_FILETYPE_PEM),
			 1);
	SSL_set_accept_state(raw->ssl);
}

void raw_tls_close(struct raw_tls *raw)
{
	/* A session that ended without it would not be resumed. */
	SSL_set_shutdown(raw->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
	SSL_free(raw->ssl);
	close(raw->fd);
}

static bool is_waiting(SSL *ssl, int r)
{
	int error = SSL_get_error(ssl, r);

	return r <= 0 && (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE);
}

int raw_tls_handshake(struct raw_tls *raw, struct world *w)
{
	int r;

	do {
		uv_run(&w->loop, UV_RUN_NOWAIT);
		r = SSL_do_handshake(raw->ssl);
	} while (is_waiting(raw->ssl, r));
	return r;
}

int raw_tls_read(struct raw_tls *raw, struct world *w, void *in, int size)
{
	int r;

	do {
		uv_run(&w->loop, UV_RUN_NOWAIT);
		r = SSL_read(raw->ssl, in, size);
	} while (is_waiting(raw->ssl, r));
	return r;
}
