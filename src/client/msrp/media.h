/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Uses of a session, each covering everything from the connector to the end: a chat, or a stream of
 * another protocol; and a session for programs that wait for each step.
 */
#ifndef CLIENT_MSRP_MEDIA_H
#define CLIENT_MSRP_MEDIA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "connect.h"
#include "formats.h"
#include "sdp.h"
#include "session.h"
#include "transport.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Queue session ---- */

/*
 * A session for programs that go step by step: messages wait in a queue until they are asked for,
 * and receiving or sending takes until there is an outcome. Meanwhile the context's loop runs, with
 * everything else on it.
 *
 * So the functions with a TIMEOUT_MS are not for callbacks: inside one of the library's they return
 * -EBUSY and do nothing, and inside any other on the same loop they must not be called, as libuv's
 * loops are not reentrant. TIMEOUT_MS is the longest time that they take: 0 only checks what is
 * there, and less than 0 means for ever. Besides their own results they return
 *
 *     -ETIMEDOUT  it did not happen in that time; queued messages are still sent
 *     -EINTR      somebody else has called uv_stop(), or nothing is left on the loop
 *     -ECANCELED  a callback has freed the session meanwhile
 */
struct msrp_queue_session;

/* A zeroed struct selects all defaults. */
struct msrp_queue_options {
	/*
	 * When this many messages wait, reading from the connection stops, unless an answer is
	 * awaited; some more may come of what was read already. 0: 64
	 */
	size_t max_messages;
	uint64_t max_size; /* octets of a message; otherwise 413. 0: 1 MiB */
	size_t max_memory; /* octets that wait, and as many of incomplete messages; otherwise 413.
			      0: 16 MiB */
	void *reserved[4]; /* NULL */
};

/* Like msrp_session_new(); OPTIONS may be NULL. */
int msrp_queue_session_new(struct msrp_transport *transport, const char *const *accept_types,
			   const struct msrp_queue_options *options,
			   struct msrp_queue_session **ret_queue_session);

/* Like msrp_session_free(). Waiting messages are freed, too. */
struct msrp_queue_session *msrp_queue_session_free(struct msrp_queue_session *queue_session);

/*
 * The session, for everything else that one can do with it, except to set reading, to shut it down,
 * or to free it.
 */
struct msrp_session *msrp_queue_session_session(const struct msrp_queue_session *queue_session);

/*
 * Is the session over? Then ERR and WHY are as in msrp_closed_fn; both may be NULL, and WHY lives
 * as long as the session.
 */
bool msrp_queue_session_is_closed(const struct msrp_queue_session *queue_session, int *ret_err,
				  const char **ret_why);

/*
 * The next whole message, for msrp_received_free(); aborted ones are skipped. -EPIPE if the session
 * is over and all were taken.
 */
int msrp_queue_session_receive(struct msrp_queue_session *queue_session, int timeout_ms,
			       struct msrp_received **ret_message);

/* For msrp_queue_session_receive(). Returns NULL; NULL is fine. */
struct msrp_received *msrp_received_free(struct msrp_received *message);

/*
 * Like the session's functions of these names. Returns 0 if the response is 200, otherwise the
 * response code, or -ECANCELED if the session has ended. Callbacks in the options are called all
 * the same.
 */
int msrp_queue_session_send(struct msrp_queue_session *queue_session, const void *bytes, size_t len,
			    const struct msrp_send_options *options, int timeout_ms);
int msrp_queue_session_send_chunk(struct msrp_queue_session *queue_session,
				  const struct msrp_chunk *chunk, int timeout_ms);
int msrp_queue_session_send_file(struct msrp_queue_session *queue_session,
				 struct msrp_outgoing_file *file, int timeout_ms);

/*
 * Sends what is queued, then closes. Returns 0, or how else the session has ended. Messages that
 * have arrived can still be received.
 */
int msrp_queue_session_shutdown(struct msrp_queue_session *queue_session, int timeout_ms);

/* ---- Streams ---- */

/*
 * A connection of some other protocol over TCP, for example a shared desktop, carried by a session
 * that has nothing else to do. Each direction is one message without a length, whose chunks are the
 * written data: '+' while it continues, '$' at its end, '#' when it is aborted. If messages of
 * known length come instead, as other endpoints send a desktop, they are pieces of a stream that
 * continues after them.
 *
 *     msrp_stream_new()      from a transport, instead of msrp_session_new()
 *     msrp_stream_write()    sends at once if nothing waits, otherwise gathers
 *     msrp_stream_end()      the other side gets ended() when it has everything
 *     msrp_stream_free()     after closed()
 */
