/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLI_COMMAND_OFFER_H
#define CLI_COMMAND_OFFER_H

#include <stdbool.h>

#include "client/msrp.h"

/*
 * Offer and answer of a file (RFC 5547) as messages of the session itself,
 * because there is no SIP between two commands. The message with the file has
 * the file-transfer-id as its Message-ID. A description with port 0 and
 * without a file says that no more files will come.
 */

#define CLI_OFFER_TYPE "application/sdp"

enum {
	CLI_OFFER_MAX = 64 * 1024, /* more than the library reads */
	CLI_OFFER_PORT = 9,	   /* nobody connects: it is "discard", as in RFC 6135 4.2.2 */
};

bool cli_offer_is(const char *content_type);

/*
 * Sends a description. INFO, one line for people, may be NULL. OUTCOME, which may be NULL, hears of
 * a failure, 415 for who does not take descriptions, or of 200: once when it was sent, and perhaps
 * once more. 0 or a negative errno.
 */
int cli_offer_send(struct msrp_session *session, const struct msrp_sdp_media *media,
		   const char *info, msrp_outcome_fn outcome, void *arg);

/* What INFO was. To be freed; NULL: there is none. */
char *cli_offer_info(const char *text, size_t len);

/*
 * An answer will come, but takes its time: a description without a file. Who offers waits no
 * longer than a few seconds for anything, because to accept a description is not to understand it.
 */
int cli_offer_send_patience(struct msrp_session *session);
bool cli_offer_is_patience(const struct msrp_sdp_media *media);

/* As the last one: no more files. */
int cli_offer_send_end(struct msrp_session *session, msrp_outcome_fn outcome, void *arg);

#endif
