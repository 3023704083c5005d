/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inside of a lane, for flow.c, which puts octets in, and conn.c, which takes them out.
 */
#ifndef MSRP_LANE_H
#define MSRP_LANE_H

#include "base/list.h"
#include "msrp/conn.h"
#include "msrp/flow.h"

/* What conn.c and flow.c share; everybody else sees flow.h and conn.h only. */
struct msrp_lane {
	struct msrp_conn *conn; /* NULL when the conn is gone */
	TAILQ_HEAD(, msrp_flow) flows;
	TAILQ_ENTRY(msrp_lane) in_conn;
	size_t queued; /* bytes that its flows hold */
	bool is_ready; /* it is in conn->ready, else in conn->idle */
	bool released; /* the owner is gone; it is freed when empty */
};

/* Puts LANE where its first flow says it belongs, or frees it. */
void msrp_lane_update(struct msrp_lane *lane);

/* Takes the first flow out and tells its owner. May free the lane. */
void msrp_lane_pop(struct msrp_lane *lane);

/* May a piece of F begin? */
bool msrp_flow_is_ready(const struct msrp_flow *f);

/*
 * Up to how many octets of body can be written in one piece that is neither cut nor waits: a
 * short chunk, or in a message of its own what there is room for.
 */
size_t msrp_flow_short(const struct msrp_flow *f);

/* What F costs while it waits. */
size_t msrp_flow_size(const struct msrp_flow *f);

/* Bytes that the lane's flows hold have come, or gone. */
void msrp_lane_add_queued(struct msrp_lane *lane, size_t len);
void msrp_lane_remove_queued(struct msrp_lane *lane, size_t len);

/*
 * Calls room() when it is due. Only as the last thing of a public function:
 * room() may write to flows and abort them.
 */
void msrp_conn_tell_room(struct msrp_conn *c);

#endif
