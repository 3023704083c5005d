/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A stream from the inside: a session with one message in each direction.
 */
#ifndef CLIENT_MEDIA_STREAM_H
#define CLIENT_MEDIA_STREAM_H

#include "base/buf.h"
#include "client/msrp/media.h"
#include "client/session/session.h"

/*
 * Octets in order, both ways. Written octets wait in PENDING and become chunks of one message,
 * which ends when the direction does:
 *
 *     pending --pump--> chunks of OUT --end--> '$' --REPORT--> delivered
 *
 * Each direction ends separately; when both have, the session is closed.
 */
struct msrp_stream {
	struct msrp_context *context;
	struct msrp_session *session;
	struct msrp_stream_callbacks callbacks;
	void *arg;
	bool gone; /* freed */
	struct client_garbage garbage;

	/* Our direction. */
	struct client_outgoing *out; /* NULL once its last outcome was reported */
	struct buf pending;
	bool ending;	/* no more will be written */
	bool delivered; /* the other side has everything */
	bool wants_room;

	/* The other direction. */
	const struct msrp_incoming *current; /* the message that is coming in, or NULL */
	uint64_t expected;		     /* offset in it of its next octet */
	bool is_piece; /* its length was known from the start: it does not end the stream */
	bool ended;

	int failed; /* why it was broken off, for closed(); 0: it was not */
	char why[CLIENT_WHY_MAX];
};

/* Lets both sides know that it did not end in order; the first reason counts. */
void client_stream_break(struct msrp_stream *stream, int err, const char *why);

/* A direction has ended: closes if it was the last. */
void client_stream_check_end(struct msrp_stream *stream);

/* in stream_send.c */
int client_stream_open(struct msrp_stream *stream, const char *content_type);
void client_stream_send_abort(struct msrp_stream *stream);

/* In stream_receive.c: the session's incoming messages. */
int client_stream_begin(void *arg, struct msrp_incoming *message);
int client_stream_data(void *arg, struct msrp_incoming *message, uint64_t offset,
		       const uint8_t *bytes, size_t len);
int client_stream_chunk_end(void *arg, struct msrp_incoming *message, char flag);

#endif
