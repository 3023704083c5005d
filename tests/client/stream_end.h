/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLIENT_STREAM_END_H
#define CLIENT_STREAM_END_H

#include "client/pair.h"

/*
 * One end of a stream. What it writes follows a pattern without end, and what
 * comes must be that of the other end, octet by octet.
 */
struct stream_end {
	struct msrp_stream_options options;
	struct msrp_stream *stream; /* NULL before and after */
	bool any;		    /* what comes may be anything */
	bool echo; /* writes what comes, instead of the pattern; for little of it */

	uint64_t to_write; /* in all; the rest goes out as there is room */
	uint64_t written;
	bool end_after; /* ends its direction when all is written */
	uint64_t received;
	uint64_t pause_every; /* stops reading after so many octets; 0: never */
	uint64_t paused_at;
	bool paused;
	unsigned n_ended;
	unsigned n_writable;
	bool closed;
	int closed_err;
	char why[128];
	/* Where it frees itself; NULL: nowhere. */
	const char *free_in;
};

extern const struct msrp_stream_callbacks stream_end_callbacks;

/* Has S become the stream of E when it is bound. */
void stream_end_of(struct stream_end *e, struct side *s);

/* Writes LEN octets of the pattern, now and as there is room. */
void stream_end_write(struct stream_end *e, uint64_t len);

/* It reads again. */
void stream_end_resume(struct stream_end *e);

#endif
