/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/tls/tls_feed.h"

#include <errno.h>
#include <openssl/err.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/connection/connection_state.h"
#include "net/context_state.h"
#include "net/endpoint.h"
#include "net/raw_tls.h"
#include "support/run.h"

enum {
	READS_PER_TURN = 4, /* of a connection */
};

/* Records of a flood that were processed before it was closed. */
static unsigned n_worked_off;

static void note_records(struct endpoint *e)
{
	n_worked_off = net_tls_feed_of(e->conn->transport)->n_records;
}

/* The raw side's handshake is done, and OURS has read all of it. */
static void open_as_client(struct world *w, struct raw_tls *raw)
{
	world_init(w, WITH_TLS);
	world_listen(w);
	w->server.on_closed = note_records;
	raw_tls_open(raw, w);
	ck_assert_int_eq(raw_tls_handshake(raw, w), 1);
	WORLD_RUN_UNTIL(w, endpoint_is_open(&w->server));
	world_settle(w);
	n_worked_off = 0;
}

static void done(struct world *w, struct raw_tls *raw)
{
	raw_tls_close(raw);
	SSL_CTX_free(raw->ctx);
	world_done(w);
}

static void update_key(struct raw_tls *raw)
{
	ck_assert_int_eq(SSL_key_update(raw->ssl, SSL_KEY_UPDATE_NOT_REQUESTED), 1);
	ck_assert_int_eq(SSL_do_handshake(raw->ssl), 1);
}

static void ask_for_key_update(struct raw_tls *raw)
{
	ck_assert_int_eq(SSL_key_update(raw->ssl, SSL_KEY_UPDATE_REQUESTED), 1);
	ck_assert_int_eq(SSL_do_handshake(raw->ssl), 1);
}

static void update_key_for_a_byte(struct raw_tls *raw)
{
	update_key(raw);
	ck_assert_int_eq(SSL_write(raw->ssl, "x", 1), 1);
}

static void give_ticket(struct raw_tls *raw)
{
	ck_assert_int_eq(SSL_new_session_ticket(raw->ssl), 1);
	ck_assert_int_eq(SSL_do_handshake(raw->ssl), 1);
}

static void assert_refused(const struct endpoint *e)
{
	ck_assert_int_eq(e->err, -EPROTO);
	ck_assert_str_eq(e->why, "too many TLS records without data");
	ck_assert_uint_le(n_worked_off, NET_TLS_BARREN_MAX + 1);
}

static void (*const client_floods[])(struct raw_tls *raw) = {
	update_key,
	ask_for_key_update,
};

START_TEST(a_flood_without_data_ends_the_connection_of_a_client)
{
	struct raw_tls raw = { .ctx = SSL_CTX_new(TLS_client_method()) };
	struct world w;

	open_as_client(&w, &raw);
	for (int i = 0; i < 1000; i++)
		client_floods[_i](&raw);
	WORLD_RUN_UNTIL(&w, endpoint_is_closed(&w.server));
	assert_refused(&w.server);
	ck_assert_str_eq(w.server.calls, "oc");
	done(&w, &raw);
}
END_TEST

static void (*const server_floods[])(struct raw_tls *raw) = {
	update_key,
	give_ticket,
};

START_TEST(a_flood_without_data_ends_the_connection_of_a_server)
{
	struct raw_tls raw = { .ctx = SSL_CTX_new(TLS_server_method()) };
	struct world w;

	world_init(&w, WITH_TLS);
	w.client.on_closed = note_records;
	raw_tls_serve(&raw, &w);
	ck_assert_int_eq(raw_tls_handshake(&raw, &w), 1);
	WORLD_RUN_UNTIL(&w, endpoint_is_open(&w.client));
	for (int i = 0; i < 200; i++)
		server_floods[_i](&raw);
	WORLD_RUN_UNTIL(&w, endpoint_is_closed(&w.client));
	assert_refused(&w.client);
	done(&w, &raw);
}
END_TEST

START_TEST(a_byte_of_data_does_not_make_up_for_a_key_update)
{
	struct raw_tls raw = { .ctx = SSL_CTX_new(TLS_client_method()) };
	struct world w;

	open_as_client(&w, &raw);
	for (int i = 0; i < 1000; i++)
		update_key_for_a_byte(&raw);
	WORLD_RUN_UNTIL(&w, endpoint_is_closed(&w.server));
	ck_assert_str_eq(w.server.why, "too many TLS records without data");
	ck_assert_uint_le(w.server.n_in, NET_TLS_BARREN_MAX + 1);
	done(&w, &raw);
}
END_TEST

