/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An incoming SEND (RFC 4976 6.4.1), piece by piece as it comes. Functions about input return 0, or
 * non-zero if the connection has to be closed.
 */
#ifndef RELAY_REQUEST_SEND_H
#define RELAY_REQUEST_SEND_H

#include <stddef.h>
#include <stdint.h>

struct msrp_message;
struct relay_peer;
struct relay_meter_list;

int relay_send_head(struct relay_peer *peer, const struct msrp_message *m);
int relay_send_body(struct relay_peer *peer, const uint8_t *bytes, size_t len);
int relay_send_end(struct relay_peer *peer, char flag);

/*
 * If PEER is sending a chunk, it goes no further: PEER gets an error, its receiver '#', and the
 * rest is discarded. Returns 0, or non-zero as above.
 */
int relay_send_turn_away(struct relay_peer *peer, unsigned status, const char *comment);

/* Its source is gone: the part that came goes out, ended by '#' (RFC 4975 7.1). */
void relay_send_abort(struct relay_peer *peer);

/*
 * Refuses the rest of all chunks that METERS count, as above; their receivers get '#'. Without
 * memory a sender is not told.
 */
void relay_send_stop(struct relay_meter_list *meters, unsigned status, const char *comment);

#endif
