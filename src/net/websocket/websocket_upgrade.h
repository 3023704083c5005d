/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The handshake of RFC 6455 section 4.2, as the server: takes an HTTP request and writes the
 * answer, whether the connection becomes a WebSocket or is refused. No I/O.
 */
#ifndef NET_WEBSOCKET_WEBSOCKET_UPGRADE_H
#define NET_WEBSOCKET_WEBSOCKET_UPGRADE_H

#include <stdatomic.h>

#include "base/buf.h"
#include "base/slice.h"
#include "net/address/address.h"
#include "net/websocket/http_head.h"
#include "net/websocket/websocket.h"

struct net_websocket_settings {
	atomic_uint refs;
	char *path;
	char **origin;
	size_t n_origins;
	unsigned ping_ms;
	bool behind_proxy;
};

/* The outcome of a request. */
struct net_websocket_upgrade {
	const char *why; /* why it was refused, in a few words */
	struct net_address
	    address; /* the client's, as named by a trusted proxy; otherwise its len is 0 */
};

/*
 * Writes the answer to the request with this complete HEAD to OUT. Returns NET_HTTP_SWITCHING, and
 * then frames follow, or another status.
 */
enum net_http_status net_websocket_upgrade(const struct net_websocket_settings *settings,
					   struct slice head, struct buf *out,
					   struct net_websocket_upgrade *ret_upgrade);

/* The answer to a request that will not be read any further. */
void net_websocket_refuse(enum net_http_status status, const char *why, struct buf *out);

#endif