/* An odd peer, but it sends requests. */
START_TEST(a_key_update_for_each_request_is_welcome)
{
	struct raw_tls raw = { .ctx = SSL_CTX_new(TLS_client_method()) };
	char request[NET_TLS_BYTES_PER_BARREN] = { 0 };
	struct world w;

	open_as_client(&w, &raw);
	for (int i = 0; i < 1000; i++) {
		update_key(&raw);
		ck_assert_int_eq(SSL_write(raw.ssl, request, sizeof(request)), sizeof(request));
	}
	WORLD_RUN_UNTIL(&w, w.server.n_in == 1000 * sizeof(request));
	ck_assert(endpoint_is_open(&w.server));
	done(&w, &raw);
}
END_TEST

/* The socket is empty after the first read: the rest must continue by itself, a turn at a time. */
START_TEST(small_records_are_worked_off_a_turn_at_a_time)
{
	const size_t per_turn = READS_PER_TURN * NET_TLS_RECORDS_PER_READ;
	struct raw_tls raw = { .ctx = SSL_CTX_new(TLS_client_method()) };
	struct world w;
	size_t before, n_turns = 0;

	open_as_client(&w, &raw);
	for (int i = 0; i < 2000; i++)
		ck_assert_int_eq(SSL_write(raw.ssl, "x", 1), 1);
	while (w.server.n_in < 2000) {
		before = w.server.n_in;
		uv_run(&w.loop, UV_RUN_ONCE);
		/* A turn reads when the socket is readable, and once more before it waits again. */
		ck_assert_uint_le(w.server.n_in - before, 2 * per_turn);
		n_turns += w.server.n_in > before;
	}
	ck_assert_uint_ge(n_turns, 2);
	ck_assert(endpoint_is_open(&w.server));
	done(&w, &raw);
}
END_TEST

/* The user stops reading in the middle of the input, and resumes later. */
static void want_no_more(struct endpoint *e)
{
	e->reading = false;
}

START_TEST(what_was_not_wanted_is_kept)
{
	struct raw_tls raw = { .ctx = SSL_CTX_new(TLS_client_method()) };
	struct world w;
	size_t last = 0;

	open_as_client(&w, &raw);
	w.server.on_recv = want_no_more;
	for (int i = 0; i < 1000; i++)
		ck_assert_int_eq(SSL_write(raw.ssl, "x", 1), 1);
	while (w.server.n_in < 1000) {
		world_settle(&w);
		ck_assert_uint_gt(w.server.n_in, last);
		ck_assert_uint_le(w.server.n_in - last, NET_TLS_RECORDS_PER_READ);
		last = w.server.n_in;
		w.server.reading = true;
		net_conn_kick(w.server.conn);
	}
	done(&w, &raw);
}
END_TEST

/* A ClientHello in records of SIZE bytes each. */
static void send_hello_in_crumbs(const struct raw_tls *raw, size_t size)
{
	BIO *out = BIO_new(BIO_s_mem());
	SSL *ssl = SSL_new(raw->ctx);
	uint8_t record[5 + 256] = { 0x16, 3, 1 };
	uint8_t *hello;
	long len;

	SSL_set_bio(ssl, BIO_new(BIO_s_mem()), out);
	SSL_set_connect_state(ssl);
	ck_assert_int_le(SSL_do_handshake(ssl), 0);
	len = BIO_get_mem_data(out, &hello);
	for (long at = 5; at < len; at += (long)size) {
		record[4] = (uint8_t)(len - at < (long)size ? len - at : (long)size);
		memcpy(record + 5, hello + at, record[4]);
		ck_assert_int_eq(send(raw->fd, record, 5 + record[4], MSG_NOSIGNAL), 5 + record[4]);
	}
	SSL_free(ssl);
}

START_TEST(a_handshake_in_crumbs_is_refused)
{
	struct raw_tls raw = { .ctx = SSL_CTX_new(TLS_client_method()) };
	struct world w;

	world_init(&w, WITH_TLS);
	world_listen(&w);
	w.server.on_closed = note_records;
	raw_tls_open(&raw, &w);
	send_hello_in_crumbs(&raw, 1);
	WORLD_RUN_UNTIL(&w, endpoint_is_closed(&w.server));
	ck_assert_str_eq(w.server.why, "TLS handshake: too many TLS records without data");
	/* Their bytes together make up for one. */
	ck_assert_uint_le(n_worked_off, NET_TLS_BARREN_MAX + 2);
	done(&w, &raw);
}
END_TEST

