/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/tls.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/certificate.h"
#include "net/connection.h"
#include "net/endpoint.h"
#include "net/raw_tls.h"
#include "support/run.h"

/* What a client makes of the certificate of a server. */
static const struct {
	const char *what;
	const char *names; /* in the certificate */
	unsigned flags;
	const char *expect; /* the name the client goes by */
	const char *why;    /* part of the reason to refuse; NULL: it verifies */
	bool trusts_other_ca;
} servers[] = {
	{ "its name", "DNS:relay.test", 0, "relay.test", NULL, false },
	{ "its name in capitals", "DNS:relay.test", 0, "RELAY.test", NULL, false },
	{ "one of its names", "DNS:a.test,DNS:b.test", 0, "b.test", NULL, false },
	{ "a wildcard", "DNS:*.relay.test", 0, "a.relay.test", NULL, false },
	{ "its address", "IP:127.0.0.1", 0, "127.0.0.1", NULL, false },
	{ "an RSA key", "DNS:relay.test", SUPPORT_RSA, "relay.test", NULL, false },
	{ "another name", "DNS:other.test", 0, "relay.test", "hostname mismatch", false },
	{ "another address", "IP:127.0.0.2", 0, "127.0.0.1", "IP address mismatch", false },
	{ "an address as a name", "DNS:127.0.0.1", 0, "127.0.0.1", "IP address mismatch", false },
	{ "a wildcard for part of a label", "DNS:re*.test", 0, "relay.test", "hostname mismatch",
	  false },
	{ "its name as common name only", "DNS:other.test", 0, "Test", "hostname mismatch", false },
	{ "an expired one", "DNS:relay.test", SUPPORT_EXPIRED, "relay.test", "has expired", false },
	{ "a self-signed one", "DNS:relay.test", SUPPORT_SELF_SIGNED, "relay.test", "self-signed",
	  false },
	{ "one of an unknown CA", "DNS:relay.test", 0, "relay.test", "unable to get local issuer",
	  true },
};

enum {
	N_SERVERS = sizeof(servers) / sizeof(servers[0]),
};

static struct net_tls *new_client(const char *ca, bool verify,
				  const struct support_certificate *own)
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

static struct net_tls *new_server(const struct net_tls_domain *domain, size_t n, const char *ca)
{
	struct net_tls_server_options options = { .domain = domain, .n_domains = n, .ca = ca };
	struct net_tls *tls;
	char error[200];

	ck_assert_msg(net_tls_server_new(&options, error, sizeof(error), &tls) == 0, "%s", error);
	return tls;
}

/* The world with these settings in place of the usual ones. */
static void use(struct world *w, struct net_tls *server, struct net_tls *client)
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

static void meet_server(struct world *w, int i, bool verify)
{
	struct support_ca *other = servers[i].trusts_other_ca ? support_ca_new() : NULL;
	struct support_certificate certificate;
	struct net_tls_domain domain;

	world_init(w, WITH_TLS);
	support_ca_issue(w->ca, servers[i].names, servers[i].flags, &certificate);
	domain = (struct net_tls_domain){ NULL, certificate.certificate, certificate.key };
	use(w, new_server(&domain, 1, support_ca_file(w->ca)),
	    new_client(support_ca_file(other ? other : w->ca), verify, NULL));
	support_ca_free(other);
	w->server_name = servers[i].expect;
	world_listen(w);
	world_connect(w);
	WORLD_RUN_UNTIL(w, endpoint_is_open(&w->client) || endpoint_is_closed(&w->client));
}

START_TEST(a_verifying_client_takes_only_the_right_certificate)
{
	struct world w;

	meet_server(&w, _i, true);
	if (servers[_i].why) {
		ck_assert_msg(endpoint_is_closed(&w.client), "%s was taken", servers[_i].what);
		ck_assert_int_eq(w.client.err, -EPROTO);
		ck_assert_ptr_nonnull(
		    strstr(w.client.why, "TLS handshake: certificate verify failed: "));
		ck_assert_msg(strcasestr(w.client.why, servers[_i].why), "%s: %s", servers[_i].what,
			      w.client.why);
	} else {
		ck_assert_msg(endpoint_is_open(&w.client), "%s: %s", servers[_i].what,
			      w.client.why);
		ck_assert(net_conn_peer(w.client.conn)->verified);
		ck_assert(net_conn_peer_is(w.client.conn, servers[_i].expect));
		ck_assert(!net_conn_peer_is(w.client.conn, "elsewhere.test"));
		ck_assert(!net_conn_peer_is(w.client.conn, "Test"));
	}
	world_done(&w);
}
END_TEST

