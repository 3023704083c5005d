/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which connection a name in From-Path stands for. It is only what its sender says, so several
 * connections may have one name in a session. What the owner sends to that name goes to
 *
 *  - where the relay has connected itself for this session. A connection of that sort is made anew
 *    when it is lost, or when it leaves something unanswered and another one claims its name; it
 *    never goes to those that claim it;
 *  - else a relay whose certificate names that host, the last that was heard;
 *  - else the stranger that came first, as long as its connection stands and answers; but of
 *    several connections from one address the last that was heard. When it does so no more, the
 *    next that came takes its place.
 *
 * The requests of the others are forwarded all the same.
 */
#ifndef RELAY_SESSION_CLAIM_H
#define RELAY_SESSION_CLAIM_H

struct msrp_uri_slices;
struct relay_link;
struct relay_session;

/* The stranger of LINK has sent a request as its name. */
void relay_claim_heard(struct relay_link *link);

/* The link on which SESSION has what URI names; NULL: the relay has to connect there. */
struct relay_link *relay_claim_find(struct relay_session *session,
				    const struct msrp_uri_slices *uri);

/* The same where URI names a session of a sibling, of which that alone may speak. */
struct relay_link *relay_claim_find_sibling(const struct relay_session *session,
					    const struct msrp_uri_slices *uri);

#endif
