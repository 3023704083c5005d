/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLIENT_MSRP_TYPES_H
#define CLIENT_MSRP_TYPES_H

#include <stdint.h>

/* What several parts of <msrp.h> share. */

/* The length of a message, or the end of a range, that its sender does not know. */
#define MSRP_TOTAL_UNKNOWN UINT64_MAX

/* Who sends the first SEND, which binds the session to the connection (RFC 4975 5.4). */
enum msrp_mode {
	MSRP_MODE_ACTIVE,
	MSRP_MODE_PASSIVE,
};

#endif
