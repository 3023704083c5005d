/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes single attributes. No value can break out of its line: a value with control characters,
 * perhaps from a user or the other side, is refused.
 */
#ifndef SDP_ATTRIBUTE_H
#define SDP_ATTRIBUTE_H

#include "base/buf.h"

/* May VALUE appear in a line? It must not be empty. */
bool sdp_is_value(const char *value);

/* Appends "a=NAME:VALUE"; does nothing if VALUE is NULL. Returns 0 or -EINVAL. */
int sdp_attribute_format(struct buf *out, const char *name, const char *value);

#endif
