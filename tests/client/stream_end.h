/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLIENT_STREAM_END_H
#define CLIENT_STREAM_END_H

#include "client/pair.h"

/*
 * One end of a stream. It writes an endless pattern, and its input must be that of the other end,
 * octet by octet.
 */
struct stream_end {
	struct msrp_stream_options options;
	struct msrp_stream *stream; /* NULL before and after */
	bool any;		    /* any input is accepted */
	bool echo; /* writes its input back instead of the pattern; for small amounts */

	uint64_t to_write; /* in all; it is written as there is room */
	uint64_t written;
	bool end_after; /* ends its direction when everything is written */
	uint64_t received;
	uint64_t pause_every; /* stops reading after this many octets; 0: never */
	uint64_t paused_at;
	bool paused;
	unsigned n_ended;
	unsigned n_writable;
	bool closed;
	int closed_err;
	char why[128];
	/* The callback in which it frees itself; NULL: none. */
	const char *free_in;
};

extern const struct msrp_stream_callbacks stream_end_callbacks;

/* Lets S become the stream of E when it is bound. */
void stream_end_of(struct stream_end *e, struct side *s);

/* Writes LEN octets of the pattern, now and as there is room. */
void stream_end_write(struct stream_end *e, uint64_t len);

/* It reads again. */
void stream_end_resume(struct stream_end *e);

/* Two streams, or a stream called by a plain session. */
struct stream_pair {
	struct pair pair;
	struct stream_end caller;
	struct stream_end callee;
};

void stream_pair_start(struct stream_pair *w, int transport);

void stream_pair_start_half(struct stream_pair *w);

void stream_pair_done(struct stream_pair *w);

#endif
