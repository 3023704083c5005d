/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SUPPORT_WORLD_STATE_H
#define SUPPORT_WORLD_STATE_H

#include "support/world.h"

/* What the files of a world share. */

/* Around every call of the relay; while it asks something of us it is the other way round. */
void world_enter(struct world *w);
void world_leave(struct world *w);

/* Tells the relay that the connection stands. */
void world_tell_opened(struct world_end *end);

/* Tells the relay that it is gone. */
void world_close_end(struct world_end *end, const char *why);

/* Lets go of the end of the sibling, if there is one. */
void world_leave_twin(struct world_end *end);

#endif
