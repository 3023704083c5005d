/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What sessions are for, with what it takes from the connector to the end: a chat, or a stream of
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
 * A session for programs that go from one step to the next: what comes waits in
 * a queue until it is asked for, and to ask or to send takes until there is an
 * outcome. Meanwhile the loop of the context runs, with all else that is on it.
 *
 * So the functions that have a TIMEOUT_MS are not for callbacks: from inside of one of the
 * library they return -EBUSY and do nothing, and from inside of any other on the same loop they
 * must not be called, as libuv's loops do not run inside of themselves. TIMEOUT_MS is how long
 * they take at most: 0 just looks what is there, and less than 0 is for ever. Besides what they
 * say they return
 *
 *     -ETIMEDOUT  in that time it did not come to it; what was queued goes on
 *     -EINTR      somebody else has called uv_stop(), or nothing is left on the loop
 *     -ECANCELED  the session was freed by a callback meanwhile
 */
struct msrp_queue_session;

/* A zeroed struct asks for all defaults. */
struct msrp_queue_options {
	/* When so many messages wait, no more is read from the connection, unless for an answer
	   that is waited for; of what was read already, some more may come. 0: 64 */
	size_t max_messages;
	uint64_t max_size; /* octets of a message; else 413. 0: 1 MiB */
	size_t max_memory; /* octets that wait, and again of incomplete ones; else 413. 0: 16 MiB */
	void *reserved[4]; /* NULL */
};

/* As msrp_session_new(); OPTIONS may be NULL. */
int msrp_queue_session_new(struct msrp_transport *transport, const char *const *accept_types,
			   const struct msrp_queue_options *options,
			   struct msrp_queue_session **ret_queue_session);

/* As msrp_session_free(). What waits is freed, too. */
struct msrp_queue_session *msrp_queue_session_free(struct msrp_queue_session *queue_session);

/*
 * The session, for all else that one can do with it, except to set reading, to shut it
 * down, or to free it.
 */
struct msrp_session *msrp_queue_session_session(const struct msrp_queue_session *queue_session);

/* Is the session over? Then as msrp_closed_fn says; both may be NULL, and WHY lives as long. */
bool msrp_queue_session_is_closed(const struct msrp_queue_session *queue_session, int *ret_err,
				  const char **ret_why);

/*
 * The next whole message, for msrp_received_free(); aborted ones do not count. -EPIPE when the
 * session is over and all were taken.
 */
int msrp_queue_session_receive(struct msrp_queue_session *queue_session, int timeout_ms,
			       struct msrp_received **ret_message);

/* Of msrp_queue_session_receive(). Returns NULL; NULL is fine. */
struct msrp_received *msrp_received_free(struct msrp_received *message);

/*
 * As the functions of a session that are called so. 0 when the response is 200,
 * or else what it is: a response code, or -ECANCELED as the session has ended. The
 * callbacks of the options, if there are, are called all the same.
 */
int msrp_queue_session_send(struct msrp_queue_session *queue_session, const void *bytes, size_t len,
			    const struct msrp_send_options *options, int timeout_ms);
int msrp_queue_session_send_chunk(struct msrp_queue_session *queue_session,
				  const struct msrp_chunk *chunk, int timeout_ms);
int msrp_queue_session_send_file(struct msrp_queue_session *queue_session,
				 struct msrp_outgoing_file *file, int timeout_ms);

/*
 * Sends what is queued, then closes. 0, or how else the session has ended. What has come can
 * still be received.
 */
int msrp_queue_session_shutdown(struct msrp_queue_session *queue_session, int timeout_ms);

/* ---- Streams ---- */

/*
 * A connection of some other protocol over TCP, a shared desktop for example,
 * carried by a session that has nothing else to do. Each direction is one
 * message without a length, whose chunks are what was written: '+' while it
 * goes on, '$' at its end, '#' when it is given up. Messages of a known length that
 * come instead, as other endpoints send a desktop, are taken for pieces of a
 * stream that goes on after them.
 *
 *     msrp_stream_new()      of a transport, instead of msrp_session_new()
 *     msrp_stream_write()    at once when nothing waits, else gathered
 *     msrp_stream_end()      the other side has ended() when it has all
 *     msrp_stream_free()     after closed()
 */
struct msrp_stream;

#define MSRP_STREAM_TYPE  "application/octet-stream"
#define MSRP_DESKTOP_TYPE "application/x-rfb" /* the protocol of VNC (RFC 6143) */