START_TEST(a_lenient_client_goes_on_and_knows_better)
{
	struct world w;

	meet_server(&w, _i, false);
	ck_assert_msg(endpoint_is_open(&w.client), "%s: %s", servers[_i].what, w.client.why);
	ck_assert(net_conn_peer(w.client.conn)->secure);
	ck_assert_int_eq(net_conn_peer(w.client.conn)->verified, !servers[_i].why);
	ck_assert_int_eq(net_conn_peer_is(w.client.conn, servers[_i].expect), !servers[_i].why);
	world_done(&w);
}
END_TEST

static const struct {
	const char *name; /* what the client asks for */
	const char *is;	  /* whose certificate it gets */
} asked[] = {
	{ "first.test", "first.test" },	  { "second.test", "second.test" },
	{ "SECOND.test", "second.test" }, { "elsewhere.test", "first.test" },
	{ "127.0.0.1", "first.test" },
};

/* The name is no reason to refuse here, so that the answer to a wrong one can be seen. */
/* By digests, as an SDP has them. */
static void expect_shown(const struct world *w, size_t domain)
{
	struct net_certificate *ours = net_tls_certificate(w->server_tls, domain);
	struct net_certificate *seen = net_conn_certificate(w->client.conn);
	uint8_t a[NET_DIGEST_MAX] = { 0 }, b[NET_DIGEST_MAX] = { 0 };

	for (int hash = NET_SHA1; hash <= NET_SHA256; hash++) {
		ck_assert(net_certificate_digest(ours, (enum net_hash)hash, a));
		ck_assert(net_certificate_digest(seen, (enum net_hash)hash, b));
		ck_assert_mem_eq(a, b, sizeof(a));
	}
	net_certificate_free(ours);
	net_certificate_free(seen);
	ck_assert_ptr_null(net_tls_certificate(w->server_tls, 2));
}

START_TEST(server_name_indication_picks_the_certificate)
{
	struct support_certificate first, second, own;
	struct net_tls_domain domain[2];
	const char *other;
	struct world w;

	world_init(&w, WITH_TLS);
	support_ca_issue(w.ca, "DNS:first.test,DNS:elsewhere.test,IP:127.0.0.1", 0, &first);
	support_ca_issue(w.ca, "DNS:second.test", 0, &second);
	domain[0] = (struct net_tls_domain){ NULL, first.certificate, first.key };
	domain[1] = (struct net_tls_domain){ "second.test", second.certificate, second.key };
	support_ca_issue(w.ca, "DNS:peer.test", 0, &own);
	use(&w, new_server(domain, 2, support_ca_file(w.ca)),
	    new_client(support_ca_file(w.ca), true, &own));
	w.server_name = asked[_i].name;
	world_listen(&w);
	world_connect(&w);
	WORLD_RUN_UNTIL(&w, w.client.calls[0]);
	ck_assert_msg(endpoint_is_open(&w.client), "%s", w.client.why);
	other = strcmp(asked[_i].is, "first.test") == 0 ? "second.test" : "first.test";
	ck_assert(net_conn_peer_is(w.client.conn, asked[_i].is));
	ck_assert(!net_conn_peer_is(w.client.conn, other));
	expect_shown(&w, strcmp(asked[_i].is, "second.test") == 0);
	/* Whichever it is: clients are verified all the same. */
	WORLD_RUN_UNTIL(&w, endpoint_is_open(&w.server));
	ck_assert(net_conn_peer_is(w.server.conn, "peer.test"));
	world_done(&w);
}
END_TEST

static const struct {
	const char *what;
	unsigned flags;
	bool verified;
} relays[] = {
	{ "a certificate of the CA", 0, true },
	{ "a certificate for servers", SUPPORT_SERVER_ONLY, true },
	{ "an expired certificate", SUPPORT_EXPIRED, false },
	{ "a self-signed certificate", SUPPORT_SELF_SIGNED, false },
};

/* Whatever it shows, it is let in: only what it may do depends on it. */
START_TEST(a_relay_is_known_by_its_certificate)
{
	struct support_certificate own;
	struct world w;

	world_init(&w, WITH_TLS);
	support_ca_issue(w.ca, "DNS:peer.test", relays[_i].flags, &own);
	use(&w, NULL, new_client(support_ca_file(w.ca), true, &own));
	world_listen(&w);
	world_connect(&w);
	WORLD_RUN_UNTIL(&w, w.server.calls[0]);
	ck_assert_msg(endpoint_is_open(&w.server), "%s: %s", relays[_i].what, w.server.why);
	ck_assert_int_eq(net_conn_peer(w.server.conn)->verified, relays[_i].verified);
	ck_assert_int_eq(net_conn_peer_is(w.server.conn, "peer.test"), relays[_i].verified);
	ck_assert(!net_conn_peer_is(w.server.conn, "relay.test"));
	world_done(&w);
}
END_TEST

