/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Formats of the content of messages, and answers to the offer of a file: read and written without
 * a connection. Chats and file transfers use them, and so may any program.
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
	const char *value;	/* as written in its line, escapes included */
};

/* A message with its wrapper. NULL strings are absent. */
struct msrp_cpim {
	struct msrp_cpim_address from;
	struct msrp_cpim_address to; /* the first */
	const char *datetime;	     /* in the format of RFC 3339 */
	const char *subject;
	const struct msrp_cpim_header *headers; /* the others, including more To, in their order */
	size_t n_headers;
	const char
	    *required; /* read only: names that the sender requires, from the first unknown on */

	const char *content_type;
	const struct msrp_cpim_header *content_headers; /* the others */
	size_t n_content_headers;
	const uint8_t *content;
	size_t len;
	void *reserved[4]; /* NULL */
};

/*
 * Reads a message. CONTENT points into BYTES, everything else lives as long as the result. -EBADMSG
 * for anything that is not Message/CPIM, or has more than 64 headers or 16 KiB of them; -ENOMEM.
 */
int msrp_cpim_parse(const void *bytes, size_t len, struct msrp_cpim **ret_cpim);

/* For msrp_cpim_parse(). Returns NULL; NULL is fine. */
struct msrp_cpim *msrp_cpim_free(struct msrp_cpim *cpim);

/*
 * Writes a message that the caller frees with free(). -EINVAL for text that is not valid in its
 * header; -ENOMEM.
 */
int msrp_cpim_format(const struct msrp_cpim *cpim, uint8_t **ret_bytes, size_t *ret_len);

/* ---- Is composing (RFC 3994) ---- */

#define MSRP_COMPOSING_TYPE "application/im-iscomposing+xml"

/* Somebody is typing, or no longer. */
struct msrp_composing {
	bool active;
	unsigned refresh_s; /* how long active counts; 0: not stated, so 120 */
	void *reserved[4];  /* NULL */
};

/* Reads a content of MSRP_COMPOSING_TYPE. Returns 0 or -EBADMSG. */
int msrp_composing_parse(const void *content, size_t len, struct msrp_composing *ret_composing);

/* ---- Offers of files (RFC 5547) ---- */

/*
 * Does the file FOUND match WANTED? Members that only one side states do not count, and neither do
 * parameters of types (RFC 5547 8.3.2).
 */
bool msrp_file_selector_matches(const struct msrp_file_selector *wanted,
				const struct msrp_file_selector *found);

/*
 * Fills ANSWER, whose other members are yours, as RFC 5547 8.3.1 requires for accepting a file:
 * from octet HAVE + 1 on, if HAVE octets of it exist from an earlier time. Its strings are those of
 * OFFER. -EINVAL if OFFER offers no file; -ERANGE if it offers a part that does not begin there:
 * then refuse it.
 */
int msrp_file_accept(const struct msrp_sdp_media *offer, uint64_t have,
		     struct msrp_sdp_media *answer);

/* Likewise for refusing it, or for a file that cannot be sent: port 0, the file mirrored (8.3). */
void msrp_file_refuse(const struct msrp_sdp_media *offer, struct msrp_sdp_media *answer);

#ifdef __cplusplus
}
#endif

#endif
