/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SUPPORT_SCENARIO_STEP_H
#define SUPPORT_SCENARIO_STEP_H

#include "support/scenario.h"

/*
 * Shared by scenario.c and its helpers.
 */
enum { SCENARIO_WORDS = 8 };

/* A line of a transcript, and the block that belongs to it. */
struct scenario_step {
	size_t line;
	char word[SCENARIO_WORDS][WORLD_TEXT]; /* "" beyond the last one */
	struct slice rest;   /* the line from its third word on; for "let", the text after "=" */
	struct slice quoted; /* the text in quotes in it; or empty */
	struct buf block;    /* with CRLF at the end of each line */
};

/*
 * Takes the next step from the front of TEXT. The block is reused; the caller frees the last one.
 */
bool scenario_step_next(struct scenario_step *step, struct slice *text);

/* Plays TEXT as if it were in the transcript. */
bool scenario_play_text(struct scenario *s, struct slice text);

/* Notes a mistake. Returns whether to go on, that is, false unless the play is lenient. */
bool scenario_fail(struct scenario *s, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Steps of their own. */
bool scenario_set(struct scenario *s, struct scenario_step *step);
bool scenario_digest(struct scenario *s, struct scenario_step *step);
bool scenario_login(struct scenario *s, struct scenario_step *step);
bool scenario_event(struct scenario *s, struct scenario_step *step);
bool scenario_count(struct scenario *s, struct scenario_step *step);
bool scenario_lookups(struct scenario *s, struct scenario_step *step);
bool scenario_make(struct scenario *s, struct scenario_step *step);
bool scenario_trace(struct scenario *s, struct scenario_step *step);
bool scenario_traced(struct scenario *s, struct scenario_step *step);
bool scenario_cut(struct scenario *s, struct scenario_step *step);
bool scenario_memory(struct scenario *s, struct scenario_step *step);
bool scenario_drain(struct scenario *s, struct scenario_step *step);
bool scenario_end(struct scenario *s, struct scenario_step *step);
bool scenario_exchange(struct scenario *s, struct scenario_step *step);
bool scenario_delete(struct scenario *s, struct scenario_step *step);
bool scenario_call(struct scenario *s, struct scenario_step *step);
bool scenario_hangup(struct scenario *s, struct scenario_step *step);

#endif
