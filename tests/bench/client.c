/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "msrp/digest.h"

/* bench.py configures a user with this name and password in this realm. */
static const char user[] = "bench";
static const char realm[] = "example.com";

enum {
	TEXT_SIZE = 4096, /* a request or response of AUTH with room to spare */
};

void die(const char *what)
{
	perror(what);
	ERR_print_errors_fp(stderr);
	exit(EXIT_FAILURE);
}

static SSL_CTX *context_new(const SSL_METHOD *method)
{
	SSL_CTX *context = SSL_CTX_new(method);

	if (!context || SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) != 1)
		die("SSL_CTX_new");
	SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
				      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	return context;
}

SSL_CTX *client_context_new(void)
{
	return context_new(TLS_client_method());
}

SSL_CTX *client_server_context_new(const char *certificate, const char *key)
{
	SSL_CTX *context = context_new(TLS_server_method());

	if (SSL_CTX_use_certificate_chain_file(context, certificate) != 1 ||
	    SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1)
		die(certificate);
	return context;
}

static void send_at_once(int fd)
{
	int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

static int connect_to(const char *port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)strtoul(port, NULL, 10)),
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		die("connect");
	send_at_once(fd);
	return fd;
}

void client_init(struct client *c, SSL_CTX *context, const char *port, SSL_SESSION *resumed)
{
	*c = (struct client){ .fd = connect_to(port) };
	if (!context)
		return;
	c->tls = SSL_new(context);
	if (!c->tls || SSL_set_fd(c->tls, c->fd) != 1)
		die("SSL_new");
	if (resumed)
		SSL_set_session(c->tls, resumed);
	if (SSL_connect(c->tls) != 1)
		die("SSL_connect");
	if (resumed && !SSL_session_reused(c->tls))
		die("the session was not resumed");
}

void client_accept(struct client *c, SSL_CTX *server, int listener)
{
	*c = (struct client){ .fd = accept(listener, NULL, NULL) };
	if (c->fd < 0)
		die("accept");
	send_at_once(c->fd);
	c->tls = SSL_new(server);
	if (!c->tls || SSL_set_fd(c->tls, c->fd) != 1)
		die("SSL_new");
	if (SSL_accept(c->tls) != 1)
		die("SSL_accept");
}

void client_done(struct client *c)
{
	char rest[TEXT_SIZE];

	if (c->tls)
		SSL_shutdown(c->tls);
	shutdown(c->fd, SHUT_WR);
	while (read(c->fd, rest, sizeof(rest)) > 0)
		;
	SSL_free(c->tls);
	close(c->fd);
	buf_done(&c->out);
}

/* Sends an AUTH with the Authorization line or nothing, and reads its response. */
static void ask(struct client *c, const char *authorization, char ret_text[TEXT_SIZE])
{
	char text[TEXT_SIZE];
	size_t got = 0;
	int len = snprintf(text, sizeof(text),
			   "MSRP au7h AUTH\r\nTo-Path: msrp%s://%s;tcp\r\nFrom-Path: %s\r\n"
			   "%s-------au7h$\r\n",
			   c->tls ? "s" : "", realm, c->uri, authorization);

	client_send(c, slice_make(text, (size_t)len));
	while (got < 3 || memcmp(ret_text + got - 3, "$\r\n", 3) != 0) {
		if (got == TEXT_SIZE - 1)
			die("a response that is too long");
		got += client_read(c, ret_text + got, TEXT_SIZE - 1 - got);
	}
	ret_text[got] = '\0';
}

/* The text between BEFORE and the next AFTER in TEXT. */
static void find(const char *text, const char *before, char after, char ret_value[CLIENT_URI_SIZE])
{
	const char *start = strstr(text, before);
	const char *end;

	if (!start) {
		fprintf(stderr, "no %s in: %s\n", before, text);
		exit(EXIT_FAILURE);
	}
	start += strlen(before);
	end = strchr(start, after);
	if (!end || end - start >= CLIENT_URI_SIZE)
		die(before);
	memcpy(ret_value, start, (size_t)(end - start));
	ret_value[end - start] = '\0';
}

static void respond(const struct client *c, const char *nonce, struct msrp_digest_hex *ret_response)
{
	char uri[CLIENT_URI_SIZE];
	struct msrp_digest_hex ha1;
	struct msrp_digest_input input = {
		.nonce = slice_from(nonce),
		.nc = SLICE("00000001"),
		.cnonce = SLICE("c0ffee"),
		.method = SLICE("AUTH"),
	};

	snprintf(uri, sizeof(uri), "msrp%s://%s;tcp", c->tls ? "s" : "", realm);
	input.uri = slice_from(uri);
	if (msrp_digest_ha1(MSRP_DIGEST_MD5, slice_from(user), slice_from(realm), slice_from(user),
			    &ha1) != 0)
		die("msrp_digest_ha1");
	input.ha1 = slice_make(ha1.text, ha1.len);
	if (msrp_digest_response(&input, ret_response) != 0)
		die("msrp_digest_response");
}