/* OpenSSL takes ".test" for whatever is below it. */
static const char *const no_hosts[] = { ".test", "*.test", "", ".", "peer.test.", "peer..test" };

START_TEST(what_is_no_host_is_named_by_no_certificate)
{
	struct support_certificate own;
	struct world w;

	world_init(&w, WITH_TLS);
	support_ca_issue(w.ca, "DNS:peer.test,DNS:*.test", 0, &own);
	use(&w, NULL, new_client(support_ca_file(w.ca), true, &own));
	world_listen(&w);
	world_connect(&w);
	WORLD_RUN_UNTIL(&w, endpoint_is_open(&w.server));
	ck_assert(net_conn_peer(w.server.conn)->verified);
	for (size_t i = 0; i < sizeof(no_hosts) / sizeof(no_hosts[0]); i++)
		ck_assert_msg(!net_conn_peer_is(w.server.conn, no_hosts[i]), "%s", no_hosts[i]);
	world_done(&w);
}
END_TEST

START_TEST(nobody_connects_to_what_is_no_host)
{
	struct world w;

	world_init(&w, WITH_TLS);
	w.server_name = ".test";
	world_listen(&w);
	world_connect(&w);
	WORLD_RUN_UNTIL(&w, w.client.calls[0]);
	ck_assert_str_eq(w.client.calls, "c");
	world_done(&w);
}
END_TEST

static void spoil_exponent(struct world *w, struct support_certificate *ret_odd)
{
	support_ca_issue(w->ca, "DNS:relay.test", SUPPORT_RSA_EXPONENT, ret_odd);
}

/* More certificates than anybody needs. */
static void spoil_chain(struct world *w, struct support_certificate *ret_odd)
{
	char pem[4096];
	FILE *in = fopen(support_ca_file(w->ca), "r");
	size_t len = fread(pem, 1, sizeof(pem), in);
	FILE *out;

	support_ca_issue(w->ca, "DNS:relay.test", 0, ret_odd);
	out = fopen(ret_odd->certificate, "a");
	for (int i = 0; i < 8; i++)
		ck_assert_uint_eq(fwrite(pem, 1, len, out), len);
	fclose(out);
	fclose(in);
}

/* What the other side has to work with before it knows anything of us. */
static void (*const spoil[])(struct world *w, struct support_certificate *ret_odd) = {
	spoil_exponent,
	spoil_chain,
};

static void assert_odd(const struct endpoint *e)
{
	ck_assert_int_eq(e->err, -EPROTO);
	ck_assert_str_eq(e->calls, "c");
	ck_assert_msg(strstr(e->why, "a key of unusual kind, size or parameters"), "%s", e->why);
}

START_TEST(an_odd_certificate_of_a_client_is_refused_unread)
{
	struct support_certificate odd;
	struct world w;

	world_init(&w, WITH_TLS);
	spoil[_i](&w, &odd);
	use(&w, NULL, new_client(support_ca_file(w.ca), true, &odd));
	world_listen(&w);
	world_connect(&w);
	WORLD_RUN_UNTIL(&w, w.server.calls[0]);
	assert_odd(&w.server);
	world_done(&w);
}
END_TEST

/* By those that verify and by those that need not. */
START_TEST(an_odd_certificate_of_a_server_is_refused_unread)
{
	struct support_certificate odd;
	struct net_tls_domain domain;
	struct world w;

	world_init(&w, WITH_TLS);
	spoil[_i / 2](&w, &odd);
	domain = (struct net_tls_domain){ NULL, odd.certificate, odd.key };
	use(&w, new_server(&domain, 1, NULL), new_client(support_ca_file(w.ca), _i % 2, NULL));
	world_listen(&w);
	world_connect(&w);
	WORLD_RUN_UNTIL(&w, w.client.calls[0]);
	assert_odd(&w.client);
	world_done(&w);
}
END_TEST

