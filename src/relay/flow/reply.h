/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Responses to the request that a peer is sending (RFC 4975 7.2). relay_reply_prepare() keeps what
 * they need from its head, which is gone when the last byte has come.
 */
#ifndef RELAY_FLOW_REPLY_H
#define RELAY_FLOW_REPLY_H

#include "base/slice.h"

struct buf;
struct msrp_message;
struct relay_peer;

/*
 * All that a sender is told about a failed connection of ours: refused, filtered, denied and not
 * MSRP look the same, or users could have the relay scan networks. The event has the reason.
 */
#define RELAY_HOP_LOST "the next hop cannot be reached"

/* Returns 0 or -ENOMEM. */
int relay_reply_prepare(struct relay_peer *peer, const struct msrp_message *m);

/* Answers, unless that was done or the request wants no such answer. Returns 0 or -ENOMEM. */
int relay_reply(struct relay_peer *peer, unsigned status, const char *comment);

/* Refuses it with an error response and discards the rest of it. Returns 0 or -ENOMEM. */
int relay_reply_refuse(struct relay_peer *peer, unsigned status, const char *comment);

/*
 * Likewise for a chunk that was accepted: it goes no further. The caller deals with its receiver.
 */
int relay_reply_break_off(struct relay_peer *peer, unsigned status, const char *comment);

/*
 * Writes a response with that transaction id and the headers that relay_reply_prepare() made.
 * Returns 0 or -ENOMEM.
 */
int relay_reply_write(struct relay_peer *peer, struct slice id, const struct buf *headers,
		      unsigned status, const char *comment);

/* The class by which responses with STATUS are counted: see relay_counters. */
unsigned relay_reply_class(unsigned status);

#endif
