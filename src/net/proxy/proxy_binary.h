/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Version 2 of the PROXY protocol's header, for proxy_header.c.
 */
#ifndef NET_PROXY_BINARY_H
#define NET_PROXY_BINARY_H

#include "net/proxy/proxy_header.h"

enum { NET_PROXY_SIGNATURE_LEN = 12 };

/* Its beginning, which no other protocol has. */
extern const uint8_t net_proxy_signature[NET_PROXY_SIGNATURE_LEN];

/* Like net_proxy_header_parse(), for octets that begin like the signature. */
int net_proxy_binary_parse(const uint8_t *in, size_t len, struct net_proxy_header *header);

#endif
