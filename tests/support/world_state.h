/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SUPPORT_WORLD_STATE_H
#define SUPPORT_WORLD_STATE_H

#include "support/world.h"

/*
 * Shared by the files of a world.
 */

/* Around every call of the relay; in reverse while it calls us. */
void world_enter(struct world *w);
void world_leave(struct world *w);

/* Tells the relay that the connection is open. */
void world_tell_opened(struct world_end *end);

/* Tells the relay that it is gone. */
void world_close_end(struct world_end *end, const char *why);

/* Releases the end of the sibling, if there is one. */
void world_leave_twin(struct world_end *end);

#endif
