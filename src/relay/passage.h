/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A peer is with one of several siblings, but may name sessions of any: a client that is a stranger
 * elsewhere, or another relay, whose one connection carries the messages of many. Its requests for
 * a sibling go there by a passage, and the sibling's requests for it come back the same way:
 *
 *     peer === this relay --- passage --- sibling
 *
 * To the sibling it looks as if the peer itself were at the other end. So a passage is no hop of
 * its own: paths go through it unchanged. There is one for each peer and sibling, made when it is
 * first needed and closed with the peer.
 */
#ifndef RELAY_PASSAGE_H
#define RELAY_PASSAGE_H

#include "base/list.h"

struct msrp_lane;
struct relay_peer;

struct relay_passage {
	struct relay_peer *peer;    /* NULL: it is gone, and the passage is about to close */
	struct relay_peer *sibling; /* the way to the other relay */
	unsigned worker;
	unsigned use;		   /* of PEER at the sibling, as reported: see use.h */
	struct msrp_lane *to_peer; /* made when first used, like the next */
	struct msrp_lane *to_sibling;
	LIST_ENTRY(relay_passage) in_peer;
};

/*
 * The passage of PEER to the sibling WORKER: found, or made. Each costs some 80 KiB, so a peer
 * without a granted request has one at a time, and no other one while something is under way there:
 * -EDQUOT. Returns 0 or a negative errno.
 */
int relay_passage_get(struct relay_peer *peer, unsigned worker, struct relay_passage **ret_passage);

/* The lane of PASSAGE that leads to DEST, which is at one of its ends; NULL without memory. */
struct msrp_lane *relay_passage_lane(struct relay_passage *passage, struct relay_peer *dest);

/*
 * The sibling has answered a request of the peer: only that shows whether the request was
 * permitted.
 */
void relay_passage_judge(struct relay_peer *source, const struct relay_peer *dest, unsigned status);

/* SIBLING, to which we have a passage, reports how it uses that passage's peer. */
void relay_passage_told(struct relay_peer *sibling, unsigned use);

/* PEER is gone: closes its passages, or it was the far end of one. */
void relay_passage_forget(struct relay_peer *peer);

#endif
