/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/connection/connection.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/list.h"
#include "net/connection/connection_state.h"
#include "net/endpoint.h"
#include "support/run.h"

enum {
	MIB = 1024 * 1024,
};

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

START_TEST(bytes_come_back_from_an_echo)
{
	struct world w;

	world_open(&w, _i);
	w.server.on_recv = echo;
	endpoint_send(&w.client, "hello", 5);
	WORLD_RUN_UNTIL(&w, w.client.n_in == 5);
	assert_received(&w.client, "hello", 5);
	world_done(&w);
}
END_TEST

START_TEST(both_ends_know_each_other)
{
	const struct net_peer_info *peer;
	struct world w;

	world_open(&w, _i);
	peer = net_conn_peer(w.client.conn);
	ck_assert_uint_eq(net_address_port(&peer->address), world_port(&w));
	ck_assert_int_eq(peer->secure, _i == WITH_TLS);
	ck_assert_int_eq(peer->verified, _i == WITH_TLS);
	ck_assert_uint_eq(net_address_port(net_conn_local(w.client.conn)),
			  net_address_port(&net_conn_peer(w.server.conn)->address));
	ck_assert_uint_eq(net_address_port(net_conn_local(w.server.conn)), world_port(&w));
	ck_assert(!net_conn_peer(w.server.conn)->verified);
	ck_assert(!net_conn_peer_is(w.server.conn, "relay.test"));
	world_done(&w);
}
END_TEST

static int option_of(const struct endpoint *e, int level, int option)
{
	int value = 0;
	socklen_t len = sizeof(value);

	ck_assert_int_eq(getsockopt(e->conn->transport->fd, level, option, &value, &len), 0);
	return value;
}

START_TEST(sockets_send_at_once_and_notice_dead_peers)
{
	struct world w;

	world_open(&w, _i);
	ck_assert_int_ne(option_of(&w.client, IPPROTO_TCP, TCP_NODELAY), 0);
	ck_assert_int_ne(option_of(&w.server, IPPROTO_TCP, TCP_NODELAY), 0);
	ck_assert_int_ne(option_of(&w.client, SOL_SOCKET, SO_KEEPALIVE), 0);
	ck_assert_int_ne(option_of(&w.server, SOL_SOCKET, SO_KEEPALIVE), 0);
	ck_assert_int_lt(option_of(&w.server, IPPROTO_TCP, TCP_KEEPIDLE), 300);
	world_done(&w);
}
END_TEST

/* A reader that takes one helping and then wants nothing until a timer has run. */
struct slow_reader {
	struct world w;
	uv_timer_t timer;
};

static void on_appetite(uv_timer_t *timer)
{
	struct slow_reader *slow = timer->data;

	slow->w.server.reading = true;
	net_conn_kick(slow->w.server.conn);
}

static void take_one_helping(struct endpoint *e)
{
	struct slow_reader *slow = CONTAINER_OF(e->world, struct slow_reader, w);

	e->reading = false;
	uv_timer_start(&slow->timer, on_appetite, 0, 0);
}

/* The size of a pull decides about gathering, direct sending and whole records. */
static const size_t helpings[] = { 0, 100 * 1000, 16 * 1024, 1000 };

START_TEST(eight_megabytes_reach_a_slow_reader_unchanged)
{
	uint8_t *noise = endpoint_noise(8 * MIB);
	struct slow_reader slow;
	struct world *w = &slow.w;

	world_open(w, _i % N_TRANSPORTS);
	uv_timer_init(&w->loop, &slow.timer);
	slow.timer.data = &slow;
	w->server.on_recv = take_one_helping;
	w->client.pull_max = helpings[_i / N_TRANSPORTS];
	endpoint_send(&w->client, noise, 8 * MIB);
	WORLD_RUN_UNTIL(w, w->server.n_in == 8 * MIB);
	assert_received(&w->server, noise, 8 * MIB);
	uv_close((uv_handle_t *)&slow.timer, NULL);
	world_done(w);
	free(noise);
}
END_TEST