void client_login(struct client *c, unsigned number)
{
	char text[TEXT_SIZE], authorization[TEXT_SIZE / 2], nonce[CLIENT_URI_SIZE];
	struct msrp_digest_hex response;

	snprintf(c->uri, sizeof(c->uri), "msrp%s://127.0.0.1:9/client%u;tcp", c->tls ? "s" : "",
		 number);
	ask(c, "", text);
	find(text, "nonce=\"", '"', nonce);
	respond(c, nonce, &response);
	snprintf(authorization, sizeof(authorization),
		 "Authorization: Digest username=\"%s\", realm=\"%s\", nonce=\"%s\", "
		 "uri=\"msrp%s://%s;tcp\", response=\"%s\", cnonce=\"c0ffee\", qop=auth, "
		 "nc=00000001\r\n",
		 user, realm, nonce, c->tls ? "s" : "", realm, response.text);
	ask(c, authorization, text);
	find(text, "Use-Path: ", '\r', c->use_path);
}

void client_join(struct client *c, unsigned number)
{
	char text[TEXT_SIZE];
	int len;

	snprintf(c->uri, sizeof(c->uri), "msrps://127.0.0.1:9/client%u;tcp", number);
	len = snprintf(text, sizeof(text),
		       "MSRP j01n SEND\r\nTo-Path: %s\r\nFrom-Path: %s\r\n"
		       "Message-ID: 0000000000000000\r\nFailure-Report: no\r\n-------j01n$\r\n",
		       c->use_path, c->uri);
	client_send(c, slice_make(text, (size_t)len));
}

void client_pretend(struct client *c, unsigned number)
{
	snprintf(c->uri, sizeof(c->uri), "msrps://127.0.0.1:9/client%u;tcp", number);
	snprintf(c->use_path, sizeof(c->use_path), "msrps://localhost:40000/A%022u;tcp", number);
}

void client_stop_waiting(struct client *c)
{
	if (fcntl(c->fd, F_SETFL, O_NONBLOCK) < 0)
		die("fcntl");
}

/* N is the result of SSL_read() or SSL_write(). */
static size_t tls_count(struct client *c, int n)
{
	int error = n > 0 ? SSL_ERROR_NONE : SSL_get_error(c->tls, n);

	if (error != SSL_ERROR_NONE && error != SSL_ERROR_WANT_READ &&
	    error != SSL_ERROR_WANT_WRITE)
		die("the relay has closed");
	return n > 0 ? (size_t)n : 0;
}

static size_t tcp_count(ssize_t n)
{
	if (n == 0 || (n < 0 && errno != EAGAIN))
		die("the relay has closed");
	return n > 0 ? (size_t)n : 0;
}

static size_t read_some(struct client *c, void *buf, size_t size)
{
	if (c->tls)
		return tls_count(c, SSL_read(c->tls, buf, (int)size));
	return tcp_count(read(c->fd, buf, size));
}

size_t client_read(struct client *c, void *buf, size_t size)
{
	size_t n = read_some(c, buf, size), got = n;

	if (!c->is_web)
		return n;
	/* A header alone gives readers nothing. */
	while (n > 0 && (got = web_decode(&c->web, buf, n)) == 0)
		n = read_some(c, buf, size);
	return n > 0 ? got : 0;
}

static size_t write_some(struct client *c, struct slice bytes)
{
	if (c->tls)
		return tls_count(c, SSL_write(c->tls, bytes.p, (int)bytes.len));
	return tcp_count(write(c->fd, bytes.p, bytes.len));
}

/* Writes until the socket is full, and tells how far it got. */
static size_t write_most(struct client *c, struct slice bytes)
{
	size_t done = 0, n = 1;

	while (n > 0 && done < bytes.len) {
		n = write_some(c, slice_skip(bytes, done));
		done += n;
	}
	return done;
}

static void send_frame(struct client *c, struct slice bytes)
{
	size_t before = c->out.len;

	web_encode(bytes, &c->out);
	if (buf_failed(&c->out))
		die("no memory");
	if (before == 0)
		client_flush(c);
}

void client_open_web(struct client *c)
{
	char text[TEXT_SIZE];
	size_t got = 0;

	client_send(c, slice_from(web_request));
	while (got < 4 || memcmp(text + got - 4, "\r\n\r\n", 4) != 0) {
		if (got == TEXT_SIZE)
			die("an answer that is too long");
		got += client_read(c, text + got, TEXT_SIZE - got);
	}
	if (!slice_starts_with(slice_make(text, got), SLICE("HTTP/1.1 101 ")))
		die("no WebSocket");
	c->is_web = true;
}

void client_send(struct client *c, struct slice bytes)
{
	size_t done;

	if (c->is_web) {
		send_frame(c, bytes);
		return;
	}
	done = c->out.len == 0 ? write_most(c, bytes) : 0;
	buf_add_slice(&c->out, slice_skip(bytes, done));
	if (buf_failed(&c->out))
		die("no memory");
}

void client_flush(struct client *c)
{
	if (c->out.len > 0)
		buf_consume(&c->out, write_most(c, buf_slice(&c->out)));
}
