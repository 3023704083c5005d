/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which side connects (RFC 6135, RFC 4975 5.4). Everybody can reach our address, so each party
 * should connect to us unless its SDP says that it waits.
 */
#ifndef RELAY_ANCHOR_SETUP_H
#define RELAY_ANCHOR_SETUP_H

#include "relay/anchor/anchor.h"

/* Our answer to an offerer that has OFFERED. */
enum sdp_setup relay_setup_answer(enum sdp_setup offered);

/* Do we connect to an offerer that has OFFERED? To an answerer that has ANSWERED? */
bool relay_setup_dials_offerer(enum sdp_setup offered);
bool relay_setup_dials_answerer(enum sdp_setup answered);

#endif
