/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef FUZZ_ACTOR_H
#define FUZZ_ACTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "msrp/ident.h"
#include "support/world.h"

enum {
	ACTOR_ENDS = 0xff, /* the end of what is sent, and what comes after the input */
	ACTOR_OUTPUT_MAX = 1024 * 1024,
};

/* What a fuzzer of relays has still to read. */
struct actor_input {
	const uint8_t *at;
	size_t len;
};

/* One who speaks to a relay, over a connection of a world. */
struct actor {
	struct world_end *end;
	char last[MSRP_IDENT_MAX + 1]; /* the id of the request that it got last */
};

/* Adds what the byte C of an input stands for, and returns true; false: for itself. */
typedef bool (*actor_fn)(void *fuzz, struct actor *actor, uint8_t c, struct buf *text);

/* The next byte; ACTOR_ENDS when there is none. */
uint8_t actor_next(struct actor_input *in);

/* Adds a letter for so many times 256 as the next byte says. */
void actor_add_long(struct actor_input *in, struct buf *text);

/* What ACTOR says: all up to ACTOR_ENDS. */
void actor_read_text(struct actor_input *in, struct actor *actor, actor_fn stands_for, void *fuzz,
		     struct buf *text);

/* Notes the last request in what ACTOR has got. */
void actor_look(struct actor *actor);

/* Its transport takes nothing, or does again. */
void actor_stall(struct actor *actor);

#endif
