/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Calls: made by an offer, found by their call-id, ended by a delete, by the operator, or when
 * their time is over.
 */
#ifndef RELAY_ANCHOR_CALL_H
#define RELAY_ANCHOR_CALL_H

#include "relay/leg.h"

/* A new call, offered by TAG. Returns 0, RELAY_ANCHOR_FULL or -ENOMEM. */
int relay_call_new(struct relay *relay, struct slice id, struct slice tag,
		   struct relay_call **ret_call);

/*
 * Ends and frees it; WHY is for the operator, and for senders in the middle of a message. Complete
 * messages are delivered or reported.
 */
void relay_call_end(struct relay_call *call, const char *why);
void relay_call_end_all(struct relay *relay, const char *why);

/* Forgets a pending offer: the state before it continues. */
void relay_call_drop_offer(struct relay_call *call);

/* Its section at that index, or NULL. */
struct relay_section *relay_call_section(const struct relay_call *call, unsigned index);

/* A new section that is in no call's list yet; NULL without memory. */
struct relay_section *relay_section_new(struct relay_call *call, unsigned index);
void relay_section_free(struct relay_section *section);

#endif
