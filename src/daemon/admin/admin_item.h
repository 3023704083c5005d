/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A session or a connection as the admin socket shows it. Call on the thread of its worker.
 */
#ifndef DAEMON_ADMIN_ADMIN_ITEM_H
#define DAEMON_ADMIN_ADMIN_ITEM_H

#include "base/buf.h"
#include "daemon/serve/json.h"
#include "daemon/worker/worker.h"
#include "relay/anchor/anchor.h"
#include "relay/view.h"

/* Begins an object with everything that fits in a line; the caller ends it. */
struct json admin_item_session(struct buf *out, struct worker *worker,
			       const struct relay_session_view *view);

void admin_item_connection(struct buf *out, struct worker *worker,
			   const struct relay_peer_view *view);

void admin_item_call(struct buf *out, struct worker *worker, const struct relay_call_view *view);
void admin_item_leg(struct buf *out, const struct relay_leg_view *view);

#endif
