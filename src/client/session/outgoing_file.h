/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file being sent: an outgoing message whose octets are read as they are needed.
 */
#ifndef CLIENT_SESSION_OUTGOING_FILE_H
#define CLIENT_SESSION_OUTGOING_FILE_H

#include "client/session/outgoing.h"

struct msrp_outgoing_file {
	struct client_outgoing out; /* first, because it is freed through this */
};

/* Feeds the connection from the session's files, as far as it has room. */
void client_files_pump(struct msrp_session *session);

#endif