START_TEST(a_reader_that_wants_nothing_stops_the_sender)
{
	uint8_t *noise = endpoint_noise(64 * MIB);
	size_t n_pulls, n_sent;
	struct world w;

	world_open(&w, _i);
	w.server.reading = false;
	w.server.discard = true;
	endpoint_send(&w.client, noise, 64 * MIB);
	world_settle(&w);
	n_pulls = w.client.n_pulls;
	n_sent = w.client.n_sent;
	ck_assert_uint_lt(n_sent, 64 * MIB);
	for (int i = 0; i < 100; i++)
		uv_run(&w.loop, UV_RUN_NOWAIT);
	ck_assert_uint_eq(w.client.n_pulls, n_pulls);
	/* It has only what came before the reader said no. */
	ck_assert_uint_eq(w.server.n_in, 0);
	w.server.reading = true;
	net_conn_kick(w.server.conn);
	WORLD_RUN_UNTIL(&w, w.server.n_in == 64 * MIB);
	world_done(&w);
	free(noise);
}
END_TEST

static void stop_reading(struct endpoint *e)
{
	e->reading = false;
}

/* OpenSSL has all of it after the first read: the socket will not report the rest. */
START_TEST(reading_goes_on_after_a_kick_without_the_socket)
{
	uint8_t *noise = endpoint_noise(200 * 1000);
	struct world w;

	world_open(&w, _i);
	w.server.on_recv = stop_reading;
	endpoint_send(&w.client, noise, 200 * 1000);
	while (w.server.n_in < 200 * 1000) {
		world_settle(&w);
		w.server.reading = true;
		net_conn_kick(w.server.conn);
	}
	assert_received(&w.server, noise, 200 * 1000);
	world_done(&w);
	free(noise);
}
END_TEST

static void close_self(struct endpoint *e)
{
	net_conn_close(e->conn);
}

START_TEST(output_goes_on_after_the_end_of_input)
{
	uint8_t *noise = endpoint_noise(MIB);
	struct world w;

	world_open(&w, _i);
	net_conn_close(w.client.conn);
	WORLD_RUN_UNTIL(&w, strcmp(w.server.calls, "oe") == 0);
	endpoint_send(&w.server, noise, MIB);
	WORLD_RUN_UNTIL(&w, w.server.n_sent == MIB);
	net_conn_close(w.server.conn);
	WORLD_RUN_UNTIL(&w, w.server.conn == NULL && w.client.conn == NULL);
	ck_assert_int_eq(w.server.err, 0);
	ck_assert_int_eq(w.client.err, 0);
	/* A side that has closed gets no more input. */
	ck_assert_str_eq(w.client.calls, "oc");
	world_done(&w);
	free(noise);
}
END_TEST

START_TEST(close_loses_nothing_that_was_queued)
{
	uint8_t *noise = endpoint_noise(MIB);
	struct world w;

	world_open(&w, _i);
	/* Input that the closing side never read must not turn its close into a reset. */
	w.client.reading = false;
	endpoint_send(&w.server, noise, MIB / 2);
	w.server.reading = false;
	endpoint_send(&w.client, noise, MIB);
	net_conn_close(w.client.conn);
	world_settle(&w);
	w.server.on_eof = close_self;
	w.server.reading = true;
	net_conn_kick(w.server.conn);
	WORLD_RUN_UNTIL(&w, w.server.conn == NULL && w.client.conn == NULL);
	assert_received(&w.server, noise, MIB);
	ck_assert_str_eq(w.server.calls, "orec");
	ck_assert_str_eq(w.client.calls, "oc");
	ck_assert_int_eq(w.client.err, 0);
	world_done(&w);
	free(noise);
}
END_TEST

static void read_when_all_is_sent(struct endpoint *e)
{
	e->reading = e->n_sent == e->out_len;
}

