/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SUPPORT_FEED_H
#define SUPPORT_FEED_H

#include <stddef.h>
#include <stdint.h>

/*
 * A copy of the LEN bytes at IN that ends at unreadable memory, so that reading one byte too many
 * is a fault. Freed with support_guard_free().
 */
uint8_t *support_guard_new(const void *in, size_t len);
void support_guard_free(uint8_t *guarded, size_t len);

/* Takes a piece of an input. */
typedef void (*support_feed_fn)(void *arg, const uint8_t *in, size_t len);
/* Makes ARG new before an input, and checks the outcome after it. */
typedef void (*support_step_fn)(void *arg);

/*
 * Gives an input to FEED in every way the network may: whole, cut in two at every byte, and byte by
 * byte; each piece ends at a guard page. Calls BEGIN before each of these runs, END after it.
 */
void support_feed_all(const void *in, size_t len, support_step_fn begin, support_feed_fn feed,
		      support_step_fn end, void *arg);

#endif
