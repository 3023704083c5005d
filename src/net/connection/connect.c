/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SRV records give servers, look-ups give addresses, and race.c tries those. Policy is asked about
 * each address, after the look-up.
 */
#include "net/connection/connect.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/address/resolver.h"
#include "net/connection/connection_state.h"
#include "net/connection/race.h"
#include "net/context_state.h"

struct net_connector {
	struct net_conn *conn; /* its owner */
	char *host;
	char *server_name; /* NULL: the host */
	char asker[NET_ADDRESS_TEXT_MAX];
	struct net_tls *tls;
	uint16_t default_port;
	struct net_lookup *lookup; /* NULL if none is under way */
	struct net_srv server[NET_SRV_MAX];
	size_t n_servers;
	size_t next_server;
	struct net_race race;
	uv_timer_t stagger;
	struct net_address avoid[NET_AVOID_MAX];
	size_t n_avoid;
	int err;	       /* why the first address or server failed */
	char why[NET_WHY_MAX]; /* the same as a line */
};

enum {
	/*
	 * How long one server may take before the next is tried as well: longer than a handshake
	 * over a satellite, and short enough to try three within the ten seconds in all.
	 */
	SERVER_MS = 2000,
};

/* The first failure is reported in the end, but "not allowed" tells nobody much. */
__attribute__((format(printf, 3, 4))) static void note(struct net_connector *c, int err,
						       const char *format, ...)
{
	va_list ap;

	if (c->err != 0 && c->err != -EACCES)
		return;
	c->err = err;
	va_start(ap, format);
	vsnprintf(c->why, sizeof(c->why), format, ap);
	va_end(ap);
}

static void try_next_server(struct net_connector *c);

static bool is_only_address(const struct net_connector *c)
{
	return c->n_servers == 1 && c->race.n_addresses == 1;
}

static void on_race_failed(struct net_race *race, const struct net_address *address, int err,
			   const char *why)
{
	struct net_connector *c = CONTAINER_OF(race, struct net_connector, race);
	char text[NET_ADDRESS_TEXT_MAX];

	net_address_format(address, text);
	if (err == -EACCES)
		note(c, err, "address %s is not allowed", text);
	else if (why && is_only_address(c))
		note(c, err, "%s", why);
	else
		note(c, err, "%s: %s", text, why ? why : uv_strerror(err));
}

static void on_more(struct net_race *race)
{
	struct net_connector *c = CONTAINER_OF(race, struct net_connector, race);

	if (!c->lookup)
		try_next_server(c);
}

static bool has_others(const struct net_connector *c)
{
	return c->race.n_attempts > 0 || c->race.next < c->race.n_addresses || c->lookup ||
	       c->next_server < c->n_servers;
}

static void on_won(struct net_race *race, struct net_transport *transport,
		   const struct net_address *address)
{
	struct net_connector *c = CONTAINER_OF(race, struct net_connector, race);
	struct net_conn *conn = c->conn;
	struct net_address peer = *address; /* the race is about to be freed */

	conn->has_others = has_others(c);
	conn->connector = net_connector_free(c);
	net_conn_set_transport(conn, transport, &peer);
}

static bool is_avoided(const struct net_connector *c, const struct net_address *address)
{
	uint8_t bytes[16], avoided[16];

	net_address_bytes(address, bytes);
	for (size_t i = 0; i < c->n_avoid; i++) {
		net_address_bytes(&c->avoid[i], avoided);
		if (memcmp(bytes, avoided, sizeof(bytes)) == 0 &&
		    net_address_port(address) == net_address_port(&c->avoid[i]))
			return true;
	}
	return false;
}

static void use_addresses(struct net_connector *c, const struct net_address *address, size_t n)
{
	struct net_address kept[NET_ADDRESSES_MAX];
	size_t n_kept = 0;

	for (size_t i = 0; i < n && n_kept < NET_ADDRESSES_MAX; i++)
		if (!is_avoided(c, &address[i]))
			kept[n_kept++] = address[i];
	net_race_add(&c->race, kept, n_kept);
}

static void on_addresses(void *arg, int err, const struct net_address *address, size_t n)
{
	struct net_connector *c = arg;
	const char *host = c->server[c->next_server - 1].host;

	c->lookup = NULL;
	if (!err) {
		use_addresses(c, address, n);
		return;
	}
	note(c, err, "%s: %s", host, err == UV_EAI_NONAME ? "no such host" : uv_strerror(err));
	try_next_server(c);
}

static const char *why_not_asked(int err)
{
	return err == -EBUSY ? "too many look-ups of names at a time" : uv_strerror(err);
}

static void try_next_server(struct net_connector *c)
{
	const struct net_srv *server = &c->server[c->next_server];
	struct net_address address;
	int err;

	if (c->next_server == c->n_servers) {
		if (c->race.n_attempts > 0)
			return;
		if (c->err == 0)
			note(c, -EHOSTUNREACH, "no address is left to be tried");
		net_conn_end(c->conn, c->err, c->why);
		return;
	}
	c->next_server++;
	if (net_address_parse(server->host, server->port, &address) == 0) {
		use_addresses(c, &address, 1);
		return;
	}
	err = net_resolver_addresses(c->conn->context->resolver, c->asker, server->host,
				     server->port, on_addresses, c, &c->lookup);
	if (!err)
		return;
	note(c, err, "%s: %s", server->host, why_not_asked(err));
	try_next_server(c);
}

