/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Responses to the request that a peer is sending (RFC 4975 7.2). What they need of its head is
 * kept by relay_reply_prepare(), because the head is gone when the last byte has come.
 */
#ifndef RELAY_FLOW_REPLY_H
#define RELAY_FLOW_REPLY_H

#include "base/slice.h"

struct buf;
struct msrp_message;
struct relay_peer;

/*
 * All that a sender is told of a connection of ours that fails: refused, filtered, denied and
 * not MSRP look the same, or the relay would scan networks for its users. The event has the reason.
 */
#define RELAY_HOP_LOST "the next hop cannot be reached"

/* 0 or -ENOMEM. */
int relay_reply_prepare(struct relay_peer *peer, const struct msrp_message *m);

/* Answers, unless it was answered before or wants no such answer. 0 or -ENOMEM. */
int relay_reply(struct relay_peer *peer, unsigned status, const char *comment);

/* Refuses it with an error response and lets the rest of it pass unheard. 0 or -ENOMEM. */
int relay_reply_refuse(struct relay_peer *peer, unsigned status, const char *comment);

/*
 * The same for a chunk that was being taken: it goes no further. What its receiver gets is
 * left to the caller.
 */
int relay_reply_break_off(struct relay_peer *peer, unsigned status, const char *comment);

/*
 * Writes a response of that transaction id with the headers that relay_reply_prepare() made. 0 or
 * -ENOMEM.
 */
int relay_reply_write(struct relay_peer *peer, struct slice id, const struct buf *headers,
		      unsigned status, const char *comment);

/* By what responses with STATUS are counted: see relay_counters. */
unsigned relay_reply_class(unsigned status);

#endif
