/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inside of a lane, for flow.c, which puts octets in, and conn.c, which takes them out.
 */
#ifndef MSRP_LANE_H
#define MSRP_LANE_H

#include "base/list.h"
#include "msrp/conn.h"
#include "msrp/flow.h"

/* Shared by conn.c and flow.c; all others see only flow.h and conn.h. */
struct msrp_lane {
	struct msrp_conn *conn; /* NULL after the conn is gone */
	TAILQ_HEAD(, msrp_flow) flows;
	TAILQ_ENTRY(msrp_lane) in_conn;
	size_t queued; /* bytes held by its flows */
	bool is_ready; /* it is in conn->ready, otherwise in conn->idle */
	bool released; /* the owner has released it; it is freed when empty */
};

/* Puts LANE in the list where its first flow belongs, or frees it. */
void msrp_lane_update(struct msrp_lane *lane);

/* Removes the first flow and tells its owner. May free the lane. */
void msrp_lane_pop(struct msrp_lane *lane);

/* May a piece of F begin? */
bool msrp_flow_is_ready(const struct msrp_flow *f);

/*
 * The longest body that can be written in one piece that is neither cut nor waits: a short chunk,
 * or in a message of its own as much as fits.
 */
size_t msrp_flow_short(const struct msrp_flow *f);

/* The cost of F while it waits. */
size_t msrp_flow_size(const struct msrp_flow *f);

/* Bytes held by the lane's flows have come, or gone. */
void msrp_lane_add_queued(struct msrp_lane *lane, size_t len);
void msrp_lane_remove_queued(struct msrp_lane *lane, size_t len);

/*
 * Calls room() if it is due. Call it last in a public function: room() may write to flows and abort
 * them.
 */
void msrp_conn_tell_room(struct msrp_conn *c);

#endif
