/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A session over a transport: sends messages and files, and hears of what comes, as chunks or,
 * with a receiver, as whole messages. It cuts, numbers, answers and reports as RFC 4975 wants it.
 */
#ifndef CLIENT_MSRP_SESSION_H
#define CLIENT_MSRP_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "message.h"
#include "transport.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Session ---- */

struct msrp_session;

enum {
	MSRP_MESSAGE_ID_SIZE = 33, /* RFC 4975 section 9: an ident of 32 characters, and the end */
};

/*
 * A message that comes. It may come in any number of chunks, in any order, and
 * with overlaps; RECEIVED counts each octet once. It exists from the first
 * begin() until an end() that finds it complete or aborted.
 */
struct msrp_incoming {
	const char *message_id;
	const char *content_type; /* "": none */
	const char *disposition;  /* the value of Content-Disposition; "": none */
	/*
	 * Octets, or MSRP_TOTAL_UNKNOWN. It may become known at the end, and before that unknown
	 * again: there are senders of texts who count characters, so that more comes than they say.
	 */
	uint64_t total;
	uint64_t received;
	uint64_t have; /* yours, set in the first begin(): octets from the first on that you have
			  already and that need not come; they count as received */
	bool complete;
	bool success_report; /* the sender is told when it is complete, without your doing; unless
				msrp_session_set_automatic_reports(). Any of its chunks may ask */
	enum msrp_failures failures; /* what the sender wants to hear of */
	void *data;		     /* yours; NULL at first */
	const char *comment; /* yours, set before one of the callbacks refuses: why, in one line for
				the sender; NULL: the words of RFC 4975 */
	/* The first chunk that has come, without data: its headers (Content-ID, those of your own)
	 */
	const struct msrp_chunk *head;
};

/*
 * A chunk begins; message->data is NULL for the first unless you set it. Any
 * of the three returns 0, or the response code that refuses the message (403
 * forbidden, 413 stop): the sender is told, and no more of it is passed on. A
 * message that was accepted by begin() always sees its end().
 */
typedef int (*msrp_begin_fn)(void *arg, struct msrp_incoming *message);

/* LEN octets, the first of them at OFFSET (from 0) of the message. */
typedef int (*msrp_data_fn)(void *arg, struct msrp_incoming *message, uint64_t offset,
			    const uint8_t *bytes, size_t len);

/*
 * The chunk is over. FLAG is '$' (last of the message), '+' (not the last) or
 * '#' (the message is aborted: by its sender, because data() refused it, or as
 * the session is over). The message is gone after it when it is complete, when
 * FLAG is '#', and when it is refused here.
 */
typedef int (*msrp_end_fn)(void *arg, struct msrp_incoming *message, char flag);

/*
 * The session is over: nothing of it is called any more, and it wants
 * msrp_session_free(). ERR is 0 after a shutdown.
 */
typedef void (*msrp_closed_fn)(void *arg, int err, const char *why);

/*
 * The other side asks for a name (RFC 7701), or gives it back: then NICKNAME is "".
 * Returns the status of the answer: 200, 403, 424 or 425.
 */
typedef int (*msrp_nickname_fn)(void *arg, const char *nickname);

struct msrp_session_callbacks {
	msrp_begin_fn begin;
	msrp_data_fn data;
	msrp_end_fn end;
	msrp_closed_fn closed;
	msrp_nickname_fn nickname; /* NULL: not here, 501 */
	void *reserved[4];	   /* NULL */
};

/*
 * Takes over the transport, also when there is no memory for a session; -EALREADY
 * for one that has a session, which then keeps it, or that chunks are read from; -EPIPE
 * for one that is closed. ACCEPT_TYPES is an array that
 * NULL ends, of types as "text/plain", "text/" "*" and "*"; NULL accepts all.
 * Others are answered 415. Multipart types have to be listed like any other.
 */
int msrp_session_new(struct msrp_transport *transport, const char *const *accept_types,
		     const struct msrp_session_callbacks *callbacks, void *arg,
		     struct msrp_session **ret_session);

/*
 * Closes at once and frees. The outcome of messages under way, -ECANCELED, is
 * told before it returns. Returns NULL; NULL is fine.
 */
struct msrp_session *msrp_session_free(struct msrp_session *session);

/* Sends what is queued, then closes: closed() tells. Nothing more can be sent. */
void msrp_session_shutdown(struct msrp_session *session);

/*
 * While READING is false nothing is read from the connection, and TCP slows the
 * sender down. Answers to what we send are not read either.
 */
void msrp_session_set_reading(struct msrp_session *session, bool reading);

/*
 * Asks the other side every INTERVAL_MS whether it is there, by an empty SEND with
 * a Keep-Alive header, as others in the field do; that also keeps addresses open in NATs. 0: not,
 * as is the case at first. When no answer comes in the context's response_timeout_ms, nor anything
 * else, or the answer is 408 or 481, the session is over: MSRP_ERROR_KEEP_ALIVE. Through a relay,
 * that is so for both the relay and the other end. While nothing is read, nobody is asked.
 * -EPIPE after the end. Answering those of the other side needs no doing.
 */
