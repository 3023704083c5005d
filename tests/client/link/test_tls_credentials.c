/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "client/memory_file.h"
#include "net/connection/connection.h"
#include "net/connection/listener.h"
#include "net/context.h"
#include "net/tls/tls.h"
#include "support/expect.h"
#include "support/run.h"

/* A context without certificates of its own, and two authorities that do not know each other. */
struct world {
	struct pair pair;
	struct support_ca *ca[2];
	struct support_certificate certificate[2];
};

static const struct msrp_local_uri here = { .host = "127.0.0.1", .secure = true };

static void world_init(struct world *w)
{
	*w = (struct world){ .pair.start_ms = 0 };
	pair_init(&w->pair, WITH_TCP, NULL);
	for (int i = 0; i < 2; i++) {
		w->ca[i] = support_ca_new();
		support_ca_issue(w->ca[i], "IP:127.0.0.1", 0, &w->certificate[i]);
	}
}

static void world_done(struct world *w)
{
	pair_done(&w->pair);
	for (int i = 0; i < 2; i++)
		support_ca_free(w->ca[i]);
}

static struct msrp_tls_credentials shown(const struct world *w, int i)
{
	return (struct msrp_tls_credentials){
		.certificate = w->certificate[i].certificate,
		.key = w->certificate[i].key,
	};
}

static struct msrp_tls_credentials trusting(const struct world *w, int i)
{
	return (struct msrp_tls_credentials){ .ca_file = support_ca_file(w->ca[i]) };
}

static void use(struct side *s, const struct msrp_tls_credentials *credentials)
{
	char error[200] = "";
	int err = msrp_connector_use_credentials(s->connector, credentials, error, sizeof(error));

	ck_assert_msg(!err, "%s", error);
}

static void prepare(struct side *s)
{
	ck_assert_int_eq(msrp_connector_prepare(s->connector, &here, side_on_prepared, s), 0);
	PAIR_RUN_UNTIL(s->pair, s->path);
	s->connect_err = INT_MIN;
}

/* The caller is prepared, and only has to connect. */
static void call(struct side *caller, struct side *callee)
{
	prepare(caller);
	ck_assert_int_eq(
	    msrp_connector_complete(callee->connector, caller->path, side_on_completed, callee), 0);
	ck_assert_int_eq(
	    msrp_connector_complete(caller->connector, callee->path, side_on_completed, caller), 0);
	PAIR_RUN_UNTIL(caller->pair, caller->connect_err != INT_MIN);
}

static void add_callee(struct world *w, struct side *s, const struct msrp_tls_credentials *c)
{
	s->pair = &w->pair;
	s->connect_err = INT_MIN;
	ck_assert_int_eq(msrp_acceptor_direct_new(w->pair.context, &s->connector), 0);
	use(s, c);
	prepare(s);
}

static void add_caller(struct world *w, struct side *s, const struct msrp_tls_credentials *c)
{
	s->pair = &w->pair;
	s->connect_err = INT_MIN;
	ck_assert_int_eq(msrp_connector_direct_new(w->pair.context, &s->connector), 0);
	if (c)
		use(s, c);
}

/* Which certificate is shown, and which is trusted. */
static const struct {
	int shows;
	int trusts;
	bool insecure;
	bool works;
} trials[] = {
	{ 0, 0, false, true }, { 0, 1, false, false }, { 1, 0, false, false },
	{ 1, 1, false, true }, { 0, 1, true, true },   { 1, -1, false, false },
	{ 1, -1, true, true },
};

/* All in one context, at the same time. */
START_TEST(each_connector_shows_and_trusts_its_own)
{
	struct side caller[SUPPORT_COUNT(trials)] = { 0 }, callee[SUPPORT_COUNT(trials)] = { 0 };
	struct world w;

	world_init(&w);
	for (size_t i = 0; i < SUPPORT_COUNT(trials); i++) {
		struct msrp_tls_credentials show = shown(&w, trials[i].shows);
		struct msrp_tls_credentials trust = { 0 };

		if (trials[i].trusts >= 0)
			trust = trusting(&w, trials[i].trusts);
		trust.insecure = trials[i].insecure;
		add_callee(&w, &callee[i], &show);
		add_caller(&w, &caller[i], &trust);
	}
	for (size_t i = 0; i < SUPPORT_COUNT(trials); i++) {
		call(&caller[i], &callee[i]);
		ck_assert_msg(caller[i].connect_err == (trials[i].works ? 0 : MSRP_ERROR_TLS),
			      "trial %zu: %s", i, caller[i].why);
	}
	for (size_t i = 0; i < SUPPORT_COUNT(trials); i++) {
		side_done(&caller[i]);
		side_done(&callee[i]);
	}
	world_done(&w);
}
END_TEST

