/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Outcomes of handshakes with us: versions, ciphers and keys, resumed sessions, failures.
 */
#include "net/tls/tls.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/connection/connection.h"
#include "net/endpoint.h"
#include "net/raw_tls.h"
#include "support/run.h"

START_TEST(versions_before_1_2_are_refused)
{
	struct raw_tls raw = { .ctx = SSL_CTX_new(TLS_client_method()) };
	struct world w;

	world_init(&w, WITH_TLS);
	world_listen(&w);
	/* Without the security level our side refuses, not the client's. */
	SSL_CTX_set_security_level(raw.ctx, 0);
	SSL_CTX_set_min_proto_version(raw.ctx, TLS1_VERSION);
	SSL_CTX_set_max_proto_version(raw.ctx, TLS1_1_VERSION);
	raw_tls_open(&raw, &w);
	ck_assert_int_le(raw_tls_handshake(&raw, &w), 0);
	/* The alert gets through. */
	ck_assert_int_eq(ERR_GET_REASON(ERR_peek_error()), SSL_R_TLSV1_ALERT_PROTOCOL_VERSION);
	WORLD_RUN_UNTIL(&w, endpoint_is_closed(&w.server));
	ck_assert_int_eq(w.server.err, -EPROTO);
	ck_assert_str_eq(w.server.why, "TLS handshake: unsupported protocol");
	raw_tls_close(&raw);
	SSL_CTX_free(raw.ctx);
	world_done(&w);
}
END_TEST

/* RFC 4976 9.2 */
START_TEST(the_cipher_every_relay_must_have_is_there)
{
	struct raw_tls raw = { .ctx = SSL_CTX_new(TLS_client_method()) };
	struct support_certificate rsa;
	struct net_tls_domain domain;
	struct world w;

	world_init(&w, WITH_TLS);
	support_ca_issue(w.ca, "DNS:relay.test", SUPPORT_RSA, &rsa);
	domain = (struct net_tls_domain){ NULL, rsa.certificate, rsa.key };
	world_use_tls(&w, world_server_tls(&domain, 1, NULL), NULL);
	world_listen(&w);
	SSL_CTX_set_max_proto_version(raw.ctx, TLS1_2_VERSION);
	ck_assert_int_eq(SSL_CTX_set_cipher_list(raw.ctx, "AES128-SHA"), 1);
	raw_tls_open(&raw, &w);
	ck_assert_int_eq(raw_tls_handshake(&raw, &w), 1);
	ck_assert_str_eq(SSL_CIPHER_standard_name(SSL_get_current_cipher(raw.ssl)),
			 "TLS_RSA_WITH_AES_128_CBC_SHA");
	raw_tls_close(&raw);
	SSL_CTX_free(raw.ctx);
	world_done(&w);
}
END_TEST

/* Each of them would cost us 20 ms with some keys, at the client's choice. */
static const struct {
	int version;
	const char *ciphers; /* of TLS 1.2 */
	const char *groups;
} finite_fields[] = {
	{ TLS1_2_VERSION, "kDHE", "X25519" },
	{ TLS1_3_VERSION, "DEFAULT", "ffdhe2048" },
	{ TLS1_3_VERSION, "DEFAULT", "ffdhe8192" },
};

START_TEST(keys_are_exchanged_on_curves_only)
{
	struct raw_tls raw = { .ctx = SSL_CTX_new(TLS_client_method()) };
	struct support_certificate rsa;
	struct net_tls_domain domain;
	struct world w;

	world_init(&w, WITH_TLS);
	support_ca_issue(w.ca, "DNS:relay.test", SUPPORT_RSA, &rsa);
	domain = (struct net_tls_domain){ NULL, rsa.certificate, rsa.key };
	world_use_tls(&w, world_server_tls(&domain, 1, NULL), NULL);
	world_listen(&w);
	SSL_CTX_set_max_proto_version(raw.ctx, finite_fields[_i].version);
	SSL_CTX_set_min_proto_version(raw.ctx, finite_fields[_i].version);
	ck_assert_int_eq(SSL_CTX_set_cipher_list(raw.ctx, finite_fields[_i].ciphers), 1);
	ck_assert_int_eq(SSL_CTX_set1_groups_list(raw.ctx, finite_fields[_i].groups), 1);
	raw_tls_open(&raw, &w);
	ck_assert_int_le(raw_tls_handshake(&raw, &w), 0);
	WORLD_RUN_UNTIL(&w, endpoint_is_closed(&w.server));
	ck_assert_str_eq(w.server.calls, "c");
	raw_tls_close(&raw);
	SSL_CTX_free(raw.ctx);
	world_done(&w);
}
END_TEST