/* The smallest in RFC 8449 is 64. */
START_TEST(a_handshake_in_small_records_goes_on)
{
	struct raw_tls raw = { .ctx = SSL_CTX_new(TLS_client_method()) };
	struct world w;
	char in[5];

	world_init(&w, WITH_TLS);
	world_listen(&w);
	raw_tls_open(&raw, &w);
	send_hello_in_crumbs(&raw, 64);
	do {
		uv_run(&w.loop, UV_RUN_NOWAIT);
		ck_assert(!endpoint_is_closed(&w.server));
	} while (recv(raw.fd, in, sizeof(in), 0) <= 0);
	ck_assert_int_eq(in[0], 0x16);
	done(&w, &raw);
}
END_TEST

/* RFC 5746 lets a server refuse; OpenSSL answers each attempt with a warning. */
START_TEST(renegotiation_is_refused_and_counts_as_no_data)
{
	struct raw_tls raw = { .ctx = SSL_CTX_new(TLS_client_method()) };
	struct net_tls_feed *feed;
	struct world w;

	SSL_CTX_set_max_proto_version(raw.ctx, TLS1_2_VERSION);
	open_as_client(&w, &raw);
	ck_assert_int_eq(SSL_write(raw.ssl, "before", 6), 6);
	WORLD_RUN_UNTIL(&w, w.server.n_in == 6);
	feed = net_tls_feed_of(w.server.conn->transport);
	ck_assert_uint_eq(feed->n_barren, 0);
	ck_assert_int_eq(SSL_renegotiate(raw.ssl), 1);
	ck_assert_int_le(raw_tls_handshake(&raw, &w), 0);
	ck_assert_int_eq(ERR_GET_REASON(ERR_peek_error()), SSL_R_NO_RENEGOTIATION);
	ck_assert_uint_eq(feed->n_barren, 1);
	ck_assert(endpoint_is_open(&w.server));
	done(&w, &raw);
}
END_TEST

enum {
	N_CROWD = 20,
};

static struct net_conn *crowd[N_CROWD];
static size_t n_crowd;

static void take_in(void *arg, struct net_conn *conn, const struct net_address *peer)
{
	crowd[n_crowd++] = conn;
}

static void listen_for_crowd(struct world *w)
{
	struct net_listener_options options = { .protocol = { .tls = w->server_tls },
						.accept = take_in };

	n_crowd = 0;
	ck_assert_int_eq(net_address_parse("127.0.0.1", 0, &options.address), 0);
	ck_assert_int_eq(net_listener_new(w->context, &options, &w->listener), 0);
}

static size_t count_answered(const struct raw_tls *raw)
{
	size_t n = 0;
	char in;

	for (size_t i = 0; i < N_CROWD; i++)
		n += recv(raw[i].fd, &in, 1, MSG_PEEK | MSG_DONTWAIT) == 1;
	return n;
}

START_TEST(a_turn_goes_on_with_few_handshakes)
{
	struct raw_tls raw[N_CROWD];
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	struct world w;
	size_t before, now = 0;

	world_init(&w, WITH_TLS);
	listen_for_crowd(&w);
	for (size_t i = 0; i < N_CROWD; i++) {
		raw[i].ctx = ctx;
		raw_tls_open(&raw[i], &w);
		ck_assert_int_le(SSL_do_handshake(raw[i].ssl), 0);
	}
	while (now < N_CROWD) {
		before = now;
		uv_run(&w.loop, UV_RUN_NOWAIT);
		now = count_answered(raw);
		ck_assert_uint_le(now - before, NET_TURN_HANDSHAKES_MAX);
	}
	for (size_t i = 0; i < N_CROWD; i++) {
		net_conn_abandon(crowd[i]);
		raw_tls_close(&raw[i]);
	}
	SSL_CTX_free(ctx);
	world_done(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("net/tls_feed");
	TCase *tcase = tcase_create("tls_feed");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, a_flood_without_data_ends_the_connection_of_a_client, 0, 2);
	tcase_add_loop_test(tcase, a_flood_without_data_ends_the_connection_of_a_server, 0, 2);
	tcase_add_test(tcase, a_byte_of_data_does_not_make_up_for_a_key_update);
	tcase_add_test(tcase, a_key_update_for_each_request_is_welcome);
	tcase_add_test(tcase, small_records_are_worked_off_a_turn_at_a_time);
	tcase_add_test(tcase, what_was_not_wanted_is_kept);
	tcase_add_test(tcase, a_handshake_in_crumbs_is_refused);
	tcase_add_test(tcase, a_handshake_in_small_records_goes_on);
	tcase_add_test(tcase, renegotiation_is_refused_and_counts_as_no_data);
	tcase_add_test(tcase, a_turn_goes_on_with_few_handshakes);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
