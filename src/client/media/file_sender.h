/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inside of msrp_file_sender: file_sender.c has the queue of its files and their outcomes,
 * file_sender_offer.c the offers and answers.
 */
#ifndef CLIENT_MEDIA_FILE_SENDER_H
#define CLIENT_MEDIA_FILE_SENDER_H

#include <sys/stat.h>

#include "client/media/file_description.h"
#include "client/media/file_part.h"
#include "client/msrp/files.h"
#include "client/transport/transport.h"
#include "msrp/ident.h"

enum {
	/* Relatively long, as RFC 5547 8.1 requires; it is also the Message-ID. */
	CLIENT_TRANSFER_ID_SIZE = 2 * MSRP_IDENT_LEN + 1,
};

/*
 * WAITING --turn--> READING --hash--> OFFERED --answer--> MOVING --report--> over
 *
 * without OFFERED if the other side does not support offers.
 */
struct client_sent_file {
	struct msrp_file_offer shown; /* its strings are the following */
	char *name;
	char *type;
	char id[CLIENT_TRANSFER_ID_SIZE];
	struct msrp_file_sender *sender;
	int fd;
	struct stat looked_at; /* when the file was added */
	uint64_t chunk_size;
	struct msrp_file_hash *hash;	     /* while it is read */
	char offer_id[MSRP_MESSAGE_ID_SIZE]; /* the Message-ID of the offer */
	struct client_timer patience;	     /* for the answer */
	bool patient;			     /* the other side has announced an answer */
	struct client_file_part part;
	bool cancelled; /* by the user, who is told later */
	TAILQ_ENTRY(client_sent_file) in_sender;
};

struct msrp_file_sender {
	struct msrp_context *context;
	struct msrp_session *session;
	struct msrp_file_sender_callbacks callbacks;
	void *arg;
	size_t at_once;
	TAILQ_HEAD(, client_sent_file) files;  /* in the order in which they were added */
	size_t n_begun;			       /* of them; the others wait */
	struct client_description description; /* the one coming in */
	struct client_timer later;	       /* continues with what can be done */
	struct client_timer tick;	       /* for progress */
	bool without_offers;
	bool ending;  /* the user has no more files */
	bool closing; /* the other side was told so, or that failed */
	bool closed;
	bool gone;  /* freed */
	int failed; /* the reason, for closed(); 0: it did not fail */
	char why[CLIENT_WHY_MAX];
	struct client_garbage garbage;
};

/* ---- file_sender.c ---- */

/* Removes the file and tells its user, who may free the sender: see gone. */
void client_sent_file_over(struct client_sent_file *f, int err, const char *why);

/* Likewise, and ends the session. */
void client_sent_file_fail(struct client_sent_file *f, int err, const char *why);

/* Sends LEN octets of the file, beginning at START. */
void client_sent_file_move(struct client_sent_file *f, uint64_t start, uint64_t len);

/* ---- file_sender_offer.c ---- */

/* 0 or a negative errno. */
int client_file_sender_offer(struct client_sent_file *f);

/* For the session: the callbacks for incoming messages. */
int client_file_sender_begin(void *arg, struct msrp_incoming *message);
int client_file_sender_data(void *arg, struct msrp_incoming *message, uint64_t offset,
			    const uint8_t *bytes, size_t len);
int client_file_sender_message_end(void *arg, struct msrp_incoming *message, char flag);

#endif
