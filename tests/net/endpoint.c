/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/endpoint.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	WATCHDOG_MS = 30000,
	QUIET_TURNS = 500, /* loopback needs none, but a busy machine may put a softirq off */
};

static void call(struct endpoint *e, char c, endpoint_hook_fn hook)
{
	size_t len = strlen(e->calls);

	if (len == 0 || e->calls[len - 1] != c) {
		ck_assert_uint_lt(len, sizeof(e->calls) - 1);
		e->calls[len] = c;
	}
	if (hook)
		hook(e);
}

static void on_opened(void *arg)
{
	struct endpoint *e = arg;

	call(e, 'o', e->on_opened);
}

static int on_recv(void *arg, const uint8_t *in, size_t len)
{
	struct endpoint *e = arg;

	ck_assert_uint_gt(len, 0);
	if (!e->discard)
		buf_add(&e->in, in, len);
	e->n_in += len;
	call(e, 'r', e->on_recv);
	return e->recv_result;
}

static void on_eof(void *arg)
{
	struct endpoint *e = arg;

	call(e, 'e', e->on_eof);
}

static size_t on_pull(void *arg, const uint8_t **ret_out)
{
	struct endpoint *e = arg;
	size_t len = e->out_len - e->n_sent;

	e->n_pulls++;
	if (len > 0)
		*ret_out = e->out + e->n_sent;
	if (len > 0 && e->on_pull)
		e->on_pull(e);
	return e->pull_max > 0 && len > e->pull_max ? e->pull_max : len;
}

static void on_sent(void *arg, size_t len)
{
	struct endpoint *e = arg;

	ck_assert_uint_gt(len, 0);
	ck_assert_uint_le(len, e->out_len - e->n_sent);
	e->n_sent += len;
	if (e->on_sent)
		e->on_sent(e);
}

static bool want_read(void *arg)
{
	struct endpoint *e = arg;

	return e->reading;
}

static void on_closed(void *arg, int err, const char *why)
{
	struct endpoint *e = arg;

	e->err = err;
	snprintf(e->why, sizeof(e->why), "%s", why);
	call(e, 'c', e->on_closed);
	e->conn = NULL;
}

const struct net_conn_user endpoint_user = {
	.opened = on_opened,
	.recv = on_recv,
	.eof = on_eof,
	.pull = on_pull,
	.sent = on_sent,
	.want_read = want_read,
	.closed = on_closed,
};

bool endpoint_is_open(const struct endpoint *e)
{
	return strchr(e->calls, 'o') && !endpoint_is_closed(e);
}

bool endpoint_is_closed(const struct endpoint *e)
{
	return strchr(e->calls, 'c') != NULL;
}

void endpoint_send(struct endpoint *e, const void *p, size_t len)
{
	e->out = p;
	e->out_len = len;
	e->n_sent = 0;
	net_conn_kick(e->conn);
}

uint8_t *endpoint_noise(size_t len)
{
	uint8_t *noise = malloc(len);
	uint32_t state = 1;

	ck_assert_ptr_nonnull(noise);
	for (size_t i = 0; i < len; i++) {
		state = state * 1103515245 + 12345;
		noise[i] = (uint8_t)(state >> 16);
	}
	return noise;
}

static void on_watchdog(uv_timer_t *timer)
{
	ck_abort_msg("what the test waits for does not happen");
}

static void make_tls(struct world *w)
{
	struct net_tls_domain domain = { .certificate = w->certificate.certificate,
					 .key = w->certificate.key };
	struct net_tls_server_options server = { .domain = &domain,
						 .n_domains = 1,
						 .ca = support_ca_file(w->ca) };
	struct net_tls_client_options client = { .ca = support_ca_file(w->ca), .verify = true };
	char error[200];

	ck_assert_int_eq(net_tls_server_new(&server, error, sizeof(error), &w->server_tls), 0);
	ck_assert_int_eq(net_tls_client_new(&client, error, sizeof(error), &w->client_tls), 0);
}

