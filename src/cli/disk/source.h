/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where msrp send takes a file from. send.c opens each when its turn comes, and hands its
 * descriptor to the library.
 */
#ifndef CLI_DISK_SOURCE_H
#define CLI_DISK_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* A file that is sent. It is closed when FD is -1. */
struct cli_source {
	int fd;
	uint64_t size;
	struct timespec changed; /* for the last time, when it was opened */
};

/*
 * Opens the file that an argument names, "-" being what standard input holds up to its end:
 * STANDARD is of cli_source_take_standard(). Says on stderr why it cannot be sent. 0, or a
 * negative errno.
 */
int cli_source_open(struct cli_source *source, const char *argument, int standard);

/* Nothing when it is closed. */
void cli_source_close(struct cli_source *source);

/* Since it was opened; then what was sent is not one file. */
bool cli_source_has_changed(const struct cli_source *source);

/* As msrp_read_fn says. */
int cli_source_read(const struct cli_source *source, uint64_t offset, uint8_t *bytes, size_t size,
		    size_t *ret_len);

/* What the other side is to call it: the last part of the argument. */
const char *cli_source_name(const char *argument);

/*
 * Reads standard input to its end, into a file without a name unless it is one already: an
 * offer tells size and hash. Says on stderr what goes wrong. 0, or a negative errno.
 */
int cli_source_take_standard(int *ret_fd);

#endif
