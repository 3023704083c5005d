/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLIENT_MEMORY_FILE_H
#define CLIENT_MEMORY_FILE_H

#include "client/pair.h"

enum { MIB = 1024 * 1024 };

/* A file to send that never was on a disk. */
struct memory_file {
	uint8_t *bytes;
	size_t len;
	size_t n_read;
	int err;
};

/*
 * It has all byte values, and things that look like the end of a chunk. The caller frees its bytes.
 */
struct memory_file make_file(size_t len);

/* Sends F with a success report as if it had SIZE octets; SIDE notes the outcomes. */
struct msrp_outgoing_file *send_memory(struct side *s, struct memory_file *f, size_t size,
				       uint64_t chunk_size);

/* Likewise with OPTIONS; fills in the reader and the callbacks. */
struct msrp_outgoing_file *send_memory_with(struct side *s, struct memory_file *f, size_t size,
					    struct msrp_file_options *options);

/* Has SIDE received just this? */
void assert_in(const struct side *s, const void *want, size_t len);

#endif
