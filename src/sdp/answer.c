/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Draws conclusions from an offer and its answer once both are parsed: which side connects, and
 * whether the other side accepts a type of content.
 */
#include "client/msrp/sdp.h"
#include "msrp/media_type.h"

enum msrp_setup msrp_setup_answer(enum msrp_setup offered, bool reachable)
{
	switch (offered) {
	case MSRP_SETUP_PASSIVE:
		return MSRP_SETUP_ACTIVE;
	case MSRP_SETUP_ACTPASS:
		return reachable ? MSRP_SETUP_PASSIVE : MSRP_SETUP_ACTIVE;
	default: /* without a=setup the offerer connects (RFC 4975 5.4) */
		return MSRP_SETUP_PASSIVE;
	}
}

enum msrp_mode msrp_setup_mode(bool offerer, enum msrp_setup offered, enum msrp_setup answered)
{
	/* An answerer without a=setup, or with one that was not offered, waits for a connection. */
	bool by_answerer = answered == MSRP_SETUP_ACTIVE &&
			   (offered == MSRP_SETUP_ACTPASS || offered == MSRP_SETUP_PASSIVE);

	return by_answerer == offerer ? MSRP_MODE_PASSIVE : MSRP_MODE_ACTIVE;
}

bool msrp_sdp_accepts(const char *types, const char *type)
{
	while (types && type && *types) {
		size_t len = strcspn(types, " ");

		if (msrp_media_type_matches(slice_make(types, len), slice_from(type)))
			return true;
		types += len + strspn(types + len, " ");
	}
	return false;
}