START_TEST(session_lives_on_without_its_connector)
{
	struct msrp_tls_credentials show, trust;
	struct msrp_send_options options;
	struct world w;
	struct pair *p = &w.pair;

	world_init(&w);
	show = shown(&w, 0);
	trust = trusting(&w, 0);
	add_callee(&w, &p->callee, &show);
	add_caller(&w, &p->caller, &trust);
	call(&p->caller, &p->callee);
	PAIR_RUN_UNTIL(p, p->caller.bound && p->callee.bound);
	p->caller.connector = msrp_connector_cleanup(p->caller.connector);
	p->callee.connector = msrp_connector_cleanup(p->callee.connector);
	for (int i = 0; i < 3; i++)
		uv_run(&p->loop, UV_RUN_NOWAIT);
	options = side_options(&p->caller);
	ck_assert_int_eq(msrp_session_send(p->caller.session, "hello", 5, &options, NULL), 0);
	PAIR_RUN_UNTIL(p, p->caller.n_responses && p->callee.n_complete);
	assert_in(&p->callee, "hello", 5);
	world_done(&w);
}
END_TEST

/* The latest ones count, and not the context's. */
START_TEST(credentials_may_be_changed_before_prepare)
{
	struct msrp_tls_credentials show, trust, distrust;
	struct world w;

	world_init(&w);
	show = shown(&w, 0);
	trust = trusting(&w, 0);
	distrust = trusting(&w, 1);
	add_callee(&w, &w.pair.callee, &show);
	add_caller(&w, &w.pair.caller, &distrust);
	use(&w.pair.caller, &trust);
	call(&w.pair.caller, &w.pair.callee);
	ck_assert_int_eq(w.pair.caller.connect_err, 0);
	world_done(&w);
}
END_TEST

/* ---- our certificate, as the other side sees it ---- */

struct peer {
	struct net_conn *conn;
	bool opened;
	bool verified;
};

static void peer_opened(void *arg)
{
	struct peer *peer = arg;

	peer->opened = true;
	peer->verified = net_conn_peer(peer->conn)->verified;
}

static int peer_recv(void *arg, const uint8_t *in, size_t len)
{
	return 0;
}

static void peer_eof(void *arg)
{
	struct peer *peer = arg;

	net_conn_close(peer->conn);
}

static size_t peer_pull(void *arg, const uint8_t **ret_out)
{
	return 0;
}

static void peer_sent(void *arg, size_t len)
{
}

static bool peer_want_read(void *arg)
{
	return true;
}

static void peer_closed(void *arg, int err, const char *why)
{
	struct peer *peer = arg;

	peer->conn = NULL;
}

static const struct net_conn_user peer_user = {
	.opened = peer_opened,
	.recv = peer_recv,
	.eof = peer_eof,
	.pull = peer_pull,
	.sent = peer_sent,
	.want_read = peer_want_read,
	.closed = peer_closed,
};

static void on_accept(void *arg, struct net_conn *conn, const struct net_address *address)
{
	struct peer *peer = arg;

	peer->conn = conn;
	net_conn_set_user(conn, &peer_user, peer);
}

static struct net_listener *listen_with_tls(struct world *w, struct net_context *context,
					    struct peer *peer)
{
	struct net_tls_domain domain = { .certificate = w->certificate[0].certificate,
					 .key = w->certificate[0].key };
	struct net_tls_server_options options = { .domain = &domain,
						  .n_domains = 1,
						  .ca = support_ca_file(w->ca[1]) };
	struct net_listener_options listen = { .accept = on_accept, .arg = peer };
	struct net_listener *listener;
	char error[200];

	ck_assert_int_eq(net_address_parse("127.0.0.1", 0, &listen.address), 0);
	ck_assert_int_eq(net_tls_server_new(&options, error, sizeof(error), &listen.protocol.tls),
			 0);
	ck_assert_int_eq(net_listener_new(context, &listen, &listener), 0);
	net_tls_unref(listen.protocol.tls);
	return listener;
}

