/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A connection with a session bound to it, as msrp_connector_complete() hands it out. Most programs
 * make a session of it at once; the rest is for programs that read and write chunks themselves.
 */
#ifndef CLIENT_MSRP_TRANSPORT_H
#define CLIENT_MSRP_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "message.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A connection with a session bound to it. */
struct msrp_transport;

/* As in SDP. Valid as long as the transport. */
const char *msrp_transport_local_path(const struct msrp_transport *transport);
const char *msrp_transport_remote_path(const struct msrp_transport *transport);

/*
 * Closes at once and frees a transport that has no session: data that was written and has not
 * arrived is lost, see msrp_transport_shutdown(). Returns NULL; NULL is fine.
 */
struct msrp_transport *msrp_transport_free(struct msrp_transport *transport);

/*
 * For programs that speak MSRP themselves, and make no session: from the first read on, every
 * request and response that comes is theirs, and every request theirs to answer. Authentication at
 * a relay remains the library's business, and so does the SEND that binds unless it has a body. A
 * program must write whole chunks, with one call or several in direct succession, because the
 * library may send an AUTH in between.
 *
 * These functions return -EINVAL for invalid arguments, -EALREADY for a transport that has a
 * session, -EPIPE after it has been closed, and -ENOMEM.
 */

/*
 * ERR is 0: the socket has taken everything, which does not mean that the other side has it; if the
 * connection fails later, the reader is told. Otherwise the transport is closed, ERR and WHY say
 * why, and how much was sent is unknown.
 */
typedef void (*msrp_written_fn)(void *arg, int err, const char *why);

/* A zeroed struct selects all defaults. Everything is copied. Positions count octets, from 1 on. */
struct msrp_make_chunk_options {
	const char *transaction_id; /* NULL: a random one */
	const char *method;	    /* NULL: "SEND", or a response if there is a code */
	unsigned code;		    /* of a response; 0: a request */
	const char *comment;	    /* of a response; NULL: none */
	const char *content_type;   /* required with data; NULL: you add it */
	const void *data;	    /* of a request; NULL: none */
	size_t len;
	char contflag;		/* 0: '$' if it has the last octet of the message, otherwise '+' */
	uint64_t start;		/* position of data in the message; 0: 1 */
	uint64_t end;		/* of data; 0: where it ends; MSRP_TOTAL_UNKNOWN: not stated */
	uint64_t length;	/* of the message; 0: it ends here; MSRP_TOTAL_UNKNOWN: not known */
	const char *message_id; /* NULL: a random one */
	void *reserved[4];	/* NULL */
};

/*
 * Makes a chunk from this end of the session to the other. Requests get To-Path, From-Path,
 * Message-ID and Byte-Range, responses only the paths. OPTIONS may be NULL. The caller adds what
 * else it needs, and frees it. -EINVAL as for msrp_chunk_new().
 */
int msrp_transport_make_chunk(struct msrp_transport *transport,
			      const struct msrp_make_chunk_options *options,
			      struct msrp_chunk **ret_chunk);

/*
 * Writes a copy of the bytes as they are. WRITTEN may be NULL. -ENOBUFS if more than 16 MiB wait.
 */
int msrp_transport_write(struct msrp_transport *transport, const void *bytes, size_t len,
			 msrp_written_fn written, void *arg);

/*
 * Likewise for a chunk, which remains the caller's; -EINVAL if msrp_chunk_verify_headers() fails.
 */
int msrp_transport_write_chunk(struct msrp_transport *transport, struct msrp_chunk *chunk,
			       msrp_written_fn written, void *arg);

/*
 * Answers a request (RFC 4975 7.2): to the previous hop if it is a SEND, otherwise all the way
 * back. If its Failure-Report does not ask for the answer, and for a REPORT, nothing is sent, and
 * written() is called all the same. COMMENT NULL: the words of RFC 4975 for CODE, which has three
 * digits.
 */
int msrp_transport_write_response(struct msrp_transport *transport,
				  const struct msrp_chunk *request, unsigned code,
				  const char *comment, msrp_written_fn written, void *arg);

/*
 * Sends what was written, then closes; a pending read is told. Nothing more can be written, and
 * further input is discarded.
 */
int msrp_transport_shutdown(struct msrp_transport *transport);

/* A part size that means: no parts. */
#define MSRP_READ_WHOLE SIZE_MAX

enum {
	MSRP_READ_MAX = 1024 * 1024, /* octets of a chunk in memory */
};

/*
 * A request or response, or a part of one, which is yours to free. Or CHUNK is NULL, the transport
 * is closed, and ERR and WHY say why: this comes once, after all complete chunks. ERR is 0 after a
 * shutdown.
 */
typedef void (*msrp_chunk_fn)(void *arg, int err, const char *why, struct msrp_chunk *chunk);

/*
 * Reads one chunk; -EALREADY while another read is under way. Between two reads nothing is read
 * from the connection. Until the first read, a SEND with data is answered 481.
 *
 * When more than SIZE octets of a chunk's data have come, but not its end, that part is handed out.
 * It has the part's Byte-Range and the flag '+', and msrp_chunk_segment() counts from 1;
 * msrp_chunk_ends() is true for the last one, which has the flag of the chunk, and perhaps no data.
 * SIZE does not limit how much is read from the connection: parts may be larger. 0 hands out data
 * as it comes.
 *
 * With MSRP_READ_WHOLE a chunk of more than MSRP_READ_MAX octets is answered 413 and skipped;
 * larger sizes count as MSRP_READ_MAX.
 */
int msrp_transport_read_chunk(struct msrp_transport *transport, size_t size, msrp_chunk_fn read,
			      void *arg);

/*
 * Returns 0 if a SEND that was read belongs to this session. Otherwise the response code to refuse
 * it with, with a comment: 400 if it is malformed, 481 if its paths are not those of the session.
 * -EINVAL if it is not a SEND.
 */
int msrp_transport_check_incoming_send(const struct msrp_transport *transport,
				       struct msrp_chunk *chunk, const char **ret_comment);

#ifdef __cplusplus
}
#endif

#endif
