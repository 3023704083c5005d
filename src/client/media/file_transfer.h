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
	bool answers; /* the other side has made the offer */
	int fd;
	struct msrp_file_selector file; /* that we have or want */
	char *name;			/* file's, as the next */
	char *type;
	char *transfer_id;
	uint64_t have;
	uint64_t max_size; /* UINT64_MAX: no limit */
	uint64_t chunk_size;
	struct msrp_file_hash *hash;  /* of the file that we have; NULL: there is no use for it */
	struct client_file_sink sink; /* for the one that we want */
	struct client_local local;    /* for the connector, once there is a hash */

	/* a=file-range: what we say, and what goes over the session after all. */
	uint64_t range_start; /* 0: nothing */
	uint64_t range_stop;
	uint64_t start;	 /* octets of the file before those */
	uint64_t length; /* or MSRP_TOTAL_UNKNOWN */

	struct client_file_part part;
	const struct msrp_incoming *in;	       /* NULL: not yet, or over */
	char message_id[MSRP_MESSAGE_ID_SIZE]; /* of what is verified */
	int write_err;			       /* what came could not be kept */
	bool verifying;			       /* all came, and is being read once more */
	bool complete;
	bool stopped;  /* by us */
	uint64_t told; /* octets, by progress() */
	struct client_timer tick;
	struct client_timer patience; /* with the other side */
};

/* ---- file_transfer.c ---- */

/* Octets FROM (from 1 on; 0: all) to STOP of the file, and no others. 0 or -ERANGE. */
int client_file_transfer_set_part(struct msrp_file_transfer *t, uint64_t from, uint64_t stop);

/* It is complete, or cannot be any more: closes. */
void client_file_transfer_complete(struct msrp_file_transfer *t);
void client_file_transfer_fail(struct msrp_file_transfer *t, int err, const char *why);

/* For the session. */
void client_file_transfer_closed(void *arg, int err, const char *why);

/* ---- file_send.c, file_receive.c ---- */

extern const struct msrp_session_callbacks client_file_send_callbacks;
extern const struct msrp_session_callbacks client_file_receive_callbacks;

/* Sends it. 0 or a negative errno. */
int client_file_send_start(struct msrp_file_transfer *t);

/* What came before does not count: all of it comes. 0 or -ENOMEM. */
int client_file_receive_restart(struct msrp_file_transfer *t);

#endif
