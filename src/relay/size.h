/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RELAY_SIZE_H
#define RELAY_SIZE_H

#include "relay/internal.h"

/*
 * The limit of a message's size counts the bytes that really come, over all
 * chunks of the message, because Byte-Range is only a claim; and it holds for the
 * claim, because the receiver puts the message together by that.
 */

/* What has come of the message of M so far; NULL when sizes are not limited, or without memory. */
struct relay_size *relay_size_find(struct relay_peer *peer, const struct msrp_message *m);

/* LEN bytes more of what PEER sends. False: that is too much. */
bool relay_size_add(struct relay_peer *peer, size_t len);

/* The message is complete. NULL is fine. */
void relay_size_remove(struct relay_size *size);

#endif
