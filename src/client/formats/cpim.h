/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shared by reading and writing of Message/CPIM: names and escapes.
 */
#ifndef CLIENT_FORMATS_CPIM_H
#define CLIENT_FORMATS_CPIM_H

#include "base/buf.h"
#include "client/msrp/formats.h"

/* Undoes the escapes of RFC 3862 2.3 in place. False: there is a NUL, which ends strings. */
bool client_cpim_unescape(char *text);

/* Appends TEXT, escaping what must not appear in a header; QUOTED: double quotes, too. */
void client_cpim_escape(struct buf *out, const char *text, bool quoted);

/* Is it a header's name, with or without a prefix and a dot (RFC 3862 3.6)? */
bool client_cpim_is_name(const char *name);

#endif
