/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The request that a peer is sending: what has been decided of it with its head, for the body and
 * the end-line that follow. It is part of the peer.
 */
#ifndef RELAY_INCOMING_H
#define RELAY_INCOMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/list.h"
#include "base/slice.h"
#include "msrp/ident.h"
#include "msrp/message.h"
#include "relay/session/meter.h"

struct relay_chunk;
struct relay_peer;
struct relay_size;

/* What becomes of the request that a peer is sending. */
enum relay_intake {
	RELAY_DISCARD, /* nothing more: it was refused, answered, or is a response */
	RELAY_STREAM,  /* SEND: its body goes to the chunk as it comes */
	RELAY_GATHER,  /* another method: forwarded when it is whole */
	RELAY_TAPE,    /* it has to wait: see party/early.h */
};

struct relay_incoming {
	enum relay_intake intake;
	enum msrp_method method;
	enum msrp_failure_report failure_report;
	bool answered;
	bool is_welcome; /* the receiver may be given up for it: see relay_route_is_welcome() */
	struct slice id; /* in id_text */
	char id_text[MSRP_IDENT_MAX];
	struct buf reply;	   /* the headers of a response to it */
	size_t paths_len;	   /* how much of that is paths */
	struct relay_chunk *chunk; /* of RELAY_STREAM */
	struct relay_meter meter[2];
	struct relay_size *size;	     /* of its message, when sizes are limited */
	uint64_t position;		     /* where the next octet stands in it, from 0 */
	struct buf whole;		     /* of RELAY_GATHER: all of it, in its new form */
	size_t body_len;		     /* of RELAY_GATHER */
	bool has_body;			     /* of RELAY_GATHER */
	bool has_credentials;		     /* of RELAY_GATHER */
	bool is_replaced;		     /* of RELAY_GATHER: its paths were, not shifted */
	struct relay_peer *dest;	     /* of RELAY_GATHER; NULL when that one is gone */
	LIST_ENTRY(relay_peer) in_gathering; /* of dest */
	char new_id[MSRP_IDENT_LEN + 1];     /* of RELAY_GATHER: its transaction id there */
};

#endif
