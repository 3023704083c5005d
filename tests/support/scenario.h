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
	unsigned workers; /* relays, among which connections are distributed in turn; 0: one */
	/*
	 * The relay runs out of memory: its output may differ from the expected, so the play goes
	 * on in any case. Only its end must be clean.
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
	struct buf problem; /* the mistake, for the reader; empty if all is well */
};

/*
 * True: everything went as in TEXT. Otherwise S->problem says what did not; valid until
 * scenario_done().
 */
bool scenario_run(struct scenario *s, const struct scenario_play *play, struct slice text);
void scenario_done(struct scenario *s);

#endif
