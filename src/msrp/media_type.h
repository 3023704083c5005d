/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Types of content, as accept-types of SDP and content_types of the configuration list them,
 * beside what a message says of itself.
 */
#ifndef MSRP_MEDIA_TYPE_H
#define MSRP_MEDIA_TYPE_H

#include "base/slice.h"

/* "type/subtype" of a Content-Type, without parameters and the space before them. */
struct slice msrp_media_type(struct slice content_type);

/*
 * Does a Content-Type match PATTERN, which is "*", "type/" "*" or "type/subtype"
 * (RFC 4975 8.6)? Parameters do not count, and neither does case.
 */
bool msrp_media_type_matches(struct slice pattern, struct slice content_type);

#endif
