/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The header of the PROXY protocol, versions 1 and 2, as haproxy defines it: the client of a load
 * balancer that passes the connection on. No I/O: the listener's waiting room reads.
 */
#ifndef NET_PROXY_HEADER_H
#define NET_PROXY_HEADER_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/address/address.h"

enum {
	/* Section 2.1: a line with UNKNOWN and the longest addresses, and its end. */
	NET_PROXY_LINE_MAX = 107,
	/*
	 * Addresses have up to 232 octets, and additions of senders (names, versions, an
	 * identifier) some hundred; nginx accepts as much. Version 2 could have 64 KiB, which
	 * anybody in the networks of proxies could have us keep.
	 */
	NET_PROXY_HEADER_MAX = 4096,
};

/* The error of a connection with a missing, bad or unexpected header. */
enum { NET_PROXY_FAULT = -EPROTOTYPE };

enum net_proxy_result {
	NET_PROXY_MORE = 1, /* everything so far is part of the header, which continues */
	NET_PROXY_BAD,
};

struct net_proxy_header {
	size_t len; /* of the whole header */
	/*
	 * The client; its len is 0 if that is the proxy itself, checking whether we are there
	 * (LOCAL), or has no IP address (UNKNOWN).
	 */
	struct net_address source;
	const char *why; /* for NET_PROXY_BAD: one line */
};

/*
 * Parses the header at the beginning of the LEN octets at IN, which are all so far. Returns 0, or a
 * result as above. The additions of version 2 (TLVs) are not used, but must be valid: each as long
 * as it says, and the checksum right if there is one.
 */
int net_proxy_header_parse(const uint8_t *in, size_t len, struct net_proxy_header *ret_header);

/* Checks the first octets of a connection that must not begin with a header. */
struct net_proxy_watch {
	uint8_t n;    /* this many are like the beginning of one */
	bool is_line; /* and it is version 1 */
	bool done;    /* it begins differently */
};

/* The next LEN octets are at IN. True: a header begins. */
bool net_proxy_watch(struct net_proxy_watch *watch, const uint8_t *in, size_t len);

#endif
