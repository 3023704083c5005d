/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLIENT_WAY_H
#define CLIENT_WAY_H

#include "client/pair.h"
#include "client/relay_process.h"

enum way_kind {
	WAY_DIRECT,
	WAY_SERVER,
	WAY_RELAY,
};

/* The ways in which the two of a pair come together. */
struct way {
	enum way_kind kind;
	int transport;
	const char *host; /* 127.0.0.1 or ::1 */
	bool use_sessmatch;
};

/* All of them. */
extern const struct way ways[];
extern const int n_ways;

/* What a way needs besides the pair. */
struct way_state {
	struct relay_process relay;
	struct msrp_server *server;
};

/* Makes the connectors of the pair, which was made for the transport of the way. */
void way_make(const struct way *way, struct pair *p, struct way_state *state);

/* Our end of it. */
struct msrp_local_uri way_local(const struct way *way);

/* Does so, and connects and binds. */
void way_connect(const struct way *way, struct pair *p, struct way_state *state);

/* Ends the pair and everything else. */
void way_done(const struct way *way, struct pair *p, struct way_state *state);

#endif
