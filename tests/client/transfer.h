/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLIENT_TRANSFER_H
#define CLIENT_TRANSFER_H

#include "client/memory_file.h"
#include "client/pair.h"

/*
 * One end of a transfer: notes what happens.
 */
struct end {
	struct pair *pair;
	struct msrp_file_transfer *transfer;
	int fd;
	char *sdp; /* our SDP */
	bool started;
	bool complete;
	bool ended;
	int failed;
	char why[128];
	struct msrp_file_selector file; /* of did_complete() */
	uint64_t progress;
	uint64_t total;
	bool stops; /* at the first progress */
	bool frees; /* frees itself when it is complete */
};

/* The two ends of a transfer, and the file. */
struct transfer {
	struct pair pair;
	struct memory_file bytes;
	struct end from, to;
};

/* A file of SIZE octets on one side, and an empty one on the other. */
void transfer_init(struct transfer *t, size_t size);
void transfer_done(struct transfer *t);

/* They note in the struct end that is their argument. */
extern const struct msrp_file_transfer_callbacks transfer_callbacks;

/* The sender's options for the file. */
struct msrp_file_transfer_options sender_options(const struct transfer *t);

/* A file of SIZE octets on one side, and an empty one on the other, for an existing pair. */
void transfer_init_files(struct transfer *t, size_t size);

/* Leaves the pair. */
void transfer_done_files(struct transfer *t);

/* Makes e->transfer for an end that calls, or is called. Returns the result of that. */
int make_transfer(struct end *e, const struct msrp_file_transfer_options *options, bool calls);

/* Makes it from a connector, and runs until it has its SDP, or has ended. */
void initialize_with(struct end *e, const struct msrp_file_transfer_options *options,
		     struct msrp_connector *connector, const struct msrp_local_uri *local);

/* Like make_transfer(), and runs until it has its SDP, or has ended. */
void initialize_end(struct end *e, const struct msrp_file_transfer_options *options, bool calls);

void start_end(struct end *e, const char *remote_sdp);

/* The caller frees it. */
struct msrp_sdp_media *parse_sdp(const char *sdp);

/* Writes LEN octets to the start of a file. */
void write_file(int fd, const void *bytes, size_t len);

#endif