static const struct {
	const char *offered; /* by the client, the best first */
	const char *chosen;
} choices[] = {
	{ "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256" },
	{ "TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384" },
	{ "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256" },
};

START_TEST(the_cheapest_suite_that_the_client_likes_is_chosen)
{
	struct raw_tls raw = { .ctx = SSL_CTX_new(TLS_client_method()) };
	struct world w;

	world_init(&w, WITH_TLS);
	world_listen(&w);
	SSL_CTX_set_min_proto_version(raw.ctx, TLS1_3_VERSION);
	ck_assert_int_eq(SSL_CTX_set_ciphersuites(raw.ctx, choices[_i].offered), 1);
	raw_tls_open(&raw, &w);
	ck_assert_int_eq(raw_tls_handshake(&raw, &w), 1);
	ck_assert_str_eq(SSL_CIPHER_standard_name(SSL_get_current_cipher(raw.ssl)),
			 choices[_i].chosen);
	raw_tls_close(&raw);
	SSL_CTX_free(raw.ctx);
	world_done(&w);
}
END_TEST

static const int versions[] = { TLS1_2_VERSION, TLS1_3_VERSION };

static void send_hello(struct endpoint *e)
{
	endpoint_send(e, "hello", 5);
}

START_TEST(a_resumed_session_remembers_the_certificate)
{
	struct raw_tls raw = { .ctx = SSL_CTX_new(TLS_client_method()) };
	struct support_certificate own;
	SSL_SESSION *session;
	struct world w;
	char in[8];

	world_init(&w, WITH_TLS);
	world_listen(&w);
	support_ca_issue(w.ca, "DNS:peer.test", 0, &own);
	SSL_CTX_set_min_proto_version(raw.ctx, versions[_i]);
	SSL_CTX_set_max_proto_version(raw.ctx, versions[_i]);
	SSL_CTX_use_certificate_file(raw.ctx, own.certificate, SSL_FILETYPE_PEM);
	SSL_CTX_use_PrivateKey_file(raw.ctx, own.key, SSL_FILETYPE_PEM);
	w.server.on_opened = send_hello;
	raw_tls_open(&raw, &w);
	ck_assert_int_eq(raw_tls_handshake(&raw, &w), 1);
	/* With TLS 1.3 the ticket follows the handshake. */
	ck_assert_int_eq(raw_tls_read(&raw, &w, in, sizeof(in)), 5);
	session = SSL_get1_session(raw.ssl);
	net_conn_abandon(w.server.conn);
	w.server.conn = NULL;
	memset(w.server.calls, 0, sizeof(w.server.calls));
	raw_tls_close(&raw);

	raw_tls_open(&raw, &w);
	SSL_set_session(raw.ssl, session);
	ck_assert_int_eq(raw_tls_handshake(&raw, &w), 1);
	WORLD_RUN_UNTIL(&w, endpoint_is_open(&w.server));
	ck_assert(SSL_session_reused(raw.ssl));
	ck_assert(net_conn_peer(w.server.conn)->verified);
	ck_assert(net_conn_peer_is(w.server.conn, "peer.test"));
	SSL_SESSION_free(session);
	raw_tls_close(&raw);
	SSL_CTX_free(raw.ctx);
	world_done(&w);
}
END_TEST

static const struct {
	const char *first, *then; /* NULL: no name */
	bool resumed;
} names[] = {
	{ "one.test", "one.test", true },     { "one.test", "ONE.test", true },
	{ "one.test", "two.test", false },    { "one.test", "three.test", false },
	{ "three.test", "four.test", false }, { "one.test", NULL, false },
	{ NULL, "one.test", false },	      { NULL, NULL, true },
};

enum {
	N_NAMES = sizeof(names) / sizeof(names[0]),
};

