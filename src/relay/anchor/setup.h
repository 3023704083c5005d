/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who connects (RFC 6135, RFC 4975 5.4). We are at an address that everybody reaches, so each
 * party is to connect to us unless its SDP says that it waits.
 */
#ifndef RELAY_ANCHOR_SETUP_H
#define RELAY_ANCHOR_SETUP_H

#include "relay/anchor/anchor.h"

/* What we answer an offerer who has OFFERED. */
enum sdp_setup relay_setup_answer(enum sdp_setup offered);

/* Do we connect to an offerer who has OFFERED? To an answerer who has ANSWERED? */
bool relay_setup_dials_offerer(enum sdp_setup offered);
bool relay_setup_dials_answerer(enum sdp_setup answered);

#endif
