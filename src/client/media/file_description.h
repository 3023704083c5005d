/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Offers and answers of files as messages of the session itself: gathers incoming ones, and sends
 * ours. Used by file_sender.c and file_receiver.c, which know their meaning.
 */
#ifndef CLIENT_MEDIA_FILE_DESCRIPTION_H
#define CLIENT_MEDIA_FILE_DESCRIPTION_H

#include "base/buf.h"
#include "client/msrp/files.h"

#define CLIENT_DESCRIPTION_TYPE "application/sdp"

enum {
	CLIENT_DESCRIPTION_PORT = 9, /* nobody connects: it is "discard", as in RFC 6135 4.2.2 */
};

/* The description that is coming in, at most one. A zeroed struct has none. */
struct client_description {
	const struct msrp_incoming *message; /* NULL: none */
	struct buf text;
};

bool client_description_is(const char *content_type);

/*
 * For the callbacks of a session. Each returns 0 or the response code that refuses the message; 413
 * while another is coming in, and for one that is too long.
 */
int client_description_begin(struct client_description *d, const struct msrp_incoming *message);
int client_description_add(struct client_description *d, uint64_t offset, const uint8_t *bytes,
			   size_t len);

/*
 * The end of a chunk. The last chunk sets *ret_media, the whole description, and *ret_info, the
 * sender's line for people (i=) or NULL; the caller frees both. Returns 0, or 400 for an unreadable
 * description.
 */
int client_description_end(struct client_description *d, char flag,
			   struct msrp_sdp_media **ret_media, char **ret_info);

void client_description_done(struct client_description *d);

/*
 * Sends a description. INFO, one line for people, OUTCOME and RET_ID may be NULL. OUTCOME is told
 * of a failure, or of 200: once when it was sent, and perhaps once more. Returns 0 or a negative
 * errno.
 */
int client_description_send(struct msrp_session *session, const struct msrp_sdp_media *media,
			    const char *info, msrp_outcome_fn outcome, void *arg,
			    char ret_id[MSRP_MESSAGE_ID_SIZE]);

/*
 * Announces an answer that takes its time, by a description without a file. Without it the other
 * side waits only a few seconds, because accepting a description does not mean understanding it.
 */
int client_description_send_patience(struct msrp_session *session);
bool client_description_is_patience(const struct msrp_sdp_media *media);

/* Says that there are no more files. */
int client_description_send_end(struct msrp_session *session, msrp_outcome_fn outcome, void *arg);
bool client_description_is_end(const struct msrp_sdp_media *media);

#endif