START_TEST(own_certificate_is_shown_to_who_asks)
{
	struct peer peer = { 0 };
	struct net_context *context;
	struct net_listener *listener;
	struct msrp_tls_credentials c = { 0 };
	struct world w;
	struct side *s = &w.pair.caller;
	char path[64];

	world_init(&w);
	ck_assert_int_eq(net_context_new(&w.pair.loop, &context), 0);
	listener = listen_with_tls(&w, context, &peer);
	if (_i)
		c = shown(&w, 1);
	c.ca_file = support_ca_file(w.ca[0]);
	add_caller(&w, s, &c);
	prepare(s);
	snprintf(path, sizeof(path), "msrps://127.0.0.1:%u/x;tcp",
		 net_address_port(net_listener_address(listener)));
	ck_assert_int_eq(msrp_connector_complete(s->connector, path, side_on_completed, s), 0);
	PAIR_RUN_UNTIL(&w.pair, peer.opened);
	ck_assert(peer.verified == (_i == 1));
	s->connector = msrp_connector_cleanup(s->connector);
	PAIR_RUN_UNTIL(&w.pair, !peer.conn);
	net_listener_free(listener);
	net_context_free(context);
	world_done(&w);
}
END_TEST

/* ---- misuse ---- */

START_TEST(what_cannot_be_read_is_told_and_changes_nothing)
{
	struct msrp_tls_credentials wrong = { .ca_file = "/nowhere/ca.pem" };
	struct msrp_tls_credentials show, trust;
	char error[200] = "";
	struct world w;

	world_init(&w);
	show = shown(&w, 0);
	trust = trusting(&w, 0);
	add_callee(&w, &w.pair.callee, &show);
	add_caller(&w, &w.pair.caller, &trust);
	ck_assert_int_lt(
	    msrp_connector_use_credentials(w.pair.caller.connector, &wrong, error, sizeof(error)),
	    0);
	ck_assert_ptr_nonnull(strstr(error, "/nowhere/ca.pem"));
	wrong = trust;
	wrong.certificate = w.certificate[0].certificate;
	wrong.key = w.certificate[1].key;
	ck_assert_int_lt(
	    msrp_connector_use_credentials(w.pair.caller.connector, &wrong, error, sizeof(error)),
	    0);
	call(&w.pair.caller, &w.pair.callee);
	ck_assert_int_eq(w.pair.caller.connect_err, 0);
	ck_assert_int_eq(
	    msrp_connector_use_credentials(w.pair.caller.connector, &trust, error, sizeof(error)),
	    -EALREADY);
	world_done(&w);
}
END_TEST

START_TEST(acceptor_of_a_server_has_those_of_the_server)
{
	struct msrp_server *server;
	struct msrp_connector *c;
	struct msrp_tls_credentials none = { 0 };
	char error[200] = "";
	struct world w;

	world_init(&w);
	ck_assert_int_eq(msrp_server_new(w.pair.context, NULL, error, sizeof(error), &server), 0);
	ck_assert_int_eq(msrp_acceptor_server_new(server, &c), 0);
	ck_assert_int_eq(msrp_connector_use_credentials(c, &none, error, sizeof(error)), -ENOTSUP);
	ck_assert_str_ne(error, "");
	msrp_connector_cleanup(c);
	ck_assert_int_eq(msrp_connector_use_credentials(c, &none, NULL, 0), -EINVAL);
	ck_assert_ptr_null(msrp_server_free(server));
	world_done(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/tls_credentials");
	TCase *all = tcase_create("credentials");

	tcase_set_timeout(all, 60);
	tcase_add_test(all, each_connector_shows_and_trusts_its_own);
	tcase_add_test(all, session_lives_on_without_its_connector);
	tcase_add_test(all, credentials_may_be_changed_before_prepare);
	tcase_add_loop_test(all, own_certificate_is_shown_to_who_asks, 0, 2);
	tcase_add_test(all, what_cannot_be_read_is_told_and_changes_nothing);
	tcase_add_test(all, acceptor_of_a_server_has_those_of_the_server);
	suite_add_tcase(suite, all);
	return support_run(suite);
}
