/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The request that a peer is sending: what was decided on its head, for the body and the end-line
 * that follow. It is part of the peer.
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

/* The fate of the request that a peer is sending. */
enum relay_intake {
	RELAY_DISCARD, /* nothing more: it was refused, answered, or is a response */
	RELAY_STREAM,  /* SEND: its body goes to the chunk as it comes */
	RELAY_GATHER,  /* another method: forwarded once it is complete */
	RELAY_TAPE,    /* it has to wait: see party/early.h */
};

struct relay_incoming {
	enum relay_intake intake;
	enum msrp_method method;
	enum msrp_failure_report failure_report;
	bool answered;
	bool is_welcome; /* the receiver may be given up for it: see relay_route_is_welcome() */
	struct slice id; /* points into id_text */
	char id_text[MSRP_IDENT_MAX];
	struct buf reply;	   /* the headers of a response to it */
	size_t paths_len;	   /* length of the paths in it */
	struct relay_chunk *chunk; /* for RELAY_STREAM */
	struct relay_meter meter[2];
	struct relay_size *size;	     /* of its message, if sizes are limited */
	uint64_t position;		     /* offset of its next octet in the message */
	struct buf whole;		     /* for RELAY_GATHER: the request in its new form */
	size_t body_len;		     /* for RELAY_GATHER */
	bool has_body;			     /* for RELAY_GATHER */
	bool has_credentials;		     /* for RELAY_GATHER */
	bool is_replaced;		     /* for RELAY_GATHER: its paths were replaced */
	struct relay_peer *dest;	     /* for RELAY_GATHER; NULL once that is gone */
	LIST_ENTRY(relay_peer) in_gathering; /* of dest */
	char new_id[MSRP_IDENT_LEN + 1];     /* for RELAY_GATHER: its transaction id there */
};

#endif
