/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Frames of RFC 6455 as a machine for bytes: decodes a client's input in place, in whatever pieces
 * it comes, and holds none of it but a control frame. No I/O.
 */
#ifndef NET_WEBSOCKET_WEBSOCKET_FRAME_H
#define NET_WEBSOCKET_WEBSOCKET_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "base/utf8.h"

enum {
	NET_WEBSOCKET_CONTROL_MAX = 125, /* RFC 6455 5.5 */
	NET_WEBSOCKET_HEADER_MAX = 10,	 /* of a frame without a mask */
};

/* RFC 6455 5.2 */
enum net_websocket_opcode {
	NET_WEBSOCKET_CONTINUATION = 0x0,
	NET_WEBSOCKET_TEXT = 0x1,
	NET_WEBSOCKET_BINARY = 0x2,
	NET_WEBSOCKET_CLOSE = 0x8,
	NET_WEBSOCKET_PING = 0x9,
	NET_WEBSOCKET_PONG = 0xa,
};

/* RFC 6455 7.4.1 */
enum net_websocket_code {
	NET_WEBSOCKET_NORMAL = 1000,
	NET_WEBSOCKET_GOING_AWAY = 1001,
	NET_WEBSOCKET_PROTOCOL_ERROR = 1002,
	NET_WEBSOCKET_UNSUPPORTED = 1003,
	NET_WEBSOCKET_NO_CODE = 1005, /* never in a frame: the peer's Close had none */
	NET_WEBSOCKET_NOT_TEXT = 1007,
	NET_WEBSOCKET_TOO_BIG = 1009,
	NET_WEBSOCKET_INTERNAL_ERROR = 1011,
};

/* The finding of a decoder. */
enum net_websocket_event {
	NET_WEBSOCKET_NOTHING,	 /* the input is used up */
	NET_WEBSOCKET_GOT_PING,	 /* in decoder->control */
	NET_WEBSOCKET_GOT_PONG,	 /* likewise */
	NET_WEBSOCKET_GOT_CLOSE, /* with its code in decoder->code; ignore further input */
	NET_WEBSOCKET_BROKEN,	 /* the reason is in decoder->code and decoder->problem; likewise */
};

struct net_websocket_decoder {
	uint8_t header[14]; /* of the current frame, while incomplete */
	uint8_t header_len;
	uint8_t mask[4]; /* rotated, so that the first belongs to the next octet */
	uint8_t opcode;	 /* of the frame whose payload is coming */
	bool fin;
	bool in_payload;
	bool in_message; /* a fragment has come that was not the last */
	bool is_text;	 /* that message's type */
	uint64_t left;	 /* octets of the payload still to come */
	struct utf8_check utf8;
	uint8_t control[NET_WEBSOCKET_CONTROL_MAX];
	uint8_t control_len;
	uint16_t code;
	const char *problem;
};

/* A zeroed decoder is at its beginning. */

/*
 * Consumes some of the *LEN octets at *IN, and advances both. Writes payload of data to *OUT, which
 * is at or before *IN in the same block, and advances it. Returns at the first event, and has to be
 * called again; or when the input is used up.
 */
enum net_websocket_event net_websocket_decode(struct net_websocket_decoder *decoder, uint8_t **in,
					      size_t *len, uint8_t **out);

/* The header of a frame that is a whole message, with LEN octets and no mask; returns its length.
 */
size_t net_websocket_encode(enum net_websocket_opcode opcode, uint64_t len,
			    uint8_t ret_header[NET_WEBSOCKET_HEADER_MAX]);

/*
 * XORs the LEN octets at IN with MASK into OUT, which is IN or before it, and rotates MASK for the
 * following octets.
 */
void net_websocket_mask(uint8_t mask[4], const uint8_t *in, size_t len, uint8_t *out);

#endif
