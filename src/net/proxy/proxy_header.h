/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The header of the PROXY protocol, versions 1 and 2, as haproxy defines it: who has connected to
 * a load balancer that passes the connection on. No I/O: the listener's waiting room reads.
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
	 * Addresses have up to 232 octets, and what senders add (names, versions, an identifier)
	 * some hundred; nginx takes as much. Version 2 could have 64 KiB, for anybody in the
	 * networks of proxies to have us keep.
	 */
	NET_PROXY_HEADER_MAX = 4096,
};

/* The error of a connection that has no header, a bad one, or one that it must not have. */
enum { NET_PROXY_FAULT = -EPROTOTYPE };

enum net_proxy_result {
	NET_PROXY_MORE = 1, /* all of what came is part of the header, which goes on */
	NET_PROXY_BAD,
};

struct net_proxy_header {
	size_t len; /* of all of it */
	/*
	 * Who has connected; its len is 0 when that is the proxy itself, to see whether we are
	 * there (LOCAL), or nobody with an address of IP (UNKNOWN).
	 */
	struct net_address source;
	const char *why; /* of NET_PROXY_BAD: a line */
};

/*
 * The header at the beginning of the LEN octets at IN, which are all that has come. 0, or a
 * result as above. What version 2 adds (TLVs) is not used, but has to be in order: each as long
 * as it says, and the checksum right if there is one.
 */
int net_proxy_header_parse(const uint8_t *in, size_t len, struct net_proxy_header *ret_header);

/* Looks at the first octets of a connection, which is not to begin with a header. */
struct net_proxy_watch {
	uint8_t n;    /* so many are like the beginning of one */
	bool is_line; /* and that is version 1 */
	bool done;    /* it begins otherwise */
};

/* The next LEN octets are at IN. True: a header begins. */
bool net_proxy_watch(struct net_proxy_watch *watch, const uint8_t *in, size_t len);

#endif