START_TEST(versions_before_1_2_are_refused)
{
	struct raw_tls raw = { .ctx = SSL_CTX_new(TLS_client_method()) };
	struct world w;

	world_init(&w, WITH_TLS);
	world_listen(&w);
	/* Without the security level it is our side that refuses, and not the client's. */
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
	use(&w, new_server(&domain, 1, NULL), NULL);
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

/* Each of them would take us 20 ms with the keys of some, at the client's choice. */
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
	use(&w, new_server(&domain, 1, NULL), NULL);
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
	/* With TLS 1.3 the ticket comes behind the handshake. */
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
	use(&w, new_server(domain, 3, NULL), NULL);
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

/* Both sides of OpenSSL may have something to write when all we want is to read. */
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

/* What came before in the same segment is delivered before the end. */
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

START_TEST(errors_in_files_name_the_file)
{
	struct support_ca *ca = support_ca_new();
	struct support_certificate a, b;
	struct net_tls *tls = NULL;
	char error[200];

	support_ca_issue(ca, "DNS:a.test", 0, &a);
	support_ca_issue(ca, "DNS:b.test", 0, &b);
	struct {
		const char *certificate, *key, *ca, *named, *why;
	} wrong[] = {
		{ "/nowhere/cert.pem", a.key, NULL, "/nowhere/cert.pem: ", "No such file" },
		{ a.certificate, "/nowhere/key.pem", NULL, "/nowhere/key.pem: ", "No such file" },
		{ a.certificate, b.key, NULL, b.key, "the key does not belong to the certificate" },
		{ a.key, a.key, NULL, a.key, "there is no certificate in it" },
		{ a.certificate, a.certificate, NULL, a.certificate,
		  "there is no private key in it" },
		{ a.certificate, a.key, "/nowhere/ca.pem", "/nowhere/ca.pem: ", "No such file" },
		{ a.certificate, a.key, a.key, a.key, "there is no certificate in it" },
		{ "/dev/zero", a.key, NULL, "/dev/zero: ", "is no regular file" },
		{ a.certificate, "/dev/zero", NULL, "/dev/zero: ", "is no regular file" },
		{ a.certificate, a.key, "/dev/zero", "/dev/zero: ", "is no regular file" },
	};
	struct net_tls_domain domain = { NULL, wrong[_i].certificate, wrong[_i].key };
	struct net_tls_server_options options = { .domain = &domain,
						  .n_domains = 1,
						  .ca = wrong[_i].ca };

	ck_assert_int_lt(net_tls_server_new(&options, error, sizeof(error), &tls), 0);
	ck_assert_msg(strncmp(error, wrong[_i].named, strlen(wrong[_i].named)) == 0, "%s", error);
	ck_assert_msg(strstr(error, wrong[_i].why), "%s", error);
	ck_assert_ptr_null(tls);
	support_ca_free(ca);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("net/tls");
	TCase *tcase = tcase_create("tls");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, a_verifying_client_takes_only_the_right_certificate, 0,
			    N_SERVERS);
	tcase_add_loop_test(tcase, a_lenient_client_goes_on_and_knows_better, 0, N_SERVERS);
	tcase_add_loop_test(tcase, server_name_indication_picks_the_certificate, 0,
			    sizeof(asked) / sizeof(asked[0]));
	tcase_add_loop_test(tcase, a_relay_is_known_by_its_certificate, 0,
			    sizeof(relays) / sizeof(relays[0]));
	tcase_add_test(tcase, what_is_no_host_is_named_by_no_certificate);
	tcase_add_test(tcase, nobody_connects_to_what_is_no_host);
	tcase_add_loop_test(tcase, an_odd_certificate_of_a_client_is_refused_unread, 0, 2);
	tcase_add_loop_test(tcase, an_odd_certificate_of_a_server_is_refused_unread, 0, 4);
	tcase_add_loop_test(tcase, keys_are_exchanged_on_curves_only, 0, 3);
	tcase_add_loop_test(tcase, a_session_is_resumed_under_its_own_name_only, 0, 2 * N_NAMES);
	tcase_add_test(tcase, versions_before_1_2_are_refused);
	tcase_add_test(tcase, the_cipher_every_relay_must_have_is_there);
	tcase_add_loop_test(tcase, the_cheapest_suite_that_the_client_likes_is_chosen, 0,
			    sizeof(choices) / sizeof(choices[0]));
	tcase_add_loop_test(tcase, a_resumed_session_remembers_the_certificate, 0, 2);
	tcase_add_loop_test(tcase, input_ends_with_close_notify_or_with_a_bare_fin, 0, 2);
	tcase_add_test(tcase, garbage_in_the_stream_ends_the_connection);
	tcase_add_test(tcase, a_key_update_is_answered);
	tcase_add_loop_test(tcase, a_failed_handshake_says_why, 0,
			    sizeof(strangers) / sizeof(strangers[0]));
	tcase_add_loop_test(tcase, errors_in_files_name_the_file, 0, 10);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
