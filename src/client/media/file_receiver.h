/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inside of msrp_file_receiver: file_receiver.c has its files and what its user does with
 * them, file_receiver_offer.c offers and answers, file_receiver_message.c the messages that come.
 */
#ifndef CLIENT_MEDIA_FILE_RECEIVER_H
#define CLIENT_MEDIA_FILE_RECEIVER_H

#include "client/media/file_description.h"
#include "client/media/file_sink.h"
#include "client/msrp/files.h"
#include "client/transport/transport.h"

/*
 *     WAITING --accept--> READING --what was here--> OFFERED --message--> MOVING --end--> over
 *
 * It is READING before WAITING, too, while a file is looked at that may be the one. A file may also
 * come before the answer, as a whole, or without an offer, from a sender that offers nothing. Once
 * something was offered, nothing comes that was not.
 */
struct client_received_file {
	struct msrp_file_offer shown;
	struct msrp_file_receiver *receiver;
	struct msrp_sdp_media *offer; /* NULL: it came without */
	char *name;		      /* of one that came without, as the next */
	char *type;
	struct msrp_file_hash *check; /* of a file that may be the one, while it is read */
	struct client_file_sink sink;
	bool accepted;
	bool agreed;			       /* and the other side was told */
	bool asking;			       /* inside of offered() */
	bool refused;			       /* there */
	const struct msrp_incoming *message;   /* with the file, or NULL */
	bool verifying;			       /* all came, and is read once more */
	char message_id[MSRP_MESSAGE_ID_SIZE]; /* of what is verified */
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
	struct msrp_file_receiver_options options; /* filled in */
	TAILQ_HEAD(, client_received_file) files;  /* the oldest first */
	size_t n_files;
	size_t n_complete;
	struct client_description description; /* that is coming */
	struct client_timer later;	       /* tells of what was cancelled */
	struct client_timer tick;	       /* for progress */
	bool offered;			       /* some file was: then the sender says */
	bool ended;			       /* that there are no more */
	bool closing;			       /* by us */
	bool closed;
	bool gone;		      /* freed */
	char refusal[CLIENT_WHY_MAX]; /* what the sender is told of the last that was refused */
	int err;		      /* for closed(), and why; 0: there is no reason yet */
	char why[CLIENT_WHY_MAX];
	struct client_garbage garbage;
};

/* ---- file_receiver.c ---- */

/* A new file, with OFFER, which it takes over, or NULL. NULL: there is no memory. */
struct client_received_file *client_received_file_new(struct msrp_file_receiver *r,
						      struct msrp_sdp_media *offer);

/* Is no more; nobody is told. */
void client_received_file_drop(struct client_received_file *f);

/* Is no more, and its user told. The receiver may be, too: see gone. */
void client_received_file_over(struct client_received_file *f, int err, const char *why);

/* Calls offered(). False: the file is no more. */
bool client_received_file_ask(struct client_received_file *f);

/* Its octets begin to come. */
void client_received_file_started(struct client_received_file *f);

/* The session is over, if nothing that came is still looked at. */
void client_file_receiver_check_end(struct msrp_file_receiver *r);

/* Breaks off: closed() tells of ERR. */
void client_file_receiver_fail(struct msrp_file_receiver *r, int err, const char *why);

/* ---- file_receiver_offer.c ---- */

/* Does what came say what is to be done? Takes over OFFER. 0, or the code that refuses it. */
int client_file_receiver_offered(struct msrp_file_receiver *r, struct msrp_sdp_media *offer);

/* What is here of it is in the sink: says which octets are wanted. */
void client_received_file_agree(struct client_received_file *f);

/* WHY may be NULL. */
void client_received_file_refuse(struct client_received_file *f, const char *why);

/* ---- file_receiver_message.c ---- */

extern const struct msrp_session_callbacks client_file_receiver_session;

#endif
