/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tables of roles: one towards who offers, one towards who answers. They do not depend on
 * each other, as the legs do not.
 */
#include "relay/anchor/setup.h"

enum relay_setup relay_setup_answer(enum relay_setup offered)
{
	switch (offered) {
	case RELAY_SETUP_NONE:
	case RELAY_SETUP_HOLDCONN:
		return offered;
	case RELAY_SETUP_PASSIVE: /* RFC 6135 4.2 forbids it in offers, and it is seen */
		return RELAY_SETUP_ACTIVE;
	default:
		return RELAY_SETUP_PASSIVE;
	}
}

bool relay_setup_dials_offerer(enum relay_setup offered)
{
	return offered == RELAY_SETUP_PASSIVE;
}

/* Who leaves it out knows RFC 4975 alone, by which the offerer connects, and that were we. */
bool relay_setup_dials_answerer(enum relay_setup answered)
{
	return answered != RELAY_SETUP_ACTIVE && answered != RELAY_SETUP_HOLDCONN;
}