/* LEN octets, at least one, right after those before. */
typedef void (*msrp_stream_data_fn)(void *arg, const uint8_t *bytes, size_t len);

typedef void (*msrp_stream_fn)(void *arg);

struct msrp_stream_callbacks {
	msrp_stream_data_fn data;
	msrp_stream_fn ended;	 /* the other side writes no more; we may go on */
	msrp_stream_fn writable; /* there is room again, after a write that was not taken whole */
	/*
	 * As of a session, but ERR is 0 when both directions came to their ends and
	 * the other side has confirmed that ours did. MSRP_ERROR_CLOSED: the connection ended
	 * before that. -ECANCELED: it was aborted here.
	 */
	msrp_closed_fn closed;
	void *reserved[4]; /* NULL */
};

/* A zeroed struct asks for all defaults. Strings are copied. */
struct msrp_stream_options {
	const char *content_type; /* of both directions; NULL: MSRP_STREAM_TYPE */
	/*
	 * After so long without anything to send, an empty SEND with a Keep-Alive header is sent:
	 * when the other side has gone, the relay says so, and closed() comes with
	 * MSRP_ERROR_KEEP_ALIVE. 0: 60 s.
	 */
	unsigned keep_alive_ms;
	void *reserved[4]; /* NULL */
};

/*
 * Takes over TRANSPORT as msrp_session_new() does. OPTIONS may be NULL. -EINVAL without
 * transport, data, ended or closed, and then the transport is still the caller's; or
 * for a content type that has no place in a header.
 */
int msrp_stream_new(struct msrp_transport *transport, const struct msrp_stream_options *options,
		    const struct msrp_stream_callbacks *callbacks, void *arg,
		    struct msrp_stream **ret_stream);

/* At any moment: closes at once, and frees; nothing is told. Returns NULL; NULL is fine. */
struct msrp_stream *msrp_stream_free(struct msrp_stream *stream);

/*
 * Takes as much of LEN octets as there is room for: 256 KiB wait at most, and
 * *ret_taken says how many of these were taken. If not all, writable() comes
 * when half of the room is there again. -EPIPE after the end of our direction or of
 * all; -ENOMEM, and then nothing was taken.
 */
int msrp_stream_write(struct msrp_stream *stream, const void *bytes, size_t len, size_t *ret_taken);

/* No more will be written; what was, still arrives. -EPIPE as above. */
int msrp_stream_end(struct msrp_stream *stream);

/*
 * Gives up both directions: the other side is told as long as it reads, what
 * waits is dropped, and closed() comes within seconds. Nothing when it is over.
 */
void msrp_stream_abort(struct msrp_stream *stream);

/*
 * While READING is false nothing is read from the connection, and TCP slows the
 * other side down; what has been read by then still comes, up to 64 KiB of it.
 * A relay gives up who does not read for minutes. Neither does the end of the
 * connection show, nor what becomes of what we write.
 */
void msrp_stream_set_reading(struct msrp_stream *stream, bool reading);

/* ---- Chat ---- */

/*
 * Two people, or one and a conference, who write to each other: a connector and
 * a session that wrap and unwrap Message/CPIM when the other side asks for it.
 *
 *     msrp_chat_new()          takes over a connector
 *     msrp_chat_initialize()   -> did_initialize(), with what to say in SDP
 *     msrp_chat_start()        -> did_start(), given what the other side said
 *     msrp_chat_send()         at any time; before did_start() messages wait
 *     msrp_chat_end()          -> will_end(), then did_end()
 *     msrp_chat_free()
 */
struct msrp_chat;

/* Strings and content live during the call; a NUL that does not count follows the content. */
struct msrp_chat_message {
	const char *message_id;
	const struct msrp_cpim *cpim; /* NULL: it came without wrapper */
	bool is_private;	      /* in a conference: for us alone */
	const char *content_type;
	const uint8_t *content;
	size_t len;
	const struct msrp_composing *composing; /* NULL: it is something else */
	const struct msrp_chunk *head;		/* as in struct msrp_incoming; not the wrapper's */
};

typedef void (*msrp_chat_fn)(void *arg);
typedef void (*msrp_chat_initialized_fn)(void *arg, const struct msrp_sdp_media *local);
typedef void (*msrp_chat_failed_fn)(void *arg, int err, const char *why);
typedef void (*msrp_chat_message_fn)(void *arg, const struct msrp_chat_message *message);
typedef void (*msrp_chat_delivered_fn)(void *arg, const char *message_id);

