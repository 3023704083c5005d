/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Connections that fail to open, or whose other side falls silent, half-closes, or resets.
 */
#include "net/connection/connection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/connection/connection_state.h"
#include "net/endpoint.h"
#include "support/run.h"

static void assert_received(const struct endpoint *e, const void *want, size_t len)
{
	ck_assert(!buf_failed(&e->in));
	ck_assert_uint_eq(e->in.len, len);
	ck_assert(memcmp(buf_data(&e->in), want, len) == 0);
}

static void echo(struct endpoint *e)
{
	endpoint_send(e, buf_data(&e->in), e->in.len);
}

static void close_self(struct endpoint *e)
{
	net_conn_close(e->conn);
}

static void abandon_self(struct endpoint *e)
{
	net_conn_abandon(e->conn);
	e->conn = NULL;
}

static int raw_socket(uint16_t port, bool listening)
{
	struct net_address address;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_int_eq(net_address_parse("127.0.0.1", port, &address), 0);
	if (port == 0) {
		ck_assert_int_eq(bind(fd, &address.any, address.len), 0);
		if (listening)
			ck_assert_int_eq(listen(fd, 1), 0);
	} else {
		ck_assert_int_eq(connect(fd, &address.any, address.len), 0);
	}
	return fd;
}

static uint16_t raw_port(int fd)
{
	struct net_address address = { .len = sizeof(address.v6) };

	ck_assert_int_eq(getsockname(fd, &address.any, &address.len), 0);
	return net_address_port(&address);
}

static void connect_to(struct world *w, uint16_t port, unsigned timeout_ms)
{
	struct net_connect_options options = {
		.host = "127.0.0.1", .port = port, .tls = w->client_tls, .timeout_ms = timeout_ms
	};

	ck_assert_int_eq(
	    net_conn_connect(w->context, &options, &endpoint_user, &w->client, &w->client.conn), 0);
}

START_TEST(nobody_listening_is_a_refused_connection)
{
	int fd = raw_socket(0, false);
	struct world w;

	world_init(&w, _i);
	connect_to(&w, raw_port(fd), 0);
	WORLD_RUN_UNTIL(&w, endpoint_is_closed(&w.client));
	ck_assert_int_eq(w.client.err, -ECONNREFUSED);
	ck_assert_ptr_nonnull(strstr(w.client.why, "connection refused"));
	ck_assert_str_eq(w.client.calls, "c");
	world_done(&w);
	close(fd);
}
END_TEST

START_TEST(a_reset_comes_after_the_bytes_before_it)
{
	struct linger none = { .l_onoff = 1 };
	struct world w;
	int fd;

	world_init(&w, WITH_TCP);
	world_listen(&w);
	fd = raw_socket(world_port(&w), false);
	ck_assert_int_eq(send(fd, "hello", 5, 0), 5);
	WORLD_RUN_UNTIL(&w, endpoint_is_open(&w.server));
	WORLD_RUN_UNTIL(&w, w.server.n_in == 5);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
	close(fd);
	WORLD_RUN_UNTIL(&w, endpoint_is_closed(&w.server));
	ck_assert_int_eq(w.server.err, -ECONNRESET);
	ck_assert_str_eq(w.server.calls, "orc");
	ck_assert_str_eq(w.server.why, "connection reset by peer");
	world_done(&w);
}
END_TEST

/* The peer says its last word, leaves, and our writing then runs into a reset. */
START_TEST(a_failed_write_does_not_keep_the_last_word_from_the_reader)
{
	struct linger none = { .l_onoff = 1 };
	struct world w;
	int fd;

	world_init(&w, WITH_TCP);
	world_listen(&w);
	fd = raw_socket(world_port(&w), false);
	WORLD_RUN_UNTIL(&w, endpoint_is_open(&w.server));
	world_settle(&w);
	ck_assert_int_eq(send(fd, "goodbye", 7, 0), 7);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
	close(fd);
	/* Output is sent before the loop looks for input. */
	endpoint_send(&w.server, "too late", 8);
	WORLD_RUN_UNTIL(&w, endpoint_is_closed(&w.server));
	ck_assert_int_lt(w.server.err, 0);
	assert_received(&w.server, "goodbye", 7);
	world_done(&w);
}
END_TEST

START_TEST(a_half_closed_peer_gets_its_answer)
{
	struct world w;
	char in[16];
	int fd;

	world_init(&w, WITH_TCP);
	world_listen(&w);
	w.server.on_recv = echo;
	w.server.on_eof = close_self;
	fd = raw_socket(world_port(&w), false);
	ck_assert_int_eq(send(fd, "hello", 5, 0), 5);
	ck_assert_int_eq(shutdown(fd, SHUT_WR), 0);
	WORLD_RUN_UNTIL(&w, endpoint_is_closed(&w.server));
	ck_assert_int_eq(recv(fd, in, sizeof(in), 0), 5);
	ck_assert_int_eq(recv(fd, in, sizeof(in), 0), 0);
	ck_assert_str_eq(w.server.calls, "orec");
	close(fd);
	world_done(&w);
}
END_TEST

