/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Formats that the content of messages has, and what is to be answered to the offer of a file:
 * read and written without a connection. Chats and file transfers use them; so may anybody else.
 */
#ifndef CLIENT_MSRP_FORMATS_H
#define CLIENT_MSRP_FORMATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sdp.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Message/CPIM (RFC 3862) ---- */

/* Name <uri>; NAME may be NULL. */
struct msrp_cpim_address {
	const char *name;
	const char *uri;
};

struct msrp_cpim_header {
	const char *name;
	const char *parameters; /* ";lang=en"; NULL: none */
	const char *value;	/* as it stands in its line, escapes included */
};

/* A message with its wrapper. Strings that are NULL are not there. */
struct msrp_cpim {
	struct msrp_cpim_address from;
	struct msrp_cpim_address to; /* the first */
	const char *datetime;	     /* as RFC 3339 has it */
	const char *subject;
	const struct msrp_cpim_header *headers; /* the others, more To among them, in their order */
	size_t n_headers;
	const char
	    *required; /* read only: names that the sender requires, from one we do not know on */

	const char *content_type;
	const struct msrp_cpim_header *content_headers; /* the others */
	size_t n_content_headers;
	const uint8_t *content;
	size_t len;
	void *reserved[4]; /* NULL */
};

/*
 * Reads a message. CONTENT points into BYTES, all else lives as long as the
 * result. -EBADMSG for what is no Message/CPIM, or has more than 64 headers or
 * 16 KiB of them; -ENOMEM.
 */
int msrp_cpim_parse(const void *bytes, size_t len, struct msrp_cpim **ret_cpim);

/* Of msrp_cpim_parse(). Returns NULL; NULL is fine. */
struct msrp_cpim *msrp_cpim_free(struct msrp_cpim *cpim);

/*
 * Writes a message that the caller frees with free(). -EINVAL for what has no
 * place in its header; -ENOMEM.
 */
int msrp_cpim_format(const struct msrp_cpim *cpim, uint8_t **ret_bytes, size_t *ret_len);

/* ---- Is composing (RFC 3994) ---- */

#define MSRP_COMPOSING_TYPE "application/im-iscomposing+xml"

/* Somebody is typing, or no longer. */
struct msrp_composing {
	bool active;
	unsigned refresh_s; /* active counts for so long; 0: not said, then 120 */
	void *reserved[4];  /* NULL */
};

/* Reads a content of MSRP_COMPOSING_TYPE. 0 or -EBADMSG. */
int msrp_composing_parse(const void *content, size_t len, struct msrp_composing *ret_composing);

/* ---- Offers of files (RFC 5547) ---- */

/*
 * Does a file that is FOUND fit to what is WANTED of it? What is said on one
 * side only does not count, and neither do parameters of types (RFC 5547 8.3.2).
 */
bool msrp_file_selector_matches(const struct msrp_file_selector *wanted,
				const struct msrp_file_selector *found);

/*
 * Puts into ANSWER, of which the rest is yours, what RFC 5547 8.3.1 asks of one who is
 * offered a file and takes it: from octet HAVE + 1 on, when there are HAVE octets of it
 * from an earlier time. Its strings are those of OFFER. -EINVAL when OFFER offers no file;
 * -ERANGE when it offers a part that does not begin there: then it is to be refused.
 */
int msrp_file_accept(const struct msrp_sdp_media *offer, uint64_t have,
		     struct msrp_sdp_media *answer);

/* The same for who does not take it, or cannot give it: port 0, the file mirrored (8.3). */
void msrp_file_refuse(const struct msrp_sdp_media *offer, struct msrp_sdp_media *answer);

#ifdef __cplusplus
}
#endif

#endif
