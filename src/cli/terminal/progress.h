/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The progress of a file, on one line of stderr. send.c and receive.c show it a few times a
 * second, and clear it before they print anything else.
 */
#ifndef CLI_TERMINAL_PROGRESS_H
#define CLI_TERMINAL_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* How far a transfer is: a line on stderr that is written over, if that is a terminal. */
struct cli_progress {
	bool shown;	   /* the line is there */
	uint64_t start_ns; /* when the first byte went */
	uint64_t have;	   /* octets that were there before */
};

/* HAVE octets are there from another time, and do not go now. */
void cli_progress_start(struct cli_progress *p, uint64_t have);

/* Of the whole file, which is called NAME. TOTAL is UINT64_MAX when it is not known. */
void cli_progress_show(struct cli_progress *p, const char *name, uint64_t done, uint64_t total);

/* NAME is being read, before anything goes. */
void cli_progress_reading(struct cli_progress *p, const char *name);

/* Takes the line away. */
void cli_progress_clear(struct cli_progress *p);

/* The last words: size of what went, time, rate, checksum of the whole. */
void cli_progress_finish(struct cli_progress *p, FILE *out, uint64_t size, const char *sha256);

#endif