/* More than sockets hold in both directions: somebody has to read first. */
START_TEST(a_peer_that_writes_before_it_reads_gets_what_was_queued)
{
	uint8_t *noise = endpoint_noise(16 * MIB);
	struct world w;

	world_open(&w, _i);
	w.client.reading = false;
	w.server.reading = false;
	w.server.on_sent = read_when_all_is_sent;
	w.server.on_eof = close_self;
	endpoint_send(&w.server, noise, 16 * MIB);
	endpoint_send(&w.client, noise, 16 * MIB);
	net_conn_close(w.client.conn);
	WORLD_RUN_UNTIL(&w, endpoint_is_closed(&w.client) && endpoint_is_closed(&w.server));
	assert_received(&w.server, noise, 16 * MIB);
	ck_assert_int_eq(w.client.err, 0);
	world_done(&w);
	free(noise);
}
END_TEST

START_TEST(close_before_the_connection_is_open_still_sends)
{
	struct world w;

	world_init(&w, _i);
	world_listen(&w);
	world_connect(&w);
	endpoint_send(&w.client, "hello", 5);
	net_conn_close(w.client.conn);
	w.server.on_eof = close_self;
	WORLD_RUN_UNTIL(&w, endpoint_is_closed(&w.client) && endpoint_is_closed(&w.server));
	assert_received(&w.server, "hello", 5);
	ck_assert_str_eq(w.client.calls, "c");
	world_done(&w);
}
END_TEST

START_TEST(close_before_the_connection_is_open_ends_it_when_there_is_nothing_to_send)
{
	struct world w;

	world_init(&w, _i);
	world_listen(&w);
	world_connect(&w);
	net_conn_close(w.client.conn);
	ck_assert_str_eq(w.client.calls, "");
	WORLD_RUN_UNTIL(&w, endpoint_is_closed(&w.client));
	ck_assert_str_eq(w.client.calls, "c");
	ck_assert_int_eq(w.client.err, 0);
	world_done(&w);
}
END_TEST

START_TEST(abort_ends_it_at_once)
{
	uint8_t *noise = endpoint_noise(64 * MIB);
	struct world w;

	world_open(&w, _i);
	w.server.reading = false;
	endpoint_send(&w.client, noise, 64 * MIB);
	world_settle(&w);
	net_conn_abort(w.client.conn);
	ck_assert_str_eq(w.client.calls, "o");
	WORLD_RUN_UNTIL(&w, endpoint_is_closed(&w.client));
	ck_assert_int_eq(w.client.err, 0);
	ck_assert_str_eq(w.client.why, "closed");
	ck_assert_uint_lt(w.client.n_sent, 64 * MIB);
	world_done(&w);
	free(noise);
}
END_TEST

static void abandon_self(struct endpoint *e)
{
	net_conn_abandon(e->conn);
	e->conn = NULL;
}

static void abandon_other(struct endpoint *e)
{
	struct endpoint *other = e == &e->world->server ? &e->world->client : &e->world->server;

	if (other->conn)
		abandon_self(other);
	if (strchr(e->calls, 'e'))
		net_conn_close(e->conn);
}

static void abort_self(struct endpoint *e)
{
	net_conn_abort(e->conn);
}

static void free_context(struct endpoint *e)
{
	struct world *w = e->world;

	w->listener = net_listener_free(w->listener);
	w->context = net_context_free(w->context);
	w->server.conn = NULL;
	w->client.conn = NULL;
}

/* In each callback of the server, each way to end a connection or everything. */
static const endpoint_hook_fn deeds[] = { abandon_self, abandon_other, abort_self, close_self,
					  free_context };

enum {
	IN_OPENED,
	IN_RECV,
	IN_EOF,
	IN_PULL,
	IN_SENT,
	IN_CLOSED,
	N_CALLBACKS,
	N_DEEDS = sizeof(deeds) / sizeof(deeds[0]),
};

