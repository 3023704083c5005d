/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The destination of a file being received: a descriptor, and a hash which at the end tells whether
 * it is the announced file. Used by msrp_file_transfer and msrp_file_receiver, which know about
 * messages and ranges.
 */
#ifndef CLIENT_MEDIA_FILE_SINK_H
#define CLIENT_MEDIA_FILE_SINK_H

#include "client/msrp/files.h"

/* A zeroed struct is closed. */
struct client_file_sink {
	uv_loop_t *loop;
	int fd;		 /* the user's */
	bool in_order;	 /* not a regular file: octets must be written in order */
	uint64_t hashed; /* octets from the start of the file that are in the hash */
	struct msrp_file_hash *hash;
	msrp_file_hash_fn done; /* of the read that is under way */
	void *arg;
};

/* Returns 0 or -ENOMEM. */
int client_file_sink_open(struct client_file_sink *sink, uv_loop_t *loop, int fd);
void client_file_sink_close(struct client_file_sink *sink);

/*
 * Adds the first SIZE octets, which the file has already, to the hash. -EINVAL if it is not a
 * regular file. Returns like msrp_file_hash_read().
 */
int client_file_sink_read(struct client_file_sink *sink, uint64_t size, msrp_file_hash_fn done,
			  void *arg);

/* Discards everything before: the file comes from its start. Returns 0 or -ENOMEM. */
int client_file_sink_restart(struct client_file_sink *sink);

/*
 * Writes LEN octets at offset AT of the file. Octets that are in the hash stay as they are,
 * whatever comes in their place. Returns 0; -ESPIPE if they are out of order and cannot be put in
 * order; or another negative errno.
 */
int client_file_sink_write(struct client_file_sink *sink, uint64_t at, const void *bytes,
			   size_t len);

/*
 * All SIZE octets have come: are they the file WANTED? Cuts off what the file has beyond them.
 * Returns 0, with size and hashes in *RET_FOUND; MSRP_ERROR_MISMATCH; -EAGAIN if octets came out of
 * order: call client_file_sink_read() first; or another negative errno.
 */
int client_file_sink_verify(struct client_file_sink *sink, uint64_t size,
			    const struct msrp_file_selector *wanted,
			    struct msrp_file_selector *ret_found);

#endif
