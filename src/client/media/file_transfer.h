/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * msrp_file_transfer from the inside: an endpoint with one file, which one side sends (file_send.c)
 * and the other receives (file_receive.c).
 */
#ifndef CLIENT_MEDIA_FILE_TRANSFER_H
#define CLIENT_MEDIA_FILE_TRANSFER_H

#include "client/link/local.h"
#include "client/media/endpoint.h"
#include "client/media/file_part.h"
#include "client/media/file_sink.h"
#include "client/msrp/files.h"

struct msrp_file_transfer {
	struct client_endpoint endpoint;
	struct msrp_file_transfer_callbacks callbacks;
	void *arg;
	bool sends;
	bool answers; /* the other side made the offer */
	int fd;
	struct msrp_file_selector file; /* the one that we have or want */
	char *name;			/* file's, like the next */
	char *type;
	char *transfer_id;
	uint64_t have;
	uint64_t max_size; /* UINT64_MAX: no limit */
	uint64_t chunk_size;
	struct msrp_file_hash *hash;  /* of our file; NULL: not needed */
	struct client_file_sink sink; /* for the file that we want */
	struct client_local local;    /* for the connector, once there is a hash */

	/* a=file-range: the range that we state, and the one actually sent. */
	uint64_t range_start; /* 0: nothing */
	uint64_t range_stop;
	uint64_t start;	 /* octets of the file before it */
	uint64_t length; /* or MSRP_TOTAL_UNKNOWN */

	struct client_file_part part;
	const struct msrp_incoming *in;	       /* NULL: not yet, or over */
	char message_id[MSRP_MESSAGE_ID_SIZE]; /* of the message being verified */
	int write_err;			       /* writing failed */
	bool verifying;			       /* complete, and being read once more */
	bool complete;
	bool stopped;  /* by us */
	uint64_t told; /* octets, last reported by progress() */
	struct client_timer tick;
	struct client_timer patience; /* with the other side */
};

/* ---- file_transfer.c ---- */

/*
 * Restricts the transfer to octets FROM (from 1 on; 0: all) to STOP of the file. Returns 0 or
 * -ERANGE.
 */
int client_file_transfer_set_part(struct msrp_file_transfer *t, uint64_t from, uint64_t stop);

/* It is complete, or cannot be completed any more: closes. */
void client_file_transfer_complete(struct msrp_file_transfer *t);
void client_file_transfer_fail(struct msrp_file_transfer *t, int err, const char *why);

/* For the session. */
void client_file_transfer_closed(void *arg, int err, const char *why);

/* ---- file_send.c, file_receive.c ---- */

extern const struct msrp_session_callbacks client_file_send_callbacks;
extern const struct msrp_session_callbacks client_file_receive_callbacks;

/* Sends the file. Returns 0 or a negative errno. */
int client_file_send_start(struct msrp_file_transfer *t);

/* Discards everything before: the whole file comes. Returns 0 or -ENOMEM. */
int client_file_receive_restart(struct msrp_file_transfer *t);

#endif
