/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is known of a user's passwords, H(user:realm:password) of each (RFC 2617 3.2.2.2): the
 * answer that a place where users are kept gives to a relay that checks an AUTH.
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
	MSRP_HA1_EXPIRED, /* was good for a time, which is over; for the peer as an unknown one */
	MSRP_HA1_FAILED,  /* the place cannot be asked at present */
	MSRP_HA1_BUSY, /* so much is asked from where this comes from that it was not looked up */
	MSRP_HA1_RESULTS,
};

/* Valid during the call that tells it. */
struct msrp_ha1_answer {
	enum msrp_ha1_result result;
	/* In hexadecimal digits; a user may have several passwords, and any of them will do. */
	const struct slice *ha1;
	size_t n_ha1;
	/* Whose credentials they are, when the name that was looked up is more; else empty. */
	struct slice account;
	uint64_t
	    valid_s; /* for so many seconds more, and so for any session; UINT64_MAX: for ever */
	bool from_memory; /* true a while ago: if it does not fit, ask anew */
};

#endif