static void open_by_name(struct raw_tls *raw, struct world *w, const char *name,
			 SSL_SESSION *session)
{
	char in[8];

	raw_tls_open(raw, w);
	if (session)
		SSL_set_session(raw->ssl, session);
	if (name)
		SSL_set_tlsext_host_name(raw->ssl, name);
	ck_assert_int_eq(raw_tls_handshake(raw, w), 1);
	ck_assert_int_eq(raw_tls_read(raw, w, in, sizeof(in)), 5);
}

/* RFC 6066 section 3; one.test and two.test have certificates of their own. */
START_TEST(a_session_is_resumed_under_its_own_name_only)
{
	struct raw_tls raw = { .ctx = SSL_CTX_new(TLS_client_method()) };
	struct support_certificate certificate[3];
	struct net_tls_domain domain[3];
	static const char *const names_of[] = { NULL, "one.test", "two.test" };
	SSL_SESSION *session;
	struct world w;

	world_init(&w, WITH_TLS);
	for (int i = 0; i < 3; i++) {
		support_ca_issue(w.ca, "DNS:relay.test", 0, &certificate[i]);
		domain[i] = (struct net_tls_domain){ names_of[i], certificate[i].certificate,
						     certificate[i].key };
	}
	world_use_tls(&w, world_server_tls(domain, 3, NULL), NULL);
	world_listen(&w);
	SSL_CTX_set_min_proto_version(raw.ctx, versions[_i % 2]);
	SSL_CTX_set_max_proto_version(raw.ctx, versions[_i % 2]);
	w.server.on_opened = send_hello;
	open_by_name(&raw, &w, names[_i / 2].first, NULL);
	session = SSL_get1_session(raw.ssl);
	net_conn_abandon(w.server.conn);
	w.server.conn = NULL;
	raw_tls_close(&raw);
	open_by_name(&raw, &w, names[_i / 2].then, session);
	ck_assert_int_eq(SSL_session_reused(raw.ssl), names[_i / 2].resumed);
	SSL_SESSION_free(session);
	raw_tls_close(&raw);
	SSL_CTX_free(raw.ctx);
	world_done(&w);
}
END_TEST

/* Not TLS at all, or a client that leaves in the middle. */
static const struct {
	const char *sends;
	const char *why;
} strangers[] = {
	{ "MSRP 49fh AUTH\r\nTo-Path: msrps://relay.test/;tcp\r\n", "wrong version number" },
	{ "\x16\x03\x01", "TLS handshake: the other side closed the connection" },
	{ "", "TLS handshake: the other side closed the connection" },
};

START_TEST(a_failed_handshake_says_why)
{
	struct net_address address;
	struct world w;
	int fd;

	world_init(&w, WITH_TLS);
	world_listen(&w);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	net_address_parse("127.0.0.1", world_port(&w), &address);
	ck_assert_int_eq(connect(fd, &address.any, address.len), 0);
	ck_assert_int_ge(send(fd, strangers[_i].sends, strlen(strangers[_i].sends), 0), 0);
	shutdown(fd, SHUT_WR);
	WORLD_RUN_UNTIL(&w, endpoint_is_closed(&w.server));
	ck_assert_int_lt(w.server.err, 0);
	ck_assert_msg(strstr(w.server.why, strangers[_i].why), "%s", w.server.why);
	ck_assert_str_eq(w.server.calls, "c");
	close(fd);
	world_done(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("net/tls_handshake");
	TCase *tcase = tcase_create("tls_handshake");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, versions_before_1_2_are_refused);
	tcase_add_test(tcase, the_cipher_every_relay_must_have_is_there);
	tcase_add_loop_test(tcase, keys_are_exchanged_on_curves_only, 0, 3);
	tcase_add_loop_test(tcase, the_cheapest_suite_that_the_client_likes_is_chosen, 0,
			    sizeof(choices) / sizeof(choices[0]));
	tcase_add_loop_test(tcase, a_resumed_session_remembers_the_certificate, 0, 2);
	tcase_add_loop_test(tcase, a_session_is_resumed_under_its_own_name_only, 0, 2 * N_NAMES);
	tcase_add_loop_test(tcase, a_failed_handshake_says_why, 0,
			    sizeof(strangers) / sizeof(strangers[0]));
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
