/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SUPPORT_SCENARIO_H
#define SUPPORT_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>

#include "support/template.h"
#include "support/world.h"

/*
 * Plays a transcript, as tests/scenarios/README describes it, against a relay
 * in a world of its own.
 */
struct scenario_play {
	size_t read_size; /* bytes that the relay gets at a time */
	unsigned workers; /* relays, to which connections are dealt out in turn; 0: one */
	/*
	 * Memory fails the relay: what comes may differ from what was expected, so
	 * the play goes on whatever comes. It is only to end well.
	 */
	bool lenient;
	void (*enter)(void *arg); /* as in struct world */
	void (*leave)(void *arg);
	void *arg;
};

struct scenario {
	const struct scenario_play *play;
	struct world world;
	struct relay_config config;
	struct relay_identity identity[2];
	struct bindings bindings;
	char word[16][WORLD_TEXT]; /* of settings, which the configuration points to */
	const char *words[16];
	size_t n_words;
	size_t n_connects;
	bool started;
	bool memory_lasts;  /* it has too many allocations for each to fail once */
	size_t line;	    /* that is being played */
	struct buf problem; /* what went wrong, for the reader; empty when all is well */
};

/* True: all went as TEXT says. Otherwise S->problem says what did not; until scenario_done(). */
bool scenario_run(struct scenario *s, const struct scenario_play *play, struct slice text);
void scenario_done(struct scenario *s);

#endif
