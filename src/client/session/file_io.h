/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads and writes files that are sent or received, at a given offset.
 */
#ifndef CLIENT_SESSION_FILE_IO_H
#define CLIENT_SESSION_FILE_IO_H

#include <stddef.h>
#include <stdint.h>

/* Reads up to SIZE octets at OFFSET; none at the end of the file. Returns 0 or a negative errno. */
int client_file_read(int fd, uint64_t offset, uint8_t *bytes, size_t size, size_t *ret_len);

/* Writes everything. Returns 0 or a negative errno, for example if the disk is full. */
int client_file_write(int fd, uint64_t offset, const uint8_t *bytes, size_t len);

/*
 * Cuts off what a file has beyond SIZE. Returns 0, also if it is not a regular file; or a negative
 * errno.
 */
int client_file_cut(int fd, uint64_t size);

#endif
