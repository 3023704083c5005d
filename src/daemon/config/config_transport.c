/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A table of the properties of each transport of a listener.
 */
#include "daemon/config/config_transport.h"

static const struct {
	const char *name;
	bool tls;
	bool websocket;
	bool msrp;
} transports[] = {
	[CONFIG_TLS] = { "tls", .tls = true, .msrp = true },
	[CONFIG_TCP] = { "tcp", .msrp = true },
	[CONFIG_WS] = { "ws", .websocket = true },
	[CONFIG_WSS] = { "wss", .tls = true, .websocket = true },
	[CONFIG_TLS_WSS] = { "tls+wss", .tls = true, .websocket = true, .msrp = true },
};

const char *config_transport_name(unsigned transport)
{
	return transports[transport].name;
}

bool config_transport_has_tls(unsigned transport)
{
	return transports[transport].tls;
}

bool config_transport_has_websocket(unsigned transport)
{
	return transports[transport].websocket;
}

bool config_transport_has_msrp(unsigned transport)
{
	return transports[transport].msrp;
}

bool config_transport_is_secure(unsigned transport)
{
	return transport != CONFIG_TCP;
}

bool config_may_be_plain(const struct config *config, const struct net_address *address)
{
	return config->websocket.behind_proxy || net_address_is_loopback(address);
}

struct net_socket_options config_socket_options(const struct config *config, uint64_t dscp)
{
	return (struct net_socket_options){
		.keep_alive_s = (unsigned)config->tcp.keep_alive,
		.no_keep_alive = config->tcp.keep_alive == 0,
		.user_timeout_ms = (unsigned)config->tcp.user_timeout * 1000,
		.dscp = (unsigned)dscp,
	};
}
