/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Authentication by certificate, on both sides; and complaints about files that have none.
 */
#include "net/tls/tls.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "net/connection/certificate.h"
#include "net/connection/connection.h"
#include "net/endpoint.h"
#include "support/run.h"

/* A client's verdict on the certificate of a server. */
static const struct {
	const char *what;
	const char *names; /* in the certificate */
	unsigned flags;
	const char *expect; /* the name that the client expects */
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

static void meet_server(struct world *w, int i, bool verify)
{
	struct support_ca *other = servers[i].trusts_other_ca ? support_ca_new() : NULL;
	struct support_certificate certificate;
	struct net_tls_domain domain;

	world_init(w, WITH_TLS);
	support_ca_issue(w->ca, servers[i].names, servers[i].flags, &certificate);
	domain = (struct net_tls_domain){ NULL, certificate.certificate, certificate.key };
	world_use_tls(w, world_server_tls(&domain, 1, support_ca_file(w->ca)),
		      world_client_tls(support_ca_file(other ? other : w->ca), verify, NULL));
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
	const char *is;	  /* the owner of the certificate that it gets */
} asked[] = {
	{ "first.test", "first.test" },	  { "second.test", "second.test" },
	{ "SECOND.test", "second.test" }, { "elsewhere.test", "first.test" },
	{ "127.0.0.1", "first.test" },
};

/* By digests, as in an SDP. */
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

/* The name is no reason to refuse here, so that the answer to a wrong one is visible. */
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
	world_use_tls(&w, world_server_tls(domain, 2, support_ca_file(w.ca)),
		      world_client_tls(support_ca_file(w.ca), true, &own));
	w.server_name = asked[_i].name;
	world_listen(&w);
	world_connect(&w);
	WORLD_RUN_UNTIL(&w, w.client.calls[0]);
	ck_assert_msg(endpoint_is_open(&w.client), "%s", w.client.why);
	other = strcmp(asked[_i].is, "first.test") == 0 ? "second.test" : "first.test";
	ck_assert(net_conn_peer_is(w.client.conn, asked[_i].is));
	ck_assert(!net_conn_peer_is(w.client.conn, other));
	expect_shown(&w, strcmp(asked[_i].is, "second.test") == 0);
	/* In either case clients are verified all the same. */
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

/* It is let in with any certificate, which only decides what it may do. */
START_TEST(a_relay_is_known_by_its_certificate)
{
	struct support_certificate own;
	struct world w;

	world_init(&w, WITH_TLS);
	support_ca_issue(w.ca, "DNS:peer.test", relays[_i].flags, &own);
	world_use_tls(&w, NULL, world_client_tls(support_ca_file(w.ca), true, &own));
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

/* OpenSSL would let ".test" match all hosts below it. */
static const char *const no_hosts[] = { ".test", "*.test", "", ".", "peer.test.", "peer..test" };

START_TEST(what_is_no_host_is_named_by_no_certificate)
{
	struct support_certificate own;
	struct world w;

	world_init(&w, WITH_TLS);
	support_ca_issue(w.ca, "DNS:peer.test,DNS:*.test", 0, &own);
	world_use_tls(&w, NULL, world_client_tls(support_ca_file(w.ca), true, &own));
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

/* What the other side can make us do before it knows anything about us. */
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
	world_use_tls(&w, NULL, world_client_tls(support_ca_file(w.ca), true, &odd));
	world_listen(&w);
	world_connect(&w);
	WORLD_RUN_UNTIL(&w, w.server.calls[0]);
	assert_odd(&w.server);
	world_done(&w);
}
END_TEST

/* By clients that verify and by those that do not. */
START_TEST(an_odd_certificate_of_a_server_is_refused_unread)
{
	struct support_certificate odd;
	struct net_tls_domain domain;
	struct world w;

	world_init(&w, WITH_TLS);
	spoil[_i / 2](&w, &odd);
	domain = (struct net_tls_domain){ NULL, odd.certificate, odd.key };
	world_use_tls(&w, world_server_tls(&domain, 1, NULL),
		      world_client_tls(support_ca_file(w.ca), _i % 2, NULL));
	world_listen(&w);
	world_connect(&w);
	WORLD_RUN_UNTIL(&w, w.client.calls[0]);
	assert_odd(&w.client);
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
	Suite *suite = suite_create("net/tls_certificate");
	TCase *tcase = tcase_create("tls_certificate");

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
	tcase_add_loop_test(tcase, errors_in_files_name_the_file, 0, 10);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
