/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the transports of listeners mean, for those who check a configuration and those who make
 * listeners of it.
 */
#ifndef DAEMON_CONFIG_CONFIG_TRANSPORT_H
#define DAEMON_CONFIG_CONFIG_TRANSPORT_H

#include <stdbool.h>

#include "daemon/config/config.h"
#include "net/address/address.h"

/* All of these are of an enum config_transport. */

/* As in the configuration: "tls+wss". */
const char *config_transport_name(unsigned transport);

bool config_transport_has_tls(unsigned transport);
bool config_transport_has_websocket(unsigned transport);

/* Is MSRP spoken without a WebSocket around it? */
bool config_transport_has_msrp(unsigned transport);

/*
 * Are passwords and messages safe on their way? By TLS; or, of a plain WebSocket, because it is
 * taken on this machine, or of a proxy that the operator vouches for.
 */
bool config_transport_is_secure(unsigned transport);

/* May a plain WebSocket be taken at ADDRESS? CONFIG_PLAIN_WEBSOCKET says why not. */
bool config_may_be_plain(const struct config *config, const struct net_address *address);

#define CONFIG_PLAIN_WEBSOCKET                                                                     \
	"\"ws\" is for loopback addresses; elsewhere it needs TLS by a proxy in front, which "     \
	"websocket.behind_proxy says"

#endif
