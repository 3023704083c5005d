/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Our end as the program wants it, kept from prepare() until the URI is made.
 */
#ifndef CLIENT_LINK_LOCAL_H
#define CLIENT_LINK_LOCAL_H

#include "base/buf.h"
#include "client/msrp/link.h"

/* A copy of the user's settings for our end. A zeroed one has none. */
struct client_local {
	struct msrp_local_uri uri; /* its strings are the ones below */
	char *host;
	char *user;
	char *session_id;
	char *parameters;	 /* in the form of a URI: ";name=value;name" */
	struct msrp_uri *parsed; /* has them as a list */
};

/*
 * LOCAL NULL: the defaults. Returns 0; -EINVAL for anything that is not valid in a URI; or -ENOMEM.
 * Call client_local_done() in every case.
 */
int client_local_copy(struct client_local *copy, const struct msrp_local_uri *local);
void client_local_done(struct client_local *copy);

#endif
