/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tables of roles: one towards the offerer, one towards the answerer. They are independent of
 * each other, as the legs are.
 */
#include "relay/anchor/setup.h"

enum sdp_setup relay_setup_answer(enum sdp_setup offered)
{
	switch (offered) {
	case SDP_SETUP_NONE:
	case SDP_SETUP_HOLDCONN:
		return offered;
	case SDP_SETUP_PASSIVE: /* RFC 6135 4.2 forbids it in offers, but it occurs */
		return SDP_SETUP_ACTIVE;
	default:
		return SDP_SETUP_PASSIVE;
	}
}

bool relay_setup_dials_offerer(enum sdp_setup offered)
{
	return offered == SDP_SETUP_PASSIVE;
}

/*
 * An answerer without a=setup knows only RFC 4975, by which the offerer connects, and that was us.
 */
bool relay_setup_dials_answerer(enum sdp_setup answered)
{
	return answered != SDP_SETUP_ACTIVE && answered != SDP_SETUP_HOLDCONN;
}
