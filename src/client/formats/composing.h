/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The document that says that somebody is typing, for the chat; programs parse it by
 * msrp_composing_parse().
 */
#ifndef CLIENT_FORMATS_COMPOSING_H
#define CLIENT_FORMATS_COMPOSING_H

#include "base/buf.h"
#include "client/msrp/formats.h"

/* Appends the document of RFC 3994. */
void client_composing_format(const struct msrp_composing *composing, struct buf *out);

#endif
