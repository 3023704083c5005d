/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The header of the public API from the inside: the core's slices of it, and the value that the
 * user sees.
 */
#ifndef CLIENT_MESSAGE_HEADER_H
#define CLIENT_MESSAGE_HEADER_H

#include "client/message/value.h"
#include "msrp/message.h"

/* A header as the library's user sees it. */
struct msrp_header {
	struct msrp_header_slices slices; /* of text */
	char *text;			  /* one block: the line, then the name, NUL-terminated */
	const char *name;
	struct client_value value;
};

/*
 * Returns 0, -EINVAL for anything that is not a header line or has control characters, or -ENOMEM.
 */
int client_header_parse(struct slice line, struct msrp_header **ret_header);

int client_header_copy(const struct msrp_header *header, struct msrp_header **ret_header);

#endif
