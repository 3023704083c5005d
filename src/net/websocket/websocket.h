/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Settings of listeners that accept WebSockets (RFC 6455) with the subprotocol "msrp" (RFC 7977).
 * To its user such a connection looks like any other, except that what each pull() returns becomes
 * one message: see net_conn_user.
 */
#ifndef NET_WEBSOCKET_WEBSOCKET_H
#define NET_WEBSOCKET_WEBSOCKET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

/* Reference-counted, because connections outlive a change. Several threads may share it. */
struct net_websocket_settings;

struct net_websocket_options {
	const char *path;	   /* the only one accepted, such as "/msrp"; "": any */
	const char *const *origin; /* of pages that may connect: see below */
	size_t n_origins;	   /* 0: all pages may */
	unsigned ping_ms;	   /* silence after which the client is pinged; 0: never */
	bool behind_proxy;	   /* its X-Forwarded-For is trusted for the client's address */
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

/* Does ORIGIN, as a browser sends it, match PATTERN? "*" stands for one label. */
bool net_websocket_origin_fits(struct slice pattern, struct slice origin);

#endif
