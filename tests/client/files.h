/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A connected pair of msrp_file_sender and msrp_file_receiver that note what happens.
 */
#ifndef CLIENT_FILES_H
#define CLIENT_FILES_H

#include "client/memory_file.h"
#include "client/pair.h"

enum {
	FILES_MAX = 8,
	FILES_WHY = 128,
};

/* The receiver's reaction to an offer. */
enum files_choice {
	TAKE,
	REFUSE,
	LATER, /* notes it, and leaves it to the test */
};

/* A file of both sides. Its name is its number. */
struct files_one {
	struct memory_file bytes;
	int from, to;
	enum files_choice choice;
	uint64_t have;	  /* octets that the receiver has */
	bool is_there;	  /* the receiver has a file of that name; all of it is in TO */
	int complete_err; /* of the receiver's complete() */

	struct msrp_file_offer *sent, *offered; /* while they exist */
	size_t n_sent_over, n_received_over;
	int sent_err, received_err;
	char sent_why[FILES_WHY], received_why[FILES_WHY];
	uint64_t sent_start, received_start; /* of started() */
	uint64_t done;			     /* from the receiver's over() */
	bool sent_present, received_present;
	struct msrp_file_selector selector; /* from the receiver's over() */
};

struct files {
	struct pair pair;
	struct msrp_file_sender *sender;
	struct msrp_file_receiver *receiver;
	struct msrp_file_sender_options sender_options;
	struct msrp_file_receiver_options receiver_options;
	struct files_one file[FILES_MAX];
	size_t n; /* number of files made */
	int order[FILES_MAX];
	size_t n_started;
	int unoffered;			   /* 0: not called */
	bool sender_frees, receiver_frees; /* in over() */
	bool sender_closed, receiver_closed;
	int sender_err, receiver_err;
};

/* Connects the two, with the given options, which may be NULL. */
void files_init(struct files *x, const struct msrp_file_sender_options *sender,
		const struct msrp_file_receiver_options *receiver);
void files_done(struct files *x);

/* A file of SIZE octets that the receiver will accept. */
struct files_one *files_make(struct files *x, size_t size);

/* Offers it. */
void files_send(struct files *x, struct files_one *one);

/* The receiver accepts a file that it had left for later. */
void files_accept(struct files *x, struct files_one *one);

/* Runs until both are closed. */
void files_run(struct files *x);

/* Has the receiver the whole file, and do both know? */
void files_assert_arrived(const struct files_one *one);

#endif
