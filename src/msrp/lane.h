/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef MSRP_LANE_H
#define MSRP_LANE_H

#include "base/list.h"
#include "msrp/flow.h"

/* What conn.c and flow.c share about lanes; others see flow.h only. */
struct msrp_lane {
	struct msrp_conn *conn; /* NULL when the conn is gone */
	TAILQ_HEAD(, msrp_flow) flows;
	TAILQ_ENTRY(msrp_lane) in_conn;
	bool is_ready; /* in conn->ready, else in conn->idle */
	bool released; /* the owner is gone; freed when empty */
};

/* Puts LANE where its first flow says it belongs. */
void msrp_lane_update(struct msrp_lane *lane);

/* Takes the first flow out and tells its owner. May free the lane. */
void msrp_lane_pop(struct msrp_lane *lane);

/* Could the flow go on right now? */
bool msrp_flow_is_ready(const struct msrp_flow *f);

#endif
