/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/connect.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/connection_state.h"
#include "net/context_state.h"
#include "net/race.h"
#include "net/resolver.h"

struct net_connector {
	struct net_conn *conn; /* whose it is */
	char *host;
	char *server_name; /* NULL: the host */
	struct net_tls *tls;
	uint16_t default_port;
	struct net_lookup *lookup; /* NULL while none is under way */
	struct net_srv server[NET_SRV_MAX];
	size_t n_servers;
	size_t next_server;
	struct net_race race;
	uv_timer_t stagger;
	int err;	       /* why the first address or server failed that did */
	char why[NET_WHY_MAX]; /* and this as a line */
};

/* What is told in the end is the first failure, but nobody learns much from "not allowed". */
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

static void on_failed(struct net_race *race, const struct net_address *address, int err)
{
	struct net_connector *c = CONTAINER_OF(race, struct net_connector, race);
	char text[NET_ADDRESS_TEXT_MAX];

	net_address_format(address, text);
	if (err == -EACCES)
		note(c, err, "address %s is not allowed", text);
	else
		note(c, err, "%s: %s", text, uv_strerror(err));
}

static void on_lost(struct net_race *race)
{
	try_next_server(CONTAINER_OF(race, struct net_connector, race));
}

static void on_won(struct net_race *race, int fd, const struct net_address *address)
{
	struct net_connector *c = CONTAINER_OF(race, struct net_connector, race);
	const char *name = c->server_name ? c->server_name : c->host;
	struct net_conn *conn = c->conn;
	struct net_transport *transport;
	struct net_address peer = *address; /* the race is about to be freed */
	int err;

	if (c->tls)
		err = net_tls_connect_new(conn->context, fd, c->tls, name, &transport);
	else
		err = net_tcp_new(conn->context, fd, &transport);
	if (err) {
		net_conn_end(conn, err, NULL);
		return;
	}
	conn->connector = net_connector_free(c);
	net_conn_set_transport(conn, transport, &peer);
}

static void on_addresses(void *arg, int err, const struct net_address *address, size_t n)
{
	struct net_connector *c = arg;
	const char *host = c->server[c->next_server - 1].host;

	c->lookup = NULL;
	if (!err) {
		net_race_start(&c->race, address, n);
		return;
	}
	note(c, err, "%s: %s", host, err == UV_EAI_NONAME ? "no such host" : uv_strerror(err));
	try_next_server(c);
}

static void try_next_server(struct net_connector *c)
{
	const struct net_srv *server = &c->server[c->next_server];
	struct net_address address;
	int err;

	if (c->next_server == c->n_servers) {
		net_conn_end(c->conn, c->err, c->why);
		return;
	}
	c->next_server++;
	if (net_address_parse(server->host, server->port, &address) == 0) {
		net_race_start(&c->race, &address, 1);
		return;
	}
	err = net_resolver_addresses(c->conn->context->resolver, server->host, server->port,
				     on_addresses, c, &c->lookup);
	if (err)
		net_conn_end(c->conn, err, NULL);
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

static int look_service_up(struct net_connector *c, const char *service)
{
	char name[2 * NET_SRV_HOST_MAX];

	snprintf(name, sizeof(name), "%s.%s", service, c->host);
	return net_resolver_services(c->conn->context->resolver, name, on_services, c, &c->lookup);
}

static int start(struct net_connector *c, const struct net_connect_options *options)
{
	struct net_address numeric;
	uint16_t port = options->port != 0 ? options->port : options->default_port;
	bool srv = options->port == 0 && options->service &&
		   net_address_parse(options->host, 0, &numeric) != 0;

	if (srv)
		return look_service_up(c, options->service);
	use_only_host(c, port);
	try_next_server(c);
	return 0;
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
	uv_timer_init(conn->context->loop, &c->stagger);
	c->race = (struct net_race){
		.loop = conn->context->loop,
		.allow = options->allow,
		.allow_arg = options->allow_arg,
		.won = on_won,
		.failed = on_failed,
		.lost = on_lost,
		.stagger = &c->stagger,
	};
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
	if (!err)
		err = start(conn->connector, options);
	if (err) {
		net_conn_abandon(conn);
		return err;
	}
	net_conn_set_user(conn, user, arg);
	net_conn_start_timer(conn, options->timeout_ms > 0 ? options->timeout_ms
							   : (unsigned)NET_CONN_TIMEOUT_MS);
	*ret_conn = conn;
	return 0;
}