int msrp_session_set_keep_alive(struct msrp_session *session, unsigned interval_ms);

/*
 * Without automatic reports, the sender of a message that begins from now on hears from
 * msrp_session_report() alone, and not by itself as soon as all is there: for those who deliver
 * only when they have done something with it. Requests are answered all the same.
 */
void msrp_session_set_automatic_reports(struct msrp_session *session, bool automatic);

/*
 * Reports on a message (RFC 4975 7.1.2): 200 on success, of what has come so far when it is not
 * complete; or another code from 400 on, for a failure after the answer was given. A sender who
 * has not asked for the report is not sent it (7.1.3, 7.1.4). COMMENT NULL: the words of RFC 4975.
 * 0; -EAGAIN when there is nothing yet to report as a success; -EINVAL for other codes and for
 * control characters; -ENOENT for a message that did not begin without automatic reports, or on
 * which was reported for good: failure, or complete success, or 1024 others are complete by now;
 * -EPIPE after the end; -ENOMEM.
 */
int msrp_session_report(struct msrp_session *session, const char *message_id, unsigned code,
			const char *comment);

const char *msrp_session_local_path(const struct msrp_session *session);
const char *msrp_session_remote_path(const struct msrp_session *session);

/* ---- Receiving whole messages ---- */

/*
 * Makes whole messages of chunks that come in any order, in memory or in files.
 * It takes the place of the callbacks of one session.
 */
struct msrp_receiver;

/* A message that is whole, or never will be. Valid during the call. */
struct msrp_received {
	const char *message_id;
	const char *content_type; /* "": none */
	const char *disposition;  /* the value of Content-Disposition; "": none */
	const uint8_t *bytes; /* a NUL that does not count follows; NULL: in a file, or aborted */
	uint64_t size;	      /* octets that have come */
	int fd;		      /* what open() gave, and the caller's to close; -1: in memory */
	bool success_report;  /* the sender asks to hear of it: see msrp_session_report() */
	bool aborted; /* by its sender, for its size or for want of memory, or as the session is
			 over */
	const struct msrp_chunk *head; /* as in struct msrp_incoming */
};

/*
 * Returns 0, or the response code that refuses the message after all, of which
 * its last chunk's sender hears (415 for what is inside, say); when it is aborted, nothing
 * asks for it.
 */
typedef int (*msrp_received_fn)(void *arg, const struct msrp_received *message);

/*
 * A message begins, and may go to a file: RET_FD is written to with pwrite(); -1
 * leaves it in memory. A file that goes on where another session has stopped has octets
 * already: message->have. Returns 0, or the response code that refuses the message;
 * then a file stays the caller's, and nothing more is told. Else received() tells, always
 * unless the session is freed.
 */
typedef int (*msrp_open_fn)(void *arg, struct msrp_incoming *message, int *ret_fd);

struct msrp_receiver_options {
	uint64_t max_size; /* of a message; else 413. 0: 1 MiB in memory, no limit in files */
	size_t max_memory; /* of all incomplete messages together; 0: 16 MiB, or max_size */
	msrp_open_fn open; /* NULL: all in memory */
	msrp_received_fn received;
	msrp_closed_fn closed;	   /* as in struct msrp_session_callbacks */
	msrp_nickname_fn nickname; /* as there; NULL: 501 */
	void *arg;
	void *reserved[4]; /* NULL */
};

/* -EINVAL without received or closed; or -ENOMEM. */
int msrp_receiver_new(const struct msrp_receiver_options *options,
		      struct msrp_receiver **ret_receiver);

/* After its session. What is not whole is forgotten without a word. Returns NULL; NULL is fine. */
struct msrp_receiver *msrp_receiver_free(struct msrp_receiver *receiver);

/* As msrp_session_new(). */
int msrp_receiver_session_new(struct msrp_receiver *receiver, struct msrp_transport *transport,
			      const char *const *accept_types, struct msrp_session **ret_session);

/* ---- Sending ---- */

/*
 * What became of a message. STATUS is a response code (200 done, 408 no answer,
 * 413 stop, 415 type not accepted, 481 no such session, ...) or a negative
 * errno when it could not be sent or read; COMMENT has it in words.
 */
typedef void (*msrp_outcome_fn)(void *arg, const char *message_id, int status, const char *comment);

