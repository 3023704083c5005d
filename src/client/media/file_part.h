/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file or a part of one on its way out: a message of its own (RFC 5547 section 6), whose arrival
 * the other end has to confirm. Used by msrp_file_transfer and msrp_file_sender.
 */
#ifndef CLIENT_MEDIA_FILE_PART_H
#define CLIENT_MEDIA_FILE_PART_H

#include "client/link/context.h"
#include "client/msrp/files.h"

/*
 * Called once. ERR 0: the other end has everything. A response code; -ETIMEDOUT: no confirmation;
 * -ECANCELED: the part was cancelled, or the session is over; or another negative errno.
 */
typedef void (*client_file_part_fn)(void *arg, int err, const char *why);

/* Embedded; a zeroed struct is idle. */
struct client_file_part {
	struct msrp_context *context;
	struct msrp_outgoing_file *out; /* NULL: not started, or over */
	int fd;
	uint64_t start;
	client_file_part_fn done;
	void *arg;
	struct client_timer patience; /* for the other side's report */
};

struct client_file_part_options {
	int fd;		/* open until DONE */
	uint64_t start; /* octets of the file before the part */
	uint64_t len;
	const char *message_id; /* NULL: a random one */
	const char *name;	/* NULL: not sent */
	const char *type;	/* NULL: application/octet-stream */
	uint64_t chunk_size;
};

/* DONE follows unless this fails. Returns 0 or a negative errno. */
int client_file_part_send(struct client_file_part *part, struct msrp_session *session,
			  const struct client_file_part_options *options, client_file_part_fn done,
			  void *arg);

/* Octets of the part that were written. */
uint64_t client_file_part_sent(const struct client_file_part *part);

/* Calls DONE at once, unless it was called already. */
void client_file_part_cancel(struct client_file_part *part);

#endif
