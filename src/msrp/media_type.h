/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Types of content, compared with lists of them in SDP's accept-types and in the configuration's
 * content_types.
 */
#ifndef MSRP_MEDIA_TYPE_H
#define MSRP_MEDIA_TYPE_H

#include "base/slice.h"

/* The "type/subtype" of a Content-Type, without parameters and the space before them. */
struct slice msrp_media_type(struct slice content_type);

/*
 * Does a Content-Type match PATTERN, which is "*", "type/" "*" or "type/subtype" (RFC 4975 8.6)?
 * Parameters and case do not count.
 */
bool msrp_media_type_matches(struct slice pattern, struct slice content_type);

#endif
