/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/way.h"

#include <check.h>

#define BOTH_MATCHES(kind, transport, host)                                                        \
	{ kind, transport, host, false },                                                          \
	{                                                                                          \
		kind, transport, host, true                                                        \
	}
#define BOTH_HOSTS(kind, transport)                                                                \
	BOTH_MATCHES(kind, transport, "127.0.0.1"), BOTH_MATCHES(kind, transport, "::1")
#define BOTH_TRANSPORTS(kind) BOTH_HOSTS(kind, WITH_TCP), BOTH_HOSTS(kind, WITH_TLS)

const struct way ways[] = {
	BOTH_TRANSPORTS(WAY_DIRECT),
	BOTH_TRANSPORTS(WAY_SERVER),
	BOTH_TRANSPORTS(WAY_RELAY),
};

const int n_ways = sizeof(ways) / sizeof(ways[0]);

static void make_by_server(const struct way *way, struct pair *p, struct way_state *state)
{
	char error[200];
	int err = msrp_server_new(p->context, NULL, error, sizeof(error), &state->server);

	ck_assert_msg(!err, "%s", error);
	ck_assert_int_eq(msrp_acceptor_server_new(state->server, &p->callee.connector), 0);
	ck_assert_int_eq(msrp_get_connector(p->context, NULL, &p->caller.connector), 0);
}

static void make_by_relay(const struct way *way, struct pair *p, struct way_state *state)
{
	struct msrp_relay_settings settings = {
		.domain = RELAY_DOMAIN,
		.host = way->host,
		.username = RELAY_USER,
		.password = RELAY_PASSWORD,
		.without_tls = way->transport == WITH_TCP,
	};

	relay_start(&state->relay, way->host, way->transport == WITH_TLS ? &p->certificate : NULL);
	settings.port = state->relay.port;
	ck_assert_int_eq(msrp_get_acceptor(p->context, &settings, &p->callee.connector), 0);
	ck_assert_int_eq(msrp_get_connector(p->context, &settings, &p->caller.connector), 0);
}

void way_make(const struct way *way, struct pair *p, struct way_state *state)
{
	*state = (struct way_state){ 0 };
	switch (way->kind) {
	case WAY_DIRECT:
		ck_assert_int_eq(msrp_get_acceptor(p->context, NULL, &p->callee.connector), 0);
		ck_assert_int_eq(msrp_get_connector(p->context, NULL, &p->caller.connector), 0);
		break;
	case WAY_SERVER:
		make_by_server(way, p, state);
		break;
	case WAY_RELAY:
		make_by_relay(way, p, state);
		break;
	}
}

struct msrp_local_uri way_local(const struct way *way)
{
	return (struct msrp_local_uri){ .host = way->host, .secure = way->transport == WITH_TLS };
}

static void prepare(const struct way *way, struct side *s)
{
	struct msrp_local_uri local = way_local(way);

	ck_assert_int_eq(msrp_connector_use_sessmatch(s->connector, way->use_sessmatch), 0);
	ck_assert_int_eq(msrp_connector_prepare(s->connector, &local, side_on_prepared, s), 0);
}

static void complete(struct side *s, const struct side *other)
{
	ck_assert_int_eq(msrp_connector_complete(s->connector, other->path, side_on_completed, s),
			 0);
}

void way_connect(const struct way *way, struct pair *p, struct way_state *state)
{
	way_make(way, p, state);
	prepare(way, &p->callee);
	prepare(way, &p->caller);
	PAIR_RUN_UNTIL(p, p->caller.path && p->callee.path);
	complete(&p->callee, &p->caller);
	complete(&p->caller, &p->callee);
	PAIR_RUN_UNTIL(p, p->caller.bound && p->callee.bound);
}

void way_done(const struct way *way, struct pair *p, struct way_state *state)
{
	p->callee.connector = msrp_connector_cleanup(p->callee.connector);
	ck_assert_ptr_null(msrp_server_free(state->server));
	pair_done(p);
	if (way->kind == WAY_RELAY)
		relay_stop(&state->relay);
}
