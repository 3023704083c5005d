/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files that an operator names: configuration, certificates, passwords, users. All are read whole
 * by this one function, with a limit.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>
#include <sys/stat.h>

/* The contents of a file, and its state when it was opened. Zeroed: nothing. */
struct file_text {
	char *p; /* not NUL-terminated; on the heap even if empty */
	size_t len;
	struct stat stat;
};

/*
 * Reads a file that somebody named: a regular one, of at most MAX bytes. Opens it without blocking,
 * so that a pipe without a writer, or a device, cannot hang us. Returns 0, or a negative errno for
 * file_error(). In either case the caller frees *RET_FILE, which has the stat if that succeeded.
 */
int file_read(const char *path, size_t max, struct file_text *ret_file);

/* The same without reading the text: would file_read() succeed? */
int file_check(const char *path, size_t max);

/* Overwrites the text, which may be a secret. */
void file_done(struct file_text *file);

/* "is no regular file", or the text of the errno. */
const char *file_error(int err);

#endif
