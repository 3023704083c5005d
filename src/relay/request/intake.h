/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a peer's input comes in from the parser of its conn, and is handed to the file for requests
 * or responses of its kind.
 */
#ifndef RELAY_REQUEST_INTAKE_H
#define RELAY_REQUEST_INTAKE_H

struct msrp_parser_user;
struct msrp_message;
struct relay_peer;

/* Dispatches what the parser of a peer's connection finds; its ARG is the peer. */
extern const struct msrp_parser_user relay_intake_user;

/* M is a request that has come from PEER, now or some time ago. Returns 0, or why to close it. */
int relay_intake_request(struct relay_peer *peer, const struct msrp_message *m);

/* PEER will not finish its current request. */
void relay_intake_abort(struct relay_peer *peer);

#endif
