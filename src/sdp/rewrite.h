/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rewrites an SDP for an intermediary: in some m=message sections it replaces the address, the path
 * and what belongs to the connection. Every other octet stays in its place.
 */
#ifndef SDP_REWRITE_H
#define SDP_REWRITE_H

#include "base/buf.h"
#include "sdp/message.h"

/* The new contents of one section; a closed one (port 0) needs nothing else. */
struct sdp_change {
	unsigned index; /* among all m= lines; ascending in an array */
	bool secure;
	uint16_t port;
	enum sdp_setup setup; /* NONE: no such line */
	struct slice uri;     /* the value of a=path */
};

struct sdp_changes {
	const struct sdp_change *section;
	size_t n_sections;
	/* "192.0.2.1" or "2001:db8::1", for c=; never a name, which rtpengine does not accept. */
	struct slice address;
	/*
	 * Of our certificate, for secure sections; those for old clients, which read only one, come
	 * last.
	 */
	const struct sdp_fingerprint *fingerprint;
	size_t n_fingerprints;
	uint64_t max_size;   /* bytes of a message; 0: as the parties want */
	bool replace_origin; /* also put the address in o= */
};

/*
 * Appends SDP, whose sections sdp_messages_read() has found. Connection data of the session level
 * is removed if only those sections used it. OUT remembers a lack of memory.
 */
void sdp_rewrite(struct slice sdp, const struct sdp_changes *changes, struct buf *out);

#endif