START_TEST(any_callback_may_end_any_connection)
{
	endpoint_hook_fn deed = deeds[_i / N_TRANSPORTS / N_CALLBACKS];
	struct world w;
	endpoint_hook_fn *hooks[N_CALLBACKS] = {
		&w.server.on_opened, &w.server.on_recv, &w.server.on_eof,
		&w.server.on_pull,   &w.server.on_sent, &w.server.on_closed,
	};

	world_init(&w, _i % N_TRANSPORTS);
	world_listen(&w);
	w.server.out = (const uint8_t *)"welcome";
	w.server.out_len = 7;
	w.server.on_eof = close_self;
	*hooks[_i / N_TRANSPORTS % N_CALLBACKS] = deed;
	world_connect(&w);
	endpoint_send(&w.client, "hello", 5);
	net_conn_close(w.client.conn);
	for (int i = 0; i < 500 && w.context; i++)
		uv_run(&w.loop, UV_RUN_NOWAIT);
	world_settle(&w);
	/* The client said hello and closed: whatever the server did, nobody is left. */
	ck_assert_ptr_null(w.server.conn);
	ck_assert_ptr_null(w.client.conn);
	world_done(&w);
}
END_TEST

START_TEST(what_recv_returns_is_told_to_closed)
{
	struct world w;

	world_open(&w, _i);
	w.server.recv_result = 42;
	endpoint_send(&w.client, "hello", 5);
	WORLD_RUN_UNTIL(&w, endpoint_is_closed(&w.server));
	ck_assert_int_eq(w.server.err, 42);
	ck_assert_str_eq(w.server.calls, "orc");
	world_done(&w);
}
END_TEST

START_TEST(a_closing_connection_gives_up_on_a_peer_that_takes_nothing)
{
	uint8_t *noise = endpoint_noise(64 * MIB);
	struct world w;

	world_open(&w, WITH_TCP); /* one is enough, it takes five seconds */
	w.server.reading = false;
	endpoint_send(&w.client, noise, 64 * MIB);
	net_conn_close(w.client.conn);
	WORLD_RUN_UNTIL(&w, endpoint_is_closed(&w.client));
	ck_assert_int_eq(w.client.err, UV_ETIMEDOUT);
	ck_assert_str_eq(w.client.why, "time-out while sending the rest");
	world_done(&w);
	free(noise);
}
END_TEST

/* A socket without any code of ours, connected to the listener or listening itself. */
int main(void)
{
	Suite *suite = suite_create("net/connection");
	TCase *both = tcase_create("with TCP and with TLS");
	TCase *one = tcase_create("with one of them");

	tcase_set_timeout(both, 60);
	tcase_set_timeout(one, 60);
	tcase_add_loop_test(both, bytes_come_back_from_an_echo, 0, N_TRANSPORTS);
	tcase_add_loop_test(both, sockets_send_at_once_and_notice_dead_peers, 0, N_TRANSPORTS);
	tcase_add_loop_test(both, both_ends_know_each_other, 0, N_TRANSPORTS);
	tcase_add_loop_test(both, eight_megabytes_reach_a_slow_reader_unchanged, 0,
			    4 * N_TRANSPORTS);
	tcase_add_loop_test(both, a_reader_that_wants_nothing_stops_the_sender, 0, N_TRANSPORTS);
	tcase_add_loop_test(both, reading_goes_on_after_a_kick_without_the_socket, 0, N_TRANSPORTS);
	tcase_add_loop_test(both, output_goes_on_after_the_end_of_input, 0, N_TRANSPORTS);
	tcase_add_loop_test(both, close_loses_nothing_that_was_queued, 0, N_TRANSPORTS);
	tcase_add_loop_test(both, a_peer_that_writes_before_it_reads_gets_what_was_queued, 0,
			    N_TRANSPORTS);
	tcase_add_loop_test(both, close_before_the_connection_is_open_still_sends, 0, N_TRANSPORTS);
	tcase_add_loop_test(
	    both, close_before_the_connection_is_open_ends_it_when_there_is_nothing_to_send, 0,
	    N_TRANSPORTS);
	tcase_add_loop_test(both, abort_ends_it_at_once, 0, N_TRANSPORTS);
	tcase_add_loop_test(both, any_callback_may_end_any_connection, 0,
			    N_TRANSPORTS * N_CALLBACKS * N_DEEDS);
	tcase_add_loop_test(both, what_recv_returns_is_told_to_closed, 0, N_TRANSPORTS);
	suite_add_tcase(suite, both);
	tcase_add_test(one, a_closing_connection_gives_up_on_a_peer_that_takes_nothing);
	suite_add_tcase(suite, one);
	return support_run(suite);
}