struct msrp_stream;

#define MSRP_STREAM_TYPE  "application/octet-stream"
#define MSRP_DESKTOP_TYPE "application/x-rfb" /* the protocol of VNC (RFC 6143) */

/* LEN octets, at least one, that follow the previous ones. */
typedef void (*msrp_stream_data_fn)(void *arg, const uint8_t *bytes, size_t len);

typedef void (*msrp_stream_fn)(void *arg);

struct msrp_stream_callbacks {
	msrp_stream_data_fn data;
	msrp_stream_fn ended;	 /* the other side writes no more; we may continue */
	msrp_stream_fn writable; /* there is room again, after an incomplete write */
	/*
	 * As with a session, but ERR is 0 if both directions ended in order and the other side has
	 * confirmed the end of ours. MSRP_ERROR_CLOSED: the connection ended before that.
	 * -ECANCELED: it was aborted here.
	 */
	msrp_closed_fn closed;
	void *reserved[4]; /* NULL */
};

/* A zeroed struct selects all defaults. Strings are copied. */
struct msrp_stream_options {
	const char *content_type; /* of both directions; NULL: MSRP_STREAM_TYPE */
	/*
	 * After this time without anything to send, sends an empty SEND with a Keep-Alive header:
	 * if the other side has gone, the relay says so, and closed() comes with
	 * MSRP_ERROR_KEEP_ALIVE. 0: 60 s.
	 */
	unsigned keep_alive_ms;
	void *reserved[4]; /* NULL */
};

/*
 * Takes over TRANSPORT as msrp_session_new() does. OPTIONS may be NULL. -EINVAL without transport,
 * data, ended or closed, and then the transport is still the caller's; or for a content type that
 * is not valid in a header.
 */
int msrp_stream_new(struct msrp_transport *transport, const struct msrp_stream_options *options,
		    const struct msrp_stream_callbacks *callbacks, void *arg,
		    struct msrp_stream **ret_stream);

/* At any time: closes at once, and frees, without a callback. Returns NULL; NULL is fine. */
struct msrp_stream *msrp_stream_free(struct msrp_stream *stream);

/*
 * Takes as much of LEN octets as there is room for, and stores the number in *ret_taken: at most
 * 256 KiB wait. If that is not all, writable() comes when half of the room is free again. -EPIPE
 * after the end of our direction or of the session; -ENOMEM, and then nothing was taken.
 */
int msrp_stream_write(struct msrp_stream *stream, const void *bytes, size_t len, size_t *ret_taken);

/* Nothing more will be written; what was written still arrives. -EPIPE as above. */
int msrp_stream_end(struct msrp_stream *stream);

/*
 * Aborts both directions: the other side is told if it reads, waiting data is dropped, and closed()
 * comes within seconds. Does nothing once the stream is over.
 */
void msrp_stream_abort(struct msrp_stream *stream);

/*
 * While READING is false nothing is read from the connection, and TCP slows the other side down; up
 * to 64 KiB that were read before may still come. A relay disconnects clients that do not read for
 * minutes. Meanwhile neither the end of the connection nor the fate of our data becomes known.
 */
void msrp_stream_set_reading(struct msrp_stream *stream, bool reading);

/* ---- Chat ---- */

/*
 * Two people, or one and a conference, who write to each other: a connector and a session that wrap
 * and unwrap Message/CPIM if the other side asks for it.
 *
 *     msrp_chat_new()          takes over a connector
 *     msrp_chat_initialize()   -> did_initialize(), with our part of the SDP
 *     msrp_chat_start()        -> did_start(), given the other side's SDP
 *     msrp_chat_send()         at any time; before did_start() messages wait
 *     msrp_chat_end()          -> will_end(), then did_end()
 *     msrp_chat_free()
 */
struct msrp_chat;

/* Strings and content are valid during the call; a NUL that does not count follows the content. */
struct msrp_chat_message {
	const char *message_id;
	const struct msrp_cpim *cpim; /* NULL: it came without a wrapper */
	bool is_private;	      /* in a conference: only for us */
	const char *content_type;
	const uint8_t *content;
	size_t len;
	const struct msrp_composing *composing; /* NULL: it is another message */
	const struct msrp_chunk *head;		/* as in struct msrp_incoming; not the wrapper's */
};

typedef void (*msrp_chat_fn)(void *arg);
typedef void (*msrp_chat_initialized_fn)(void *arg, const struct msrp_sdp_media *local);
typedef void (*msrp_chat_failed_fn)(void *arg, int err, const char *why);
typedef void (*msrp_chat_message_fn)(void *arg, const struct msrp_chat_message *message);
typedef void (*msrp_chat_delivered_fn)(void *arg, const char *message_id);

