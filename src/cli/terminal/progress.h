/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The progress of a file, on one line of stderr. send.c and receive.c update it a few times a
 * second, and clear it before they print anything else.
 */
#ifndef CLI_TERMINAL_PROGRESS_H
#define CLI_TERMINAL_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* The progress of a transfer: a line on stderr that is overwritten, if that is a terminal. */
struct cli_progress {
	bool shown;	   /* the line is visible */
	uint64_t start_ns; /* when the transfer began */
	uint64_t have;	   /* octets that need not be transferred */
};

/* HAVE octets exist from an earlier transfer. */
void cli_progress_start(struct cli_progress *p, uint64_t have);

/* DONE counts from the start of the file, called NAME. TOTAL is UINT64_MAX if unknown. */
void cli_progress_show(struct cli_progress *p, const char *name, uint64_t done, uint64_t total);

/* NAME is being read, before the transfer. */
void cli_progress_reading(struct cli_progress *p, const char *name);

/* Removes the line. */
void cli_progress_clear(struct cli_progress *p);

/* Prints a summary: octets transferred, time, rate, checksum of the whole file. */
void cli_progress_finish(struct cli_progress *p, FILE *out, uint64_t size, const char *sha256);

#endif
