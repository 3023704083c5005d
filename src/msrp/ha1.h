/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The known hashes of a user's passwords, H(user:realm:password) of each (RFC 2617 3.2.2.2): a back
 * end's answer to a relay that checks an AUTH.
 */
#ifndef MSRP_HA1_H
#define MSRP_HA1_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

enum msrp_ha1_result {
	MSRP_HA1_FOUND,
	MSRP_HA1_UNKNOWN,
	MSRP_HA1_EXPIRED, /* was temporary, and has expired; to the peer like an unknown user */
	MSRP_HA1_FAILED,  /* the back end is out of order */
	MSRP_HA1_BUSY,	  /* not looked up, because too many questions come from that origin */
	MSRP_HA1_RESULTS,
};

/* The rate of a user without a limit, even if there usually is one. */
#define MSRP_NO_RATE_LIMIT UINT64_MAX

/*
 * The least and the most that a limit may be, in bytes per second. A connection is read 64 KiB at a
 * time, which is to be made good before the responses that come on it are too late.
 */
#define MSRP_RATE_MIN 8192
#define MSRP_RATE_MAX (INT64_MAX / 1000000)

/* Valid during the callback. */
struct msrp_ha1_answer {
	enum msrp_ha1_result result;
	/* In hexadecimal digits; a user may have several passwords, and any of them is accepted. */
	const struct slice *ha1;
	size_t n_ha1;
	/*
	 * The user whose credentials these are, if the name that was looked up has more in it;
	 * otherwise empty.
	 */
	struct slice account;
	uint64_t valid_s; /* seconds left, which also limit the session; UINT64_MAX: no limit */
	uint64_t rate;	  /* bytes per second, each way; 0: the usual; or MSRP_NO_RATE_LIMIT */
	bool from_memory; /* true a while ago: if it does not fit, ask anew */
};

#endif