/* Each may be NULL. did_end() always follows did_fail(), and is the last one. */
struct msrp_chat_callbacks {
	msrp_chat_initialized_fn did_initialize;
	msrp_chat_fn did_start;
	msrp_chat_fn will_end; /* from inside msrp_chat_end() */
	msrp_chat_fn did_end;
	msrp_chat_failed_fn did_fail;
	msrp_chat_message_fn got_message;
	msrp_chat_delivered_fn did_deliver_message;
	msrp_outcome_fn did_not_deliver_message; /* or whether it arrived is unknown */
	msrp_nickname_fn nickname;		 /* NULL: the other side gets 501 */
	void *reserved[4];			 /* NULL */
};

/* A zeroed struct selects all defaults. Strings are copied. */
struct msrp_chat_options {
	struct msrp_cpim_address local;	  /* us; without a URI, nothing is wrapped */
	struct msrp_cpim_address remote;  /* the recipient */
	const char *accept_types;	  /* NULL: Message/CPIM, text, is-composing */
	const char *accept_wrapped_types; /* NULL: all */
	enum msrp_setup setup;		  /* for SDP */
	size_t max_size;		  /* octets of a received message; 0: 1 MiB */
	void *reserved[4];		  /* NULL */
};

/* Takes over CONNECTOR, even if it fails with -ENOMEM or -EINVAL (more than 64 types). */
int msrp_chat_new(struct msrp_connector *connector, const struct msrp_chat_options *options,
		  const struct msrp_chat_callbacks *callbacks, void *arg,
		  struct msrp_chat **ret_chat);

/* LOCAL as for msrp_connector_prepare(). Once; otherwise -EALREADY. */
int msrp_chat_initialize(struct msrp_chat *chat, const struct msrp_local_uri *local);

/*
 * REMOTE is the other side's SDP; used are path, accept_types (NULL: all), accept_wrapped_types
 * (NULL: like accept_types), chatroom and private_messages. Without a path the first that comes is
 * let in, if the connector allows that. -EINVAL before did_initialize(), -EALREADY the second time.
 */
int msrp_chat_start(struct msrp_chat *chat, const struct msrp_sdp_media *remote);

/* A zeroed struct selects all defaults. Everything is copied. */
struct msrp_chat_send_options {
	const char *content_type;    /* NULL: text/plain; charset=utf-8 */
	struct msrp_cpim_address to; /* without a URI: the chat's remote */
	const char *datetime;	     /* NULL: now */
	const char *subject;
	const char *message_id; /* NULL: a random one */
	void *reserved[4];	/* NULL */
};

/*
 * Sends a message, wrapped if the other side accepts Message/CPIM and we have a URI. It asks the
 * other end for a report, and for failures only. OPTIONS and RET_ID may be NULL. -EPIPE once it
 * ends; -ENOTSUP if the other side does not accept the type, or TO is somebody else and it does not
 * support private messages; -EINVAL; -ENOBUFS if too much is waiting. A message that waits for
 * did_start() and then meets one of these errors is reported as not delivered, with the error as
 * its status.
 */
int msrp_chat_send(struct msrp_chat *chat, const void *content, size_t len,
		   const struct msrp_chat_send_options *options, char ret_id[MSRP_MESSAGE_ID_SIZE]);

/*
 * Tells the other side that the user is typing, or has stopped without sending; there is no report
 * on it. Sends nothing and returns -ENOTSUP if the other side does not accept it; -EAGAIN before
 * did_start().
 */
int msrp_chat_send_composing(struct msrp_chat *chat, const struct msrp_composing *composing);

/*
 * Like msrp_session_set_keep_alive(); before did_start() it takes effect then. Behind a relay this
 * is how to notice that the other side has gone: the connection to the relay stays, and did_end()
 * comes when a keep-alive, or a message, cannot be delivered any more.
 */
int msrp_chat_set_keep_alive(struct msrp_chat *chat, unsigned interval_ms);

/* Like msrp_session_set_nickname(); -EAGAIN before did_start(). */
int msrp_chat_set_nickname(struct msrp_chat *chat, const char *nickname, msrp_outcome_fn outcome,
			   void *arg);

/* Sends what was queued, then closes, at whatever stage it is. */
void msrp_chat_end(struct msrp_chat *chat);

/* At any time: ends at once, and frees, without a callback. Returns NULL; NULL is fine. */
struct msrp_chat *msrp_chat_free(struct msrp_chat *chat);

#ifdef __cplusplus
}
#endif

#endif