/* A zeroed struct asks for all defaults. Strings are copied. */
struct msrp_send_options {
	const char *message_id;	  /* NULL: a random one */
	const char *content_type; /* NULL: text/plain, and application/octet-stream for files */
	enum msrp_failures failures;
	bool success_report; /* ask the other end to tell when it has all */
	/*
	 * More headers, at most 58 of 8 KiB together. Paths, Message-ID, Byte-Range,
	 * the wishes for reports, and Content-Type are the session's: -EINVAL.
	 */
	const struct msrp_header *const *headers;
	size_t n_headers;
	/*
	 * RESPONSE comes once: all of it was sent and answered by the next hop
	 * (the relay, or the other end), or the first failure. DELIVERED comes
	 * once if success_report is set and RESPONSE was 200: the other end has
	 * it all, or it is known that it has not. Both may be NULL.
	 */
	msrp_outcome_fn response;
	msrp_outcome_fn delivered;
	void *arg;
	void *reserved[4]; /* NULL */
};

/*
 * Queues a message. BYTES are copied; OPTIONS may be NULL. RET_ID may be NULL.
 * Messages go in order, and past files that are being sent. -EPIPE after a
 * shutdown or the end; -EINVAL for a content type or id that has no place in
 * a header; -ENOBUFS when more waits than is sensible, or for too many headers.
 */
int msrp_session_send(struct msrp_session *session, const void *bytes, size_t len,
		      const struct msrp_send_options *options, char ret_id[MSRP_MESSAGE_ID_SIZE]);

/*
 * Queues one chunk, which is copied: a message, or a part of one that its
 * Message-ID and Byte-Range tell. It is a SEND with a Message-ID and, if it has
 * data, a Content-Type; without a Byte-Range it begins the message. Paths and
 * transaction ids are the session's: others may have to be sent first, or in
 * between (RFC 4975 7.1.1). RESPONSE comes once: the answer's code; 408
 * when there is none in time and Failure-Report is "yes" or not there; with
 * "partial" that is 200, and with "no" 200 comes as soon as it is sent.
 * DELIVERED comes as in struct msrp_send_options, if Success-Report is "yes" and the flag is
 * not '#', for the octets of this chunk. Both may be NULL. Results as msrp_session_send();
 * -EINVAL also for malformed headers and a Byte-Range that does not fit data and flag.
 */
int msrp_session_send_chunk(struct msrp_session *session, const struct msrp_chunk *chunk,
			    msrp_outcome_fn response, msrp_outcome_fn delivered, void *arg);

/*
 * A file to send. Files of a session go one after the other; each is read as
 * the connection has room for it, and never held as a whole.
 */
struct msrp_outgoing_file;

/*
 * Reads up to SIZE bytes from OFFSET on; always asked in order, without gaps.
 * 0, with *ret_len 0 only if the file has become shorter; or a negative errno.
 */
typedef int (*msrp_read_fn)(void *arg, uint64_t offset, uint8_t *bytes, size_t size,
			    size_t *ret_len);

struct msrp_file_options {
	struct msrp_send_options send;
	const char *name;    /* for Content-Disposition; NULL: none is said */
	uint64_t chunk_size; /* 0: one chunk, which is cut when others want to send */
	/*
	 * How many octets are not sent, as the other end has them: the first Byte-Range starts
	 * one further. For what goes on under its old Message-ID; the part of a file that
	 * a=file-range speaks of is a message of its own (RFC 5547 section 6).
	 */
	uint64_t position;
	msrp_read_fn read; /* NULL: pread() from FD */
	void *read_arg;
	void *reserved[4]; /* NULL */
};

/*
 * FD stays the caller's and open until the response. SIZE is the length of the
 * message. -EINVAL for a position beyond it, a Content-Disposition besides a name, and
 * what has no place in a header; -ENOBUFS for too many headers; -ENOMEM.
 */
int msrp_outgoing_file_new(int fd, uint64_t size, const struct msrp_file_options *options,
			   struct msrp_outgoing_file **ret_file);

/* For a file that was not given to a session. Returns NULL; NULL is fine. */
struct msrp_outgoing_file *msrp_outgoing_file_free(struct msrp_outgoing_file *file);

/*
 * Queues a file, which then is the session's; it may be looked at until its
 * last outcome was told. -EPIPE as above, and then it is still the caller's;
 * -EALREADY for one that was queued before.
 */
int msrp_session_send_file(struct msrp_session *session, struct msrp_outgoing_file *file);

/* Octets that have been written to the connection; those before the position were not. */
uint64_t msrp_outgoing_file_sent(const struct msrp_outgoing_file *file);

/* No more of it: the other end sees '#'. Its response is -ECANCELED. */
void msrp_outgoing_file_cancel(struct msrp_outgoing_file *file);

/* ---- Nicknames (RFC 7701) ---- */

/*
 * Asks the other side, which is a conference, for a name of 1 to 1023 octets;
 * "" gives it back. The outcome's message_id is "", its status 200, or 403 (no
 * names here), 424 (malformed), 425 (in use or reserved), or what else went
 * wrong. -EINVAL for other lengths or control characters; -EALREADY while the
 * outcome of the last one is missing; -EPIPE after a shutdown or the end.
 */
int msrp_session_set_nickname(struct msrp_session *session, const char *nickname,
			      msrp_outcome_fn outcome, void *arg);

#ifdef __cplusplus
}
#endif

#endif
