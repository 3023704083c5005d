/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files that an operator names: configuration, certificates, passwords, users. All are read whole
 * and in this one way, with a limit.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>
#include <sys/stat.h>

/* The whole of a file, and what it was like when it was opened. Zeroed: nothing. */
struct file_text {
	char *p; /* not terminated; on the heap, also when there is nothing in it */
	size_t len;
	struct stat stat;
};

/*
 * Reads a file that somebody named: a regular one, of at most MAX bytes. It is opened
 * without waiting, so that a pipe to which nobody writes, or a device, holds nobody up.
 * 0 or a negative errno, which file_error() puts into words; *RET_FILE, with the stat
 * as far as it was got, is the caller's to give back in any case.
 */
int file_read(const char *path, size_t max, struct file_text *ret_file);

/* The same without the text: would it be read? */
int file_check(const char *path, size_t max);

/* Overwrites what may be a secret. */
void file_done(struct file_text *file);

/* "is no regular file", or what the errno says. */
const char *file_error(int err);

#endif
