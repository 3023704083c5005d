/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLIENT_TYPES_H
#define CLIENT_TYPES_H

#include "base/slice.h"

/* "type/subtype" of a Content-Type, without parameters and the space before them. */
struct slice client_type_alone(struct slice content_type);

/*
 * Does a Content-Type match PATTERN, which is "*", "type/" "*" or "type/subtype"
 * (RFC 4975 8.6)? Parameters do not count, and neither does case.
 */
bool client_type_matches(struct slice pattern, struct slice content_type);

#endif
