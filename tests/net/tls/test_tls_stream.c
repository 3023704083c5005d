/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Octets inside TLS, and their end.
 */
#include "net/tls/tls.h"

#include <errno.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include "net/connection/connection.h"
#include "net/endpoint.h"
#include "net/raw_tls.h"
#include "support/run.h"

static void send_hello(struct endpoint *e)
{
	endpoint_send(e, "hello", 5);
}

/*
 * Bytes, then the end in one of two manners, of which close_notify leaves the other
 * direction open.
 */
START_TEST(input_ends_with_close_notify_or_with_a_bare_fin)
{
	struct raw_tls raw = { .ctx = SSL_CTX_new(TLS_client_method()) };
	struct world w;
	char in[8];

	world_init(&w, WITH_TLS);
	world_listen(&w);
	w.server.on_eof = send_hello;
	raw_tls_open(&raw, &w);
	ck_assert_int_eq(raw_tls_handshake(&raw, &w), 1);
	ck_assert_int_eq(SSL_write(raw.ssl, "bye", 3), 3);
	if (_i == 0)
		SSL_shutdown(raw.ssl);
	else
		shutdown(raw.fd, SHUT_WR);
	ck_assert_int_eq(raw_tls_read(&raw, &w, in, sizeof(in)), 5);
	ck_assert_str_eq(w.server.calls, "ore");
	ck_assert_uint_eq(w.server.n_in, 3);
	net_conn_close(w.server.conn);
	ck_assert_int_eq(raw_tls_read(&raw, &w, in, sizeof(in)), 0);
	ck_assert_int_eq(SSL_get_error(raw.ssl, 0), SSL_ERROR_ZERO_RETURN);
	raw_tls_close(&raw);
	SSL_CTX_free(raw.ctx);
	world_done(&w);
}
END_TEST

/* OpenSSL may have something to write on either side when we only want to read. */
START_TEST(a_key_update_is_answered)
{
	struct raw_tls raw = { .ctx = SSL_CTX_new(TLS_client_method()) };
	struct world w;
	char in[8];

	world_init(&w, WITH_TLS);
	world_listen(&w);
	w.server.on_recv = send_hello;
	raw_tls_open(&raw, &w);
	ck_assert_int_eq(raw_tls_handshake(&raw, &w), 1);
	ck_assert_int_eq(SSL_key_update(raw.ssl, SSL_KEY_UPDATE_REQUESTED), 1);
	ck_assert_int_eq(SSL_write(raw.ssl, "new", 3), 3);
	ck_assert_int_eq(raw_tls_read(&raw, &w, in, sizeof(in)), 5);
	raw_tls_close(&raw);
	SSL_CTX_free(raw.ctx);
	world_done(&w);
}
END_TEST

/* Earlier octets in the same segment are delivered before the end. */
START_TEST(garbage_in_the_stream_ends_the_connection)
{
	struct raw_tls raw = { .ctx = SSL_CTX_new(TLS_client_method()) };
	struct world w;

	world_init(&w, WITH_TLS);
	world_listen(&w);
	raw_tls_open(&raw, &w);
	ck_assert_int_eq(raw_tls_handshake(&raw, &w), 1);
	ck_assert_int_eq(SSL_write(raw.ssl, "bye", 3), 3);
	ck_assert_int_eq(
	    send(raw.fd, "\x17\x03\x03\x00\x20garbage of thirty-two characters", 37, 0), 37);
	WORLD_RUN_UNTIL(&w, endpoint_is_closed(&w.server));
	ck_assert_str_eq(w.server.calls, "orc");
	ck_assert_uint_eq(w.server.n_in, 3);
	ck_assert_int_eq(w.server.err, -EPROTO);
	ck_assert_str_eq(w.server.why, "decryption failed or bad record mac");
	raw_tls_close(&raw);
	SSL_CTX_free(raw.ctx);
	world_done(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("net/tls_stream");
	TCase *tcase = tcase_create("tls_stream");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, input_ends_with_close_notify_or_with_a_bare_fin, 0, 2);
	tcase_add_test(tcase, a_key_update_is_answered);
	tcase_add_test(tcase, garbage_in_the_stream_ends_the_connection);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
