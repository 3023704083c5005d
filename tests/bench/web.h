/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A client's side of a WebSocket, as cheap as possible: the server's frames, and our own.
 */
#ifndef BENCH_WEB_H
#define BENCH_WEB_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* The position of a reader in the server's frames; zeroed at their beginning. */
struct web {
	uint8_t header[10];
	size_t header_len;
	uint64_t left; /* of the payload */
};

/* Removes the headers from the LEN bytes at BLOCK. Returns how many bytes of payload are left. */
size_t web_decode(struct web *w, uint8_t *block, size_t len);

/* Adds a message with BYTES in one frame, masked as by a browser. */
void web_encode(struct slice bytes, struct buf *out);

/* The request that opens a WebSocket. */
extern const char web_request[];

#endif
