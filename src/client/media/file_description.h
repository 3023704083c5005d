/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Offers and answers of files as messages of the session itself: how they are gathered when they
 * come, and sent. Used by file_sender.c and file_receiver.c, which know what they mean.
 */
#ifndef CLIENT_MEDIA_FILE_DESCRIPTION_H
#define CLIENT_MEDIA_FILE_DESCRIPTION_H

#include "base/buf.h"
#include "client/msrp/files.h"

#define CLIENT_DESCRIPTION_TYPE "application/sdp"

enum {
	CLIENT_DESCRIPTION_PORT = 9, /* nobody connects: it is "discard", as in RFC 6135 4.2.2 */
};

/* The one description that is coming. A zeroed struct has none. */
struct client_description {
	const struct msrp_incoming *message; /* NULL: none */
	struct buf text;
};

bool client_description_is(const char *content_type);

/*
 * For the callbacks of a session. Each returns 0 or the response code that refuses the message;
 * 413 while another is coming, and for one that is too long.
 */
int client_description_begin(struct client_description *d, const struct msrp_incoming *message);
int client_description_add(struct client_description *d, uint64_t offset, const uint8_t *bytes,
			   size_t len);

/*
 * The end of a chunk. With the last one *ret_media, to be freed, is what came; else it stays as it
 * is. *ret_info, to be freed, is the sender's line for people (i=) or NULL. 0, or 400 for what
 * cannot be read.
 */
int client_description_end(struct client_description *d, char flag,
			   struct msrp_sdp_media **ret_media, char **ret_info);

void client_description_done(struct client_description *d);

/*
 * Sends a description. INFO, one line for people, OUTCOME and RET_ID may be NULL. OUTCOME hears of
 * a failure, or of 200: once when it was sent, and perhaps once more. 0 or a negative errno.
 */
int client_description_send(struct msrp_session *session, const struct msrp_sdp_media *media,
			    const char *info, msrp_outcome_fn outcome, void *arg,
			    char ret_id[MSRP_MESSAGE_ID_SIZE]);

/*
 * An answer will come, but takes its time: a description without a file. Who offers waits no
 * longer than a few seconds for anything, because to accept a description is not to understand it.
 */
int client_description_send_patience(struct msrp_session *session);
bool client_description_is_patience(const struct msrp_sdp_media *media);

/* There are no more files. */
int client_description_send_end(struct msrp_session *session, msrp_outcome_fn outcome, void *arg);
bool client_description_is_end(const struct msrp_sdp_media *media);

#endif