static void hurry(struct endpoint *e)
{
	net_conn_set_handshake_timeout(e->conn, 20);
}

START_TEST(a_silent_client_does_not_get_past_the_handshake)
{
	struct world w;
	int fd;

	world_init(&w, WITH_TLS);
	world_listen(&w);
	fd = raw_socket(world_port(&w), false);
	WORLD_RUN_UNTIL(&w, w.server.conn);
	hurry(&w.server);
	WORLD_RUN_UNTIL(&w, endpoint_is_closed(&w.server));
	ck_assert_int_eq(w.server.err, UV_ETIMEDOUT);
	ck_assert_str_eq(w.server.why, "time-out in the TLS handshake");
	ck_assert_str_eq(w.server.calls, "c");
	close(fd);
	world_done(&w);
}
END_TEST

START_TEST(a_silent_server_is_given_up)
{
	int fd = raw_socket(0, true);
	struct world w;

	world_init(&w, WITH_TLS);
	connect_to(&w, raw_port(fd), 100);
	WORLD_RUN_UNTIL(&w, endpoint_is_closed(&w.client));
	ck_assert_int_eq(w.client.err, UV_ETIMEDOUT);
	ck_assert_str_eq(w.client.why, "time-out in the TLS handshake");
	close(fd);
	world_done(&w);
}
END_TEST

/* A listener whose queue is full answers no SYN. */
START_TEST(a_host_that_does_not_answer_is_given_up)
{
	int full = raw_socket(0, true), waiting[8];
	struct world w;

	for (size_t i = 0; i < 8; i++) {
		struct net_address address;

		waiting[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		net_address_parse("127.0.0.1", raw_port(full), &address);
		connect(waiting[i], &address.any, address.len);
	}
	world_init(&w, WITH_TCP);
	connect_to(&w, raw_port(full), 50);
	WORLD_RUN_UNTIL(&w, endpoint_is_closed(&w.client));
	ck_assert_int_eq(w.client.err, UV_ETIMEDOUT);
	ck_assert_str_eq(w.client.why, "time-out while connecting");
	for (size_t i = 0; i < 8; i++)
		close(waiting[i]);
	close(full);
	world_done(&w);
}
END_TEST

START_TEST(abandoning_while_connecting_calls_nobody)
{
	struct world w;

	world_init(&w, _i);
	world_listen(&w);
	world_connect(&w);
	abandon_self(&w.client);
	world_settle(&w);
	ck_assert_str_eq(w.client.calls, "");
	world_done(&w);
}
END_TEST

static bool allow_nothing(void *arg, const struct net_address *address)
{
	uint8_t bytes[16];

	net_address_bytes(address, bytes);
	ck_assert_int_eq(bytes[12], 127);
	return false;
}

START_TEST(an_address_that_is_not_allowed_is_not_connected_to)
{
	struct net_connect_options options = { .host = "127.0.0.1", .allow = allow_nothing };
	struct world w;

	world_init(&w, WITH_TCP);
	world_listen(&w);
	options.port = world_port(&w);
	ck_assert_int_eq(
	    net_conn_connect(w.context, &options, &endpoint_user, &w.client, &w.client.conn), 0);
	WORLD_RUN_UNTIL(&w, endpoint_is_closed(&w.client));
	ck_assert_int_eq(w.client.err, -EACCES);
	ck_assert_ptr_nonnull(strstr(w.client.why, "address 127.0.0.1:"));
	ck_assert_ptr_nonnull(strstr(w.client.why, "is not allowed"));
	world_settle(&w);
	ck_assert_uint_eq(w.n_accepted, 0);
	world_done(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("net/connect");
	TCase *both = tcase_create("tcp and tls");
	TCase *one = tcase_create("tcp");

	tcase_set_timeout(both, 60);
	tcase_set_timeout(one, 60);
	tcase_add_loop_test(both, nobody_listening_is_a_refused_connection, 0, N_TRANSPORTS);
	tcase_add_test(one, a_reset_comes_after_the_bytes_before_it);
	tcase_add_test(one, a_failed_write_does_not_keep_the_last_word_from_the_reader);
	tcase_add_test(one, a_half_closed_peer_gets_its_answer);
	tcase_add_test(one, a_silent_client_does_not_get_past_the_handshake);
	tcase_add_test(one, a_silent_server_is_given_up);
	tcase_add_test(one, a_host_that_does_not_answer_is_given_up);
	tcase_add_loop_test(both, abandoning_while_connecting_calls_nobody, 0, N_TRANSPORTS);
	tcase_add_test(one, an_address_that_is_not_allowed_is_not_connected_to);
	suite_add_tcase(suite, both);
	suite_add_tcase(suite, one);
	return support_run(suite);
}
