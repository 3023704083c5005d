/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files that are sent from and received into, read and written at a place.
 */
#ifndef CLIENT_SESSION_FILE_IO_H
#define CLIENT_SESSION_FILE_IO_H

#include <stddef.h>
#include <stdint.h>

/* Reads up to SIZE octets at OFFSET; none at the end of the file. 0 or a negative errno. */
int client_file_read(int fd, uint64_t offset, uint8_t *bytes, size_t size, size_t *ret_len);

/* Writes all. 0 or a negative errno: the disk is full, say. */
int client_file_write(int fd, uint64_t offset, const uint8_t *bytes, size_t len);

/* Cuts off what a file has beyond SIZE. 0, also for what is no regular file; or a negative errno.
 */
int client_file_cut(int fd, uint64_t size);

#endif
