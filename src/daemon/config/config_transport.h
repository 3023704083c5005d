/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The meaning of the transports of listeners, for checks of a configuration and for making
 * listeners from it.
 */
#ifndef DAEMON_CONFIG_CONFIG_TRANSPORT_H
#define DAEMON_CONFIG_CONFIG_TRANSPORT_H

#include <stdbool.h>

#include "daemon/config/config.h"
#include "net/address/address.h"
#include "net/transport/socket_options.h"

/* Each argument is an enum config_transport. */

/* As in the configuration: "tls+wss". */
const char *config_transport_name(unsigned transport);

bool config_transport_has_tls(unsigned transport);
bool config_transport_has_websocket(unsigned transport);

/* Does it carry MSRP without a WebSocket? */
bool config_transport_has_msrp(unsigned transport);

/*
 * Are passwords and messages protected on the network? They are with TLS, and with a plain
 * WebSocket, which is accepted only from this machine or from a proxy that the operator vouches
 * for.
 */
bool config_transport_is_secure(unsigned transport);

/* Does ADDRESS permit a plain WebSocket? CONFIG_PLAIN_WEBSOCKET says why not. */
bool config_may_be_plain(const struct config *config, const struct net_address *address);

#define CONFIG_PLAIN_WEBSOCKET                                                                     \
	"\"ws\" is for loopback addresses; elsewhere it needs TLS by a proxy in front, which "     \
	"websocket.behind_proxy says"

/* The options of sockets whose packets are marked with DSCP. */
struct net_socket_options config_socket_options(const struct config *config, uint64_t dscp);

#endif
