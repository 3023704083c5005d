/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inside of msrp_file_receiver: file_receiver.c has its files and its user's actions,
 * file_receiver_offer.c offers and answers, file_receiver_message.c incoming messages.
 */
#ifndef CLIENT_MEDIA_FILE_RECEIVER_H
#define CLIENT_MEDIA_FILE_RECEIVER_H

#include "client/media/file_description.h"
#include "client/media/file_sink.h"
#include "client/msrp/files.h"
#include "client/transport/transport.h"

/*
 * WAITING --accept--> READING --what was here--> OFFERED --message--> MOVING --end--> over
 *
 * It is READING before WAITING, too, while it reads a local file that may be the one. A whole file
 * may also come before the answer, or without an offer from a sender that makes none. After the
 * first offer, only offered files may come.
 */
struct client_received_file {
	struct msrp_file_offer shown;
	struct msrp_file_receiver *receiver;
	struct msrp_sdp_media *offer; /* NULL: it came without an offer */
	char *name;		      /* of a file without an offer, like the next */
	char *type;
	struct msrp_file_hash *check; /* of a local file that may be the one, while it is read */
	struct client_file_sink sink;
	bool accepted;
	bool agreed;			       /* and the other side was told */
	bool asking;			       /* inside offered() */
	bool refused;			       /* inside offered() */
	const struct msrp_incoming *message;   /* with the file, or NULL */
	bool verifying;			       /* complete, and being read once more */
	char message_id[MSRP_MESSAGE_ID_SIZE]; /* of the file being verified */
	bool cancelled;			       /* by the user, who is told later */
	int err;			       /* why the rest is refused; 0: it is not */
	char why[CLIENT_WHY_MAX];
	TAILQ_ENTRY(client_received_file) in_receiver;
};

struct msrp_file_receiver {
	struct msrp_context *context;
	struct msrp_session *session;
	struct msrp_file_receiver_callbacks callbacks;
	void *arg;
	struct msrp_file_receiver_options options; /* with defaults filled in */
	TAILQ_HEAD(, client_received_file) files;  /* oldest first */
	size_t n_files;
	size_t n_complete;
	struct client_description description; /* the one coming in */
	struct client_timer later;	       /* reports cancelled files */
	struct client_timer tick;	       /* for progress */
	bool offered;			       /* the sender makes offers, so it will say */
	bool ended;			       /* when there are no more files */
	bool closing;			       /* on our initiative */
	bool closed;
	bool gone;		      /* freed */
	char refusal[CLIENT_WHY_MAX]; /* the reason of the latest refusal, for the sender */
	int err;		      /* for closed(), with the reason; 0: none yet */
	char why[CLIENT_WHY_MAX];
	struct client_garbage garbage;
};

/* ---- file_receiver.c ---- */

/* A new file, with OFFER, which it takes over, or NULL. NULL without memory. */
struct client_received_file *client_received_file_new(struct msrp_file_receiver *r,
						      struct msrp_sdp_media *offer);

/* Removes the file without a report. */
void client_received_file_drop(struct client_received_file *f);

/* Removes the file and tells its user, who may free the receiver: see gone. */
void client_received_file_over(struct client_received_file *f, int err, const char *why);

/* Calls offered(). False: the file has been removed. */
bool client_received_file_ask(struct client_received_file *f);

/* Its first octets have arrived. */
void client_received_file_started(struct client_received_file *f);

/* Ends the session, unless received files are still being read. */
void client_file_receiver_check_end(struct msrp_file_receiver *r);

/* Breaks off; closed() reports ERR. */
void client_file_receiver_fail(struct msrp_file_receiver *r, int err, const char *why);

/* ---- file_receiver_offer.c ---- */

/*
 * Does the description say what to do? Takes over OFFER. Returns 0, or the response code that
 * refuses it.
 */
int client_file_receiver_offered(struct msrp_file_receiver *r, struct msrp_sdp_media *offer);

/* The sink has the local part: tells the sender which octets are wanted. */
void client_received_file_agree(struct client_received_file *f);

/* WHY may be NULL. */
void client_received_file_refuse(struct client_received_file *f, const char *why);

/* ---- file_receiver_message.c ---- */

extern const struct msrp_session_callbacks client_file_receiver_session;

#endif
