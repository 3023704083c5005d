/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Settings of listeners at which WebSockets (RFC 6455) with the subprotocol "msrp" (RFC 7977)
 * are opened. Connections that come by one look to their user as all others do, but that what
 * each pull() has becomes one message: see net_conn_user.
 */
#ifndef NET_WEBSOCKET_WEBSOCKET_H
#define NET_WEBSOCKET_WEBSOCKET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

/* Reference counted, because connections outlive a change. Several threads may share it. */
struct net_websocket_settings;

struct net_websocket_options {
	const char *path;	   /* the only one, such as "/msrp"; "": any */
	const char *const *origin; /* of pages that may connect: see below */
	size_t n_origins;	   /* 0: all of them */
	unsigned ping_ms;	   /* silence after which the client is asked; 0: never */
	bool behind_proxy; /* what it says of the client's address (X-Forwarded-For) is true */
};

/* OPTIONS are copied. NULL without memory. */
struct net_websocket_settings *net_websocket_settings_new(
    const struct net_websocket_options *options);
struct net_websocket_settings *net_websocket_settings_ref(struct net_websocket_settings *settings);
/* NULL is fine; returns NULL. */
struct net_websocket_settings *net_websocket_settings_unref(
    struct net_websocket_settings *settings);

/*
 * Is PATTERN an origin (RFC 6454 section 6), such as "https://www.example.com:8443", in which
 * whole labels of the host may be "*"?
 */
bool net_websocket_is_origin(struct slice pattern);

/* Does ORIGIN, as a browser sends it, fit PATTERN? "*" stands for one label. */
bool net_websocket_origin_fits(struct slice pattern, struct slice origin);

#endif
