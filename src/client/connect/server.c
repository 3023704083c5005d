/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ports and the life of a server. Each connection becomes a guest; acceptors are found by their
 * session-id.
 */
#include "client/connect/server.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/reserved.h"

/* ---- ports ---- */

static void on_accept(void *arg, struct net_conn *conn, const struct net_address *peer)
{
	struct server_port *port = arg;

	client_guest_new(port->server, conn);
}

static bool serves(const struct server_port *port, const struct net_address *address, bool secure)
{
	const struct net_address *own = net_listener_address(port->listener);
	uint8_t own_bytes[16], bytes[16];

	net_address_bytes(own, own_bytes);
	net_address_bytes(address, bytes);
	return port->secure == secure && memcmp(own_bytes, bytes, sizeof(bytes)) == 0 &&
	       (net_address_port(address) == 0 ||
		net_address_port(address) == net_address_port(own));
}

static int open_port(struct msrp_server *server, const struct net_address *address, bool secure,
		     struct server_port **ret_port)
{
	struct server_port *port = calloc(1, sizeof(*port));
	struct net_listener_options options = {
		.address = *address,
		.protocol.tls = secure ? server->tls : NULL,
		.accept = on_accept,
		.arg = port,
	};
	int err;

	if (!port)
		return -ENOMEM;
	port->server = server;
	port->secure = secure;
	err = net_listener_new(server->context->net, &options, &port->listener);
	if (err) {
		free(port);
		return err;
	}
	SLIST_INSERT_HEAD(&server->ports, port, in_server);
	*ret_port = port;
	return 0;
}

int client_server_listen(struct msrp_server *server, const struct net_address *address, bool secure,
			 struct net_address *ret_address)
{
	struct server_port *port;
	int err = 0;

	SLIST_FOREACH(port, &server->ports, in_server)
	if (serves(port, address, secure))
		break;
	if (!port)
		err = open_port(server, address, secure, &port);
	if (!err)
		*ret_address = *net_listener_address(port->listener);
	return err;
}

void client_server_use(struct msrp_server *server, struct net_tls *tls,
		       const struct msrp_logger *logger)
{
	net_tls_unref(server->tls);
	server->tls = tls ? net_tls_ref(tls) : NULL;
	server->logger = logger;
}

/* ---- the server ---- */

static int take_certificate(struct msrp_server *server, const struct msrp_server_options *options,
			    char *error, size_t error_len)
{
	struct net_tls_domain domain = {
		.certificate = options->certificate,
		.key = options->key,
	};
	struct net_tls_server_options tls = {
		.domain = &domain,
		.n_domains = 1,
		.ca = options->ca_file,
	};

	if (options->certificate)
		return net_tls_server_new(&tls, error, error_len, &server->tls);
	if (server->context->credentials.server)
		server->tls = net_tls_ref(server->context->credentials.server);
	return 0;
}

int client_server_new(struct msrp_context *context, struct msrp_server **ret_server)
{
	struct msrp_server *server = calloc(1, sizeof(*server));

	if (!server)
		return -ENOMEM;
	server->context = context;
	server->logger = context->options.logger;
	SLIST_INIT(&server->ports);
	TAILQ_INIT(&server->guests);
	context->n_live++;
	*ret_server = server;
	return 0;
}

int msrp_server_new(struct msrp_context *context, const struct msrp_server_options *options,
		    char *error, size_t error_len, struct msrp_server **ret_server)
{
	static const struct msrp_server_options defaults;
	struct msrp_server *server;
	int err;

	if (!context || !ret_server || (error_len > 0 && !error) || (options && IS_NEWER(options)))
		return -EINVAL;
	snprintf(error, error_len, "out of memory");
	err = client_server_new(context, &server);
	if (err)
		return err;
	if (options && options->logger)
		server->logger = options->logger;
	err = take_certificate(server, options ? options : &defaults, error, error_len);
	if (err) {
		msrp_server_free(server);
		return err;
	}
	*ret_server = server;
	return 0;
}

void client_server_close(struct msrp_server *server)
{
	struct server_port *port;

	while ((port = SLIST_FIRST(&server->ports))) {
		SLIST_REMOVE_HEAD(&server->ports, in_server);
		net_listener_free(port->listener);
		free(port);
	}
	while (!TAILQ_EMPTY(&server->guests))
		client_guest_free(TAILQ_FIRST(&server->guests));
}

struct msrp_server *msrp_server_free(struct msrp_server *server)
{
	if (!server)
		return NULL;
	if (server->n_acceptors > 0)
		return server;
	client_server_close(server);
	net_tls_unref(server->tls);
	server->context->n_live--;
	free(server);
	return NULL;
}
