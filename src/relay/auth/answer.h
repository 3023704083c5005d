/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The response to an AUTH, which may come long after its head is gone: start line and paths, then
 * the caller's headers, then the end.
 */
#ifndef RELAY_AUTH_ANSWER_H
#define RELAY_AUTH_ANSWER_H

#include <stdint.h>

#include "base/slice.h"
#include "msrp/message.h"

struct buf;
struct relay_lookup;

struct buf *relay_answer_begin(struct relay_lookup *lookup, unsigned status, const char *comment);

/*
 * Sends it, or takes it back if ERR is set or memory ran out. Frees LOOKUP. Returns 0, ERR, or
 * -ENOMEM.
 */
int relay_answer_end(struct relay_lookup *lookup, int err);

void relay_answer_number(struct buf *out, enum msrp_header_id id, uint64_t value);

/*
 * Use-Path: the way from the client to this relay, in the order in which the client will use it
 * (RFC 4976 4.2). FROM is the AUTH's From-Path, in which relays nearer to the client are further
 * right, and the client is last.
 */
void relay_answer_use_path(struct buf *out, struct slice from, struct slice uri);

/*
 * RFC 4976 9.1: rspauth, cnonce, nc and qop in every 200; nextnonce saves the client a challenge.
 * Returns 0 or -ENOMEM.
 */
int relay_answer_authentication_info(struct relay_lookup *lookup, struct slice ha1,
				     struct buf *out);

#endif
