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

/* What the relays of a world ask of it. */
extern const struct relay_host world_host;

/* TEXT, cut to what fits, and terminated. */
void world_copy_text(char to[WORLD_TEXT], struct slice text);

/* A connection of W without a relay yet: NAME is its name in transcripts, HOST where it leads. */
struct world_end *world_end_new(struct world *w, const char *name, struct slice host);

/* Of the text, or if there is none one that nobody else has. */
void world_end_set_address(struct world_end *end, const char *text);

/* Tells the relay that the connection is open. */
void world_tell_opened(struct world_end *end);

/* Tells the relay that it is gone. */
void world_close_end(struct world_end *end, const char *why);

/* Releases the end of the sibling, if there is one. */
void world_leave_twin(struct world_end *end);

#endif
