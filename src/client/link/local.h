/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Our end as the program wants it, kept from prepare() until the URI is made.
 */
#ifndef CLIENT_LINK_LOCAL_H
#define CLIENT_LINK_LOCAL_H

#include "base/buf.h"
#include "client/msrp/link.h"

/* A copy of what the user wants of our end. A zeroed one wants nothing. */
struct client_local {
	struct msrp_local_uri uri; /* its strings are those below */
	char *host;
	char *user;
	char *session_id;
	char *parameters;	 /* as they stand in a URI: ";name=value;name" */
	struct msrp_uri *parsed; /* has the list of them */
};

/*
 * LOCAL NULL: the defaults. 0; -EINVAL for what has no place in a URI; or -ENOMEM. To be done with
 * in any case.
 */
int client_local_copy(struct client_local *copy, const struct msrp_local_uri *local);
void client_local_done(struct client_local *copy);

#endif
