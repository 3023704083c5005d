/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which connection a name in From-Path stands for. The name is only its sender's claim, so several
 * connections of a session may have the same one. The owner's messages to that name go to
 *
 * - the connection that the relay itself has made for this session. Such a connection is made anew
 *   when it is lost, or when it leaves something unanswered and another one claims its name; it
 *   is never replaced by a claim;
 * - otherwise a relay whose certificate names that host, the latest heard;
 * - otherwise the stranger that came first, as long as its connection is open and answers; but of
 *   several connections from one address the latest heard. When it is lost or stops answering, the
 *   next that came takes its place.
 *
 * The requests of the others are forwarded all the same.
 */
#ifndef RELAY_SESSION_CLAIM_H
#define RELAY_SESSION_CLAIM_H

struct msrp_uri_slices;
struct relay_link;
struct relay_session;

/* The stranger of LINK has sent a request under its name. */
void relay_claim_heard(struct relay_link *link);

/* The link of SESSION to URI; NULL: the relay has to connect there. */
struct relay_link *relay_claim_find(struct relay_session *session,
				    const struct msrp_uri_slices *uri);

/* Likewise if URI names a session of a sibling, for which only that sibling may speak. */
struct relay_link *relay_claim_find_sibling(const struct relay_session *session,
					    const struct msrp_uri_slices *uri);

#endif
