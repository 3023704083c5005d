/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The top of the relay, where its host comes in: each function reports an event on a connection and
 * its time, and may call those of relay/host.h.
 */
#ifndef RELAY_ENTRY_H
#define RELAY_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct msrp_uri_slices;
struct relay;
struct relay_hooks;
struct relay_peer;

enum {
	RELAY_ADDRESS_LEN = 16,
};

/*
 * Does TO name a session of another worker? Then that worker should have the connection whose first
 * request is for it. *ret_worker is set only if so.
 */
bool relay_find_worker(const struct relay *relay, const struct msrp_uri_slices *to,
		       unsigned *ret_worker);

/* An accepted connection. NULL without memory. HANDLE is the host's own. */
struct relay_peer *relay_peer_new(struct relay *relay, uint64_t now_ms, void *handle);

/*
 * The end of a connection that another relay of this process has requested from its host with
 * join().
 */
struct relay_peer *relay_peer_new_sibling(struct relay *relay, uint64_t now_ms, void *handle);

void *relay_peer_handle(const struct relay_peer *peer);
void relay_peer_set_handle(struct relay_peer *peer, void *handle);

struct relay_peer_info {
	bool secure;	    /* TLS */
	bool verified;	    /* the other side has shown a valid certificate */
	bool as_it;	    /* it stands for a peer, as join() was told */
	uint16_t port;	    /* the other side's */
	size_t message_max; /* it gets one message at a time, no longer than this; 0: a stream */
	uint8_t address[RELAY_ADDRESS_LEN]; /* likewise, as IPv6; IPv4 as ::ffff:a.b.c.d */
};

/* The connection is open, including the TLS handshake. */
void relay_peer_opened(struct relay_peer *peer, uint64_t now_ms,
		       const struct relay_peer_info *info);

/* Bytes have come. Non-zero: close at once; the reason was reported as an event. */
int relay_peer_recv(struct relay_peer *peer, uint64_t now_ms, const uint8_t *in, size_t len);

/* The other side sends no more. */
void relay_peer_eof(struct relay_peer *peer, uint64_t now_ms);

size_t relay_peer_pull(struct relay_peer *peer, const uint8_t **ret_out);
void relay_peer_sent(struct relay_peer *peer, uint64_t now_ms, size_t len);
bool relay_peer_want_read(struct relay_peer *peer);

/* The host of the relay at the other end was called with hurry(). */
void relay_peer_hurry(struct relay_peer *peer, uint64_t now_ms, bool is_welcome);

/* The host of the relay at the other end was called with vouch(). */
void relay_peer_vouched(struct relay_peer *peer, uint64_t now_ms);

/* The host of the relay at the other end was called with use(). */
void relay_peer_used(struct relay_peer *peer, uint64_t now_ms, unsigned use);

/* The host of the relay at the other end was called with quiet(). */
void relay_peer_quiet(struct relay_peer *peer, uint64_t now_ms, bool on);

/* Has a request of this peer been granted yet? The number of peers without one may be limited. */
bool relay_peer_is_proven(const struct relay_peer *peer);

/* Has it at least sent an AUTH? */
bool relay_peer_has_asked(const struct relay_peer *peer);

/* The connection is gone, or was never opened; frees PEER. WHY: one line. */
void relay_peer_closed(struct relay_peer *peer, uint64_t now_ms, const char *why);

/*
 * For a host that is short of descriptors: closes the connection that has been idle longest (RFC
 * 4976 6.5); first one without a granted request, then one that the relay has made for the user
 * with the most of them; never another one in the middle of something, and none with sessions.
 * Returns it, for the host to cut off instead of waiting; NULL: none can be spared.
 */
struct relay_peer *relay_close_idlest(struct relay *relay, uint64_t now_ms);

/* The events of peers of every relay: see relay/peer.h. */
extern const struct relay_hooks relay_entry_hooks;

#endif
