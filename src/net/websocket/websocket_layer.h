/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The server's side of one WebSocket, between a connection and its transport: the connection
 * calls these functions where it would call those of the transport, and sees the octets of
 * messages only. What was said before the upgrade, control frames and Close stay in here.
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
 *   |       '---> BROKEN   they are no longer understood; all they send is thrown away
 *   '---> NONE             it was MSRP after all, without a WebSocket around it
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
	bool either;		    /* MSRP may come instead, until something has come */
	bool under_done;	    /* the handshake of the transport */
	struct net_address address; /* of the client, if a proxy has said it; else its len is 0 */
	struct buf early;	    /* the head while it comes; then what came behind it */
	unsigned ping_ms;	    /* 0: never */
	bool heard;		    /* something has come since the last look */
	bool wants_ping;	    /* one is to be sent */
	bool pinged;		    /* one was, and nothing heard since */
	bool wants_pong;	    /* their last ping has to be answered (RFC 6455 5.5.3) */
	uint8_t pong_len;
	uint8_t pong[NET_WEBSOCKET_CONTROL_MAX];
	size_t left;   /* octets of the message that is being sent */
	bool end_told; /* to the connection, that nothing is read any more */
	uint16_t code; /* for our Close */
	struct net_websocket_decoder decoder;
};

/* With a reference to SETTINGS; EITHER: MSRP may come as well. NULL without memory. */
struct net_websocket *net_websocket_new(struct net_websocket_settings *settings, bool either);
struct net_websocket *net_websocket_free(struct net_websocket *ws); /* NULL is fine; returns NULL */

/*
 * As those of the transport, and with its results. The handshake also says NET_REFUSED, when the
 * answer is on its way. A message is written from its beginning, with LEN octets in all; until
 * they are taken, each write goes on with it.
 */
int net_websocket_handshake(struct net_websocket *ws, struct net_transport *t);
int net_websocket_read(struct net_websocket *ws, struct net_transport *t, uint8_t *out, size_t size,
		       size_t *ret_len);
int net_websocket_write(struct net_websocket *ws, struct net_transport *t, const uint8_t *p,
			size_t len, size_t *ret_len);
void net_websocket_say_end(struct net_websocket *ws, struct net_transport *t);

/* Writes control frames that wait, if that may be now. As write(). */
int net_websocket_write_control(struct net_websocket *ws, struct net_transport *t);

/* Who has said nothing for so long is taken for MSRP, if that may be. False: it may not. */
bool net_websocket_waive(struct net_websocket *ws);

/* CODE is to be the reason of our Close, unless there is one. */
void net_websocket_set_code(struct net_websocket *ws, enum net_websocket_code code);

/* What comes is not understood: nothing of it is read any more. */
void net_websocket_break(struct net_websocket *ws, enum net_websocket_code code);

/*
 * PING_MS have passed; IS_READ: what they send would have been seen. False: they do not answer.
 * Else a ping may be wanted now.
 */
bool net_websocket_look(struct net_websocket *ws, bool is_read);

#endif
