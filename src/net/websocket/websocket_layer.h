/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The server's side of one WebSocket, between a connection and its transport: the connection calls
 * these functions in place of the transport's, and sees only the octets of messages. The upgrade,
 * control frames and Close are handled here.
 */
#ifndef NET_WEBSOCKET_WEBSOCKET_LAYER_H
#define NET_WEBSOCKET_WEBSOCKET_LAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "net/address/address.h"
#include "net/transport/transport.h"
#include "net/websocket/websocket.h"
#include "net/websocket/websocket_frame.h"

/*
 * HEAD -> OPEN -> CLOSED   their Close has come
 *   |       '---> BROKEN   their input was invalid; the rest is discarded
 *   '---> NONE             it was MSRP after all, without a WebSocket
 */
enum net_websocket_phase {
	NET_WEBSOCKET_HEAD,
	NET_WEBSOCKET_OPEN,
	NET_WEBSOCKET_CLOSED,
	NET_WEBSOCKET_IS_BROKEN,
	NET_WEBSOCKET_NONE,
};

struct net_websocket {
	struct net_websocket_settings *settings; /* NULL once it is open */
	enum net_websocket_phase phase;
	bool either;		    /* MSRP may come instead, until there is input */
	bool under_done;	    /* the handshake of the transport is done */
	struct net_address address; /* the client's, if a proxy has named it; otherwise len is 0 */
	struct buf early;	    /* the incomplete head; then what came after it */
	unsigned ping_ms;	    /* 0: never */
	bool heard;		    /* something has come since the last check */
	bool wants_ping;	    /* a ping is to be sent */
	bool pinged;		    /* a ping was sent, and nothing heard since */
	bool wants_pong;	    /* their last ping has to be answered (RFC 6455 5.5.3) */
	uint8_t pong_len;
	uint8_t pong[NET_WEBSOCKET_CONTROL_MAX];
	size_t left;   /* unsent octets of the current message */
	bool end_told; /* the connection was told that nothing more is read */
	uint16_t code; /* for our Close */
	struct net_websocket_decoder decoder;
};

/* Holds a reference to SETTINGS; EITHER: MSRP may come as well. NULL without memory. */
struct net_websocket *net_websocket_new(struct net_websocket_settings *settings, bool either);
struct net_websocket *net_websocket_free(struct net_websocket *ws); /* NULL is fine; returns NULL */

/*
 * Like those of the transport, with the same results. The handshake also returns NET_REFUSED, once
 * the answer is on its way. A message is written from its beginning, with LEN octets in all; until
 * they are taken, each write continues it.
 */
int net_websocket_handshake(struct net_websocket *ws, struct net_transport *t);
int net_websocket_read(struct net_websocket *ws, struct net_transport *t, uint8_t *out, size_t size,
		       size_t *ret_len);
int net_websocket_write(struct net_websocket *ws, struct net_transport *t, const uint8_t *p,
			size_t len, size_t *ret_len);
void net_websocket_say_end(struct net_websocket *ws, struct net_transport *t);

/* Writes waiting control frames, if possible now. Returns like write(). */
int net_websocket_write_control(struct net_websocket *ws, struct net_transport *t);

/*
 * The client has been silent so long that it is taken for MSRP, if that is permitted. False: it is
 * not.
 */
bool net_websocket_waive(struct net_websocket *ws);

/* Sets the code of our Close, unless it has one. */
void net_websocket_set_code(struct net_websocket *ws, enum net_websocket_code code);

/* Their input is invalid: stops reading it. */
void net_websocket_break(struct net_websocket *ws, enum net_websocket_code code);

/*
 * PING_MS have passed; IS_READ: their input would have been noticed. False: they do not answer.
 * Otherwise it may want to send a ping now.
 */
bool net_websocket_look(struct net_websocket *ws, bool is_read);

#endif
