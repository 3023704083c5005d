/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes an SDP anew with somebody in between: in some m=message sections the address, path and
 * what belongs to the connection are replaced. Every other octet stays, in its place.
 */
#ifndef SDP_REWRITE_H
#define SDP_REWRITE_H

#include "base/buf.h"
#include "sdp/message.h"

/* What one section is to say; one that is closed (port 0) needs no change. */
struct sdp_change {
	unsigned index; /* of all m= lines; those of an array rise */
	bool secure;
	uint16_t port;
	enum sdp_setup setup; /* NONE: no such line */
	struct slice uri;     /* the value of a=path */
};

struct sdp_changes {
	const struct sdp_change *section;
	size_t n_sections;
	/* "192.0.2.1" or "2001:db8::1", for c=; never a name, which rtpengine does not take. */
	struct slice address;
	/* Of our certificate, for sections that are secure; those read by old clients, which take
	 * one only, come last. */
	const struct sdp_fingerprint *fingerprint;
	size_t n_fingerprints;
	uint64_t max_size;   /* bytes of a message; 0: as many as the parties want */
	bool replace_origin; /* o= gets the address, too */
};

/*
 * Appends SDP, in which sdp_messages_read() has found the sections. What the session says as a
 * whole of connections goes when nobody but those sections has a use for it. Without memory OUT
 * says so.
 */
void sdp_rewrite(struct slice sdp, const struct sdp_changes *changes, struct buf *out);

#endif
