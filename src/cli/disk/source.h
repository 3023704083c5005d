/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The source of msrp send. send.c opens each when its turn comes, and hands its descriptor to the
 * library.
 */
#ifndef CLI_DISK_SOURCE_H
#define CLI_DISK_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* A file being sent. FD is -1 when it is closed. */
struct cli_source {
	int fd;
	uint64_t size;
	struct timespec changed; /* modification time when it was opened */
};

/*
 * Opens the file that an argument names; "-" is the contents of standard input, in STANDARD, from
 * cli_source_take_standard(). Prints on stderr why it cannot be sent. Returns 0 or a negative
 * errno.
 */
int cli_source_open(struct cli_source *source, const char *argument, int standard);

/* Does nothing if it is closed. */
void cli_source_close(struct cli_source *source);

/* Has it changed since it was opened? Then the data sent is not one consistent file. */
bool cli_source_has_changed(const struct cli_source *source);

/* See msrp_read_fn. */
int cli_source_read(const struct cli_source *source, uint64_t offset, uint8_t *bytes, size_t size,
		    size_t *ret_len);

/* The name to offer: the last part of the argument. */
const char *cli_source_name(const char *argument);

/*
 * Reads standard input to its end, into an unnamed file unless it is a regular file already,
 * because an offer states size and hash. Prints errors on stderr. Returns 0 or a negative errno.
 */
int cli_source_take_standard(int *ret_fd);

#endif
