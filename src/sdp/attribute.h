/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes single attributes. No value gets out of its line: what has a control character in it, and
 * may come from a user or from another side, is refused.
 */
#ifndef SDP_ATTRIBUTE_H
#define SDP_ATTRIBUTE_H

#include "base/buf.h"

/* May VALUE stand in a line? It is not empty then. */
bool sdp_is_value(const char *value);

/* Appends "a=NAME:VALUE"; VALUE may be NULL, and then nothing is. 0 or -EINVAL. */
int sdp_attribute_format(struct buf *out, const char *name, const char *value);

#endif
