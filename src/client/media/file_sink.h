/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the octets of a file go that is received: into a descriptor, and into a hash which at the
 * end says whether it is the file that was announced. Used by msrp_file_transfer and
 * msrp_file_receiver, which know of messages and ranges.
 */
#ifndef CLIENT_MEDIA_FILE_SINK_H
#define CLIENT_MEDIA_FILE_SINK_H

#include "client/msrp/files.h"

/* A zeroed struct is closed. */
struct client_file_sink {
	uv_loop_t *loop;
	int fd;		 /* the user's */
	bool in_order;	 /* it is no regular file: octets go one after the other */
	uint64_t hashed; /* octets from the start of the file on that are in the hash */
	struct msrp_file_hash *hash;
	msrp_file_hash_fn done; /* of the read that is under way */
	void *arg;
};

/* 0 or -ENOMEM. */
int client_file_sink_open(struct client_file_sink *sink, uv_loop_t *loop, int fd);
void client_file_sink_close(struct client_file_sink *sink);

/*
 * Puts the first SIZE octets, which are in the file, into the hash. -EINVAL for what is no regular
 * file. As msrp_file_hash_read().
 */
int client_file_sink_read(struct client_file_sink *sink, uint64_t size, msrp_file_hash_fn done,
			  void *arg);

/* What came before does not count: the file comes from its start. 0 or -ENOMEM. */
int client_file_sink_restart(struct client_file_sink *sink);

/*
 * LEN octets at offset AT of the file. What is in the hash stays as it is, whatever comes in its
 * place. -ESPIPE for what is out of order where it cannot be put in order; or another negative
 * errno.
 */
int client_file_sink_write(struct client_file_sink *sink, uint64_t at, const void *bytes,
			   size_t len);

/*
 * All SIZE octets have come: are they the file that is WANTED? What the file has behind them is
 * cut off. 0, and *RET_FOUND has size and hashes; MSRP_ERROR_MISMATCH; -EAGAIN when octets came
 * out of order: then client_file_sink_read() comes first; or another negative errno.
 */
int client_file_sink_verify(struct client_file_sink *sink, uint64_t size,
			    const struct msrp_file_selector *wanted,
			    struct msrp_file_selector *ret_found);

#endif