/* Each may be NULL. After did_fail() comes did_end(), always, and it is the last one. */
struct msrp_chat_callbacks {
	msrp_chat_initialized_fn did_initialize;
	msrp_chat_fn did_start;
	msrp_chat_fn will_end; /* from inside of msrp_chat_end() */
	msrp_chat_fn did_end;
	msrp_chat_failed_fn did_fail;
	msrp_chat_message_fn got_message;
	msrp_chat_delivered_fn did_deliver_message;
	msrp_outcome_fn did_not_deliver_message; /* or it is not known whether */
	msrp_nickname_fn nickname;		 /* NULL: the other side gets 501 */
	void *reserved[4];			 /* NULL */
};

/* A zeroed struct asks for all defaults. Strings are copied. */
struct msrp_chat_options {
	struct msrp_cpim_address local;	  /* who we are; without a URI, nothing is wrapped */
	struct msrp_cpim_address remote;  /* who it is for */
	const char *accept_types;	  /* NULL: Message/CPIM, texts, is composing */
	const char *accept_wrapped_types; /* NULL: all */
	enum msrp_setup setup;		  /* for SDP */
	size_t max_size;		  /* octets of a message that comes; 0: 1 MiB */
	void *reserved[4];		  /* NULL */
};

/* Takes over CONNECTOR, also when it fails with -ENOMEM or -EINVAL (more than 64 types). */
int msrp_chat_new(struct msrp_connector *connector, const struct msrp_chat_options *options,
		  const struct msrp_chat_callbacks *callbacks, void *arg,
		  struct msrp_chat **ret_chat);

/* LOCAL as for msrp_connector_prepare(). Once; else -EALREADY. */
int msrp_chat_initialize(struct msrp_chat *chat, const struct msrp_local_uri *local);

/*
 * REMOTE is what the other side said in SDP; of it count path, accept_types (NULL:
 * all), accept_wrapped_types (NULL: as accept_types), chatroom and
 * private_messages. Without a path whoever comes first is let in, where the
 * connector allows that. -EINVAL before did_initialize(), -EALREADY the second time.
 */
int msrp_chat_start(struct msrp_chat *chat, const struct msrp_sdp_media *remote);

/* A zeroed struct asks for all defaults. All is copied. */
struct msrp_chat_send_options {
	const char *content_type;    /* NULL: text/plain; charset=utf-8 */
	struct msrp_cpim_address to; /* without a URI: the chat's remote */
	const char *datetime;	     /* NULL: now */
	const char *subject;
	const char *message_id; /* NULL: a random one */
	void *reserved[4];	/* NULL */
};

/*
 * Sends a message, wrapped if the other side takes Message/CPIM and we have a
 * URI. It asks for a report from the other end and for failures only. OPTIONS and
 * RET_ID may be NULL. -EPIPE once it ends; -ENOTSUP when the other side does not
 * take the type, or TO is another and it knows no private messages; -EINVAL;
 * -ENOBUFS when more waits than is sensible. What waits for did_start() and
 * turns out to be one of these is not delivered, with that as its status.
 */
int msrp_chat_send(struct msrp_chat *chat, const void *content, size_t len,
		   const struct msrp_chat_send_options *options, char ret_id[MSRP_MESSAGE_ID_SIZE]);

/*
 * Tells that the user is typing, or has stopped without sending; nobody reports
 * what becomes of it. Nothing is sent, and -ENOTSUP returned, if the other side
 * does not take it; -EAGAIN before did_start().
 */
int msrp_chat_send_composing(struct msrp_chat *chat, const struct msrp_composing *composing);

/*
 * As msrp_session_set_keep_alive(); before did_start() it is for then. Behind a relay this is how
 * one hears that the other side has gone: the connection to the relay stays, and did_end() comes
 * when a keep-alive, or a message, cannot be delivered any more.
 */
int msrp_chat_set_keep_alive(struct msrp_chat *chat, unsigned interval_ms);

/* As msrp_session_set_nickname(); -EAGAIN before did_start(). */
int msrp_chat_set_nickname(struct msrp_chat *chat, const char *nickname, msrp_outcome_fn outcome,
			   void *arg);

/* Sends what was given to it, then closes, at whatever stage it is. */
void msrp_chat_end(struct msrp_chat *chat);

/* At any moment: ends at once, and frees; nothing is told. Returns NULL; NULL is fine. */
struct msrp_chat *msrp_chat_free(struct msrp_chat *chat);

#ifdef __cplusplus
}
#endif

#endif
