/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A SEND of our own, without a body: it tells a party that we have connected to whose connection
 * that is (RFC 4975 5.4), and shows whether a doubtful one still answers.
 */
#ifndef RELAY_PARTY_KNOCK_H
#define RELAY_PARTY_KNOCK_H

#include "relay/leg.h"

/* Sends one over the connection that PARTY has; none without memory. */
void relay_knock(struct relay_party *party);

#endif
