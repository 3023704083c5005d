/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * MSRP URIs, parsed and compared. Nearly every decision of the relay begins with a comparison of
 * two of them.
 */
#ifndef MSRP_URI_H
#define MSRP_URI_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

/* The registered port (RFC 4975 15.4), used when an AUTH names none (RFC 4976 8). */
enum { MSRP_PORT = 2855 };

/*
 * An MSRP-URI (RFC 4975 section 9), parsed:
 *
 *     msrps://alice@relay.example.com:2855/s3ss10n;tcp;name=value
 *
 * All slices point into the text that was parsed.
 */
struct msrp_uri_slices {
	struct slice text; /* the whole */
	bool secure;	   /* msrps */
	struct slice user; /* empty: none */
	struct slice host; /* name or address; an IPv6 address without its brackets */
	bool host_is_ipv6;
	uint16_t port;		 /* 0: none, or none that can be connected to */
	struct slice session_id; /* empty: the URI names a host, not a session */
	struct slice transport;	 /* "tcp", or any other that the peer wrote */
	struct slice params;	 /* everything after the transport, from its ';' on, or empty */
};

/*
 * Parses TEXT. Returns 0, or MSRP_BAD: then *ret_uri is untouched. Does not check what RFC 4975
 * section 6 requires of a URI to connect to, such as a port: many URIs only name their author.
 */
int msrp_uri_parse(struct slice text, struct msrp_uri_slices *ret_uri);

/*
 * The comparison of RFC 4975 6.1: scheme, host and transport without case,
 * addresses by value, percent-encoded unreserved characters decoded, port
 * exactly, session-id with case; user and other parameters do not count.
 */
bool msrp_uri_slices_equal(const struct msrp_uri_slices *a, const struct msrp_uri_slices *b);

/* Likewise for two host names, or IPv4 addresses, by themselves. */
bool msrp_host_equal(struct slice a, struct slice b);

/* Likewise without the session-id: do both name the same host device and port? */
bool msrp_uri_same_authority(const struct msrp_uri_slices *a, const struct msrp_uri_slices *b);

/*
 * Can it be connected to? RFC 4975 section 6: not at an address without a port. The caller knows
 * what a name without one means.
 */
bool msrp_uri_is_reachable(const struct msrp_uri_slices *uri);

/*
 * Is its owner reachable only over the connection that it made? RFC 7977 5.1: nobody can connect to
 * a WebSocket client; and its host, below .invalid, must not be looked up (RFC 6761 6.4).
 */
bool msrp_uri_is_unconnectable(const struct msrp_uri_slices *uri);

/*
 * Equal for URIs that are equal by that comparison. SEED must be unknown to those who choose the
 * URIs. For tables of URIs.
 */
uint64_t msrp_uri_hash(const struct msrp_uri_slices *uri, uint64_t seed);

/* Is the host a numeric address rather than a name? */
bool msrp_uri_host_is_numeric(const struct msrp_uri_slices *uri);

/* Appends the URI made from the parts; ignores uri->text, and leaves out port 0 and empty parts. */
void msrp_uri_format(const struct msrp_uri_slices *uri, struct buf *out);

#endif