void world_init(struct world *w, int transport)
{
	*w = (struct world){ .server = { .world = w, .reading = true },
			     .client = { .world = w, .reading = true },
			     .server_name = "relay.test" };
	ck_assert_int_eq(uv_loop_init(&w->loop), 0);
	uv_timer_init(&w->loop, &w->watchdog);
	uv_timer_start(&w->watchdog, on_watchdog, WATCHDOG_MS, 0);
	ck_assert_int_eq(net_context_new(&w->loop, &w->context), 0);
	if (transport == WITH_TLS) {
		w->ca = support_ca_new();
		support_ca_issue(w->ca, "DNS:relay.test,IP:127.0.0.1", 0, &w->certificate);
		make_tls(w);
	}
}

void world_done(struct world *w)
{
	w->listener = net_listener_free(w->listener);
	w->context = net_context_free(w->context);
	w->server_tls = net_tls_unref(w->server_tls);
	w->client_tls = net_tls_unref(w->client_tls);
	uv_close((uv_handle_t *)&w->watchdog, NULL);
	uv_run(&w->loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&w->loop), 0);
	w->ca = support_ca_free(w->ca);
	buf_done(&w->server.in);
	buf_done(&w->client.in);
}

static void on_accept(void *arg, struct net_conn *conn, const struct net_address *peer)
{
	struct world *w = arg;

	w->n_accepted++;
	if (w->server.conn) {
		net_conn_abandon(conn);
		return;
	}
	w->server.conn = conn;
	net_conn_set_user(conn, &endpoint_user, &w->server);
}

void world_listen(struct world *w)
{
	struct net_listener_options options = { .protocol = { .tls = w->server_tls },
						.accept = on_accept,
						.arg = w };

	ck_assert_int_eq(net_address_parse("127.0.0.1", 0, &options.address), 0);
	ck_assert_int_eq(net_listener_new(w->context, &options, &w->listener), 0);
}

uint16_t world_port(const struct world *w)
{
	return net_address_port(net_listener_address(w->listener));
}

void world_connect(struct world *w)
{
	struct net_connect_options options = { .host = "127.0.0.1",
					       .port = world_port(w),
					       .tls = w->client_tls,
					       .server_name = w->server_name };

	ck_assert_int_eq(
	    net_conn_connect(w->context, &options, &endpoint_user, &w->client, &w->client.conn), 0);
}

void world_open(struct world *w, int transport)
{
	world_init(w, transport);
	world_listen(w);
	world_connect(w);
	WORLD_RUN_UNTIL(w, endpoint_is_open(&w->client) && endpoint_is_open(&w->server));
}

static size_t movement(const struct world *w)
{
	return w->client.n_in + w->client.n_sent + w->server.n_in + w->server.n_sent +
	       strlen(w->client.calls) + strlen(w->server.calls);
}

void world_settle(struct world *w)
{
	size_t last = movement(w);

	for (int quiet = 0; quiet < QUIET_TURNS; quiet++) {
		uv_run(&w->loop, UV_RUN_NOWAIT);
		if (movement(w) != last)
			quiet = 0;
		last = movement(w);
	}
}

struct net_tls *world_client_tls(const char *ca, bool verify, const struct support_certificate *own)
{
	struct net_tls_client_options options = { .ca = ca,
						  .verify = verify,
						  .certificate = own ? own->certificate : NULL,
						  .key = own ? own->key : NULL };
	struct net_tls *tls;
	char error[200];

	ck_assert_msg(net_tls_client_new(&options, error, sizeof(error), &tls) == 0, "%s", error);
	return tls;
}

struct net_tls *world_server_tls(const struct net_tls_domain *domain, size_t n, const char *ca)
{
	struct net_tls_server_options options = { .domain = domain, .n_domains = n, .ca = ca };
	struct net_tls *tls;
	char error[200];

	ck_assert_msg(net_tls_server_new(&options, error, sizeof(error), &tls) == 0, "%s", error);
	return tls;
}

void world_use_tls(struct world *w, struct net_tls *server, struct net_tls *client)
{
	if (server) {
		net_tls_unref(w->server_tls);
		w->server_tls = server;
	}
	if (client) {
		net_tls_unref(w->client_tls);
		w->client_tls = client;
	}
}