static void use_only_host(struct net_connector *c, uint16_t port)
{
	snprintf(c->server[0].host, sizeof(c->server[0].host), "%s", c->host);
	c->server[0].port = port;
	c->n_servers = 1;
}

static void on_services(void *arg, int err, const struct net_srv *record, size_t n)
{
	struct net_connector *c = arg;

	c->lookup = NULL;
	if (err || n == 0) {
		use_only_host(c, c->default_port);
	} else if (n == 1 && (record->host[0] == '\0' || strcmp(record->host, ".") == 0)) {
		/* RFC 2782: "." says that the service is decidedly not available. */
		net_conn_end(c->conn, -ECONNREFUSED, "the host says that it has no such service");
		return;
	} else {
		memcpy(c->server, record, n * sizeof(*record));
		c->n_servers = n;
	}
	try_next_server(c);
}

static void look_service_up(struct net_connector *c, const char *service)
{
	char name[2 * NET_SRV_HOST_MAX];
	int err;

	snprintf(name, sizeof(name), "%s.%s", service, c->host);
	err = net_resolver_services(c->conn->context->resolver, c->asker, name, on_services, c,
				    &c->lookup);
	if (err)
		net_conn_end(c->conn, err, why_not_asked(err));
}

static void start_connector(struct net_connector *c, const struct net_connect_options *options)
{
	struct net_address numeric;
	uint16_t port = options->port != 0 ? options->port : options->default_port;
	bool srv = options->port == 0 && options->service &&
		   net_address_parse(options->host, 0, &numeric) != 0;

	if (srv) {
		look_service_up(c, options->service);
		return;
	}
	use_only_host(c, port);
	try_next_server(c);
}

static int connector_new(struct net_conn *conn, const struct net_connect_options *options,
			 struct net_connector **ret_connector)
{
	struct net_connector *c = calloc(1, sizeof(*c));

	if (!c)
		return -ENOMEM;
	c->conn = conn;
	c->host = strdup(options->host);
	c->server_name = options->server_name ? strdup(options->server_name) : NULL;
	c->tls = options->tls ? net_tls_ref(options->tls) : NULL;
	c->default_port = options->default_port;
	snprintf(c->asker, sizeof(c->asker), "%s", options->asker ? options->asker : "");
	uv_timer_init(conn->context->loop, &c->stagger);
	c->race = (struct net_race){
		.context = conn->context,
		.tls = c->tls,
		.server_name = c->server_name ? c->server_name : c->host,
		.must_verify = options->must_verify,
		.socket = options->socket,
		.server_ms = options->server_ms > 0 ? options->server_ms : SERVER_MS,
		.allow = options->allow,
		.allow_arg = options->allow_arg,
		.won = on_won,
		.failed = on_race_failed,
		.more = on_more,
		.stagger = &c->stagger,
	};
	net_race_init(&c->race);
	for (; c->n_avoid < options->n_avoid && c->n_avoid < NET_AVOID_MAX; c->n_avoid++)
		c->avoid[c->n_avoid] = options->avoid[c->n_avoid];
	if (!c->host || (options->server_name && !c->server_name)) {
		net_connector_free(c);
		return -ENOMEM;
	}
	*ret_connector = c;
	return 0;
}

static void on_stagger_close(uv_handle_t *handle)
{
	free(CONTAINER_OF(handle, struct net_connector, stagger));
}

struct net_connector *net_connector_free(struct net_connector *c)
{
	if (!c)
		return NULL;
	net_lookup_cancel(c->lookup);
	net_race_stop(&c->race);
	net_tls_unref(c->tls);
	free(c->host);
	free(c->server_name);
	uv_close((uv_handle_t *)&c->stagger, on_stagger_close);
	return NULL;
}

const char *net_connector_timeout_text(const struct net_connector *c)
{
	if (net_race_is_in_handshake(&c->race))
		return "time-out in the TLS handshake";
	return c->lookup ? "time-out while looking up the host" : "time-out while connecting";
}

int net_conn_connect(struct net_context *context, const struct net_connect_options *options,
		     const struct net_conn_user *user, void *arg, struct net_conn **ret_conn)
{
	struct net_conn *conn;
	int err;

	if (strlen(options->host) >= NET_SRV_HOST_MAX)
		return -EINVAL;
	err = net_conn_new(context, &conn);
	if (err)
		return err;
	err = connector_new(conn, options, &conn->connector);
	if (err) {
		net_conn_abandon(conn);
		return err;
	}
	start_connector(conn->connector, options);
	net_conn_set_user(conn, user, arg);
	net_conn_start_timer(conn, options->timeout_ms > 0 ? options->timeout_ms
							   : (unsigned)NET_CONN_TIMEOUT_MS);
	*ret_conn = conn;
	return 0;
}
