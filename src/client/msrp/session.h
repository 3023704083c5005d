/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A session over a transport: sends messages and files, and receives them as chunks or, with a
 * receiver, as whole messages. It splits, numbers, answers and reports as RFC 4975 requires.
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
	MSRP_MESSAGE_ID_SIZE = 33, /* RFC 4975 section 9: an ident of 32 characters, and a NUL */
};

/*
 * An incoming message. It may come in any number of chunks, in any order, and with overlaps;
 * RECEIVED counts each octet once. It exists from the first begin() until an end() at which it is
 * complete or aborted.
 */
struct msrp_incoming {
	const char *message_id;
	const char *content_type; /* "": none */
	const char *disposition;  /* the value of Content-Disposition; "": none */
	/*
	 * Octets, or MSRP_TOTAL_UNKNOWN. It may become known only at the end, or even unknown
	 * again: some senders of text count characters, and then more octets come than they state.
	 */
	uint64_t total;
	uint64_t received;
	uint64_t have; /* yours, set in the first begin(): octets from the first on that you have
			  already and that need not come; they count as received */
	bool complete;
	bool success_report; /* the sender gets a report when it is complete, automatically unless
				msrp_session_set_automatic_reports() says otherwise. Any chunk may
				ask for it */
	enum msrp_failures failures; /* the failures that the sender wants to be told */
	void *data;		     /* yours; NULL at first */
	const char *comment; /* yours, set before a callback refuses: the reason, one line for the
				sender; NULL: the words of RFC 4975 */
	/* The first chunk that came, without data: for its headers (Content-ID, your own) */
	const struct msrp_chunk *head;
};

/*
 * A chunk begins; message->data is NULL for the first unless you set it. Each of the three
 * callbacks returns 0, or the response code that refuses the message (403 forbidden, 413 stop): the
 * sender is told, and no more of it is passed on. A message that begin() has accepted always gets
 * its end().
 */
typedef int (*msrp_begin_fn)(void *arg, struct msrp_incoming *message);

/* LEN octets, the first of them at OFFSET (from 0) of the message. */
typedef int (*msrp_data_fn)(void *arg, struct msrp_incoming *message, uint64_t offset,
			    const uint8_t *bytes, size_t len);

/*
 * The chunk has ended. FLAG is '$' (last of the message), '+' (not the last) or '#' (the message is
 * aborted: by its sender, because data() refused it, or because the session is over). The message
 * is gone after this call if it is complete, if FLAG is '#', and if it is refused here.
 */
typedef int (*msrp_end_fn)(void *arg, struct msrp_incoming *message, char flag);

/*
 * The session is over: no other callback follows, and it needs msrp_session_free(). ERR is 0 after
 * a shutdown.
 */
typedef void (*msrp_closed_fn)(void *arg, int err, const char *why);

/*
 * The other side asks for a nickname (RFC 7701), or gives it up: then NICKNAME is "". Returns the
 * status of the answer: 200, 403, 424 or 425.
 */
typedef int (*msrp_nickname_fn)(void *arg, const char *nickname);

struct msrp_session_callbacks {
	msrp_begin_fn begin;
	msrp_data_fn data;
	msrp_end_fn end;
	msrp_closed_fn closed;
	msrp_nickname_fn nickname; /* NULL: not supported, 501 */
	void *reserved[4];	   /* NULL */
};

/*
 * Takes over the transport, even if there is no memory for a session; -EALREADY for one that has a
 * session, which then keeps it, or from which chunks are read; -EPIPE for a closed one.
 * ACCEPT_TYPES is an array of types such as "text/plain", "text/" "*" and "*" that ends with NULL;
 * NULL accepts all. Others are answered 415. Multipart types have to be listed like any other.
 */
int msrp_session_new(struct msrp_transport *transport, const char *const *accept_types,
		     const struct msrp_session_callbacks *callbacks, void *arg,
		     struct msrp_session **ret_session);

/*
 * Closes at once and frees. Before it returns, the outcome of messages under way is reported:
 * -ECANCELED. Returns NULL; NULL is fine.
 */
struct msrp_session *msrp_session_free(struct msrp_session *session);

/* Sends what is queued, then closes, and closed() is called. Nothing more can be sent. */
void msrp_session_shutdown(struct msrp_session *session);

/*
 * While READING is false nothing is read from the connection, and TCP slows the sender down.
 * Answers to our messages are not read either.
 */
void msrp_session_set_reading(struct msrp_session *session, bool reading);

/*
 * Checks every INTERVAL_MS whether the other side is there, by an empty SEND with a Keep-Alive
 * header, as other implementations do; that also keeps NAT bindings alive. 0, the initial value:
 * never. If neither an answer nor anything else comes within the context's response_timeout_ms, or
 * the answer is 408 or 481, the session is over: MSRP_ERROR_KEEP_ALIVE. Through a relay, that
 * covers both the relay and the other end. Nothing is checked while reading is off. -EPIPE after
 * the end. The other side's keep-alives are answered automatically.
 */
int msrp_session_set_keep_alive(struct msrp_session *session, unsigned interval_ms);

/*
 * Without automatic reports, the sender of a message that begins from now on gets a report only
 * from msrp_session_report(), not automatically when the message is complete: for programs that
 * have to process a message before it counts as delivered. Requests are answered all the same.
 */
void msrp_session_set_automatic_reports(struct msrp_session *session, bool automatic);

/*
 * Reports on a message (RFC 4975 7.1.2): 200 for success, covering what has come so far if it is
 * not complete; or another code from 400 on, for a failure after the answer was given. Nothing is
 * sent to a sender that has not asked for the report (7.1.3, 7.1.4). COMMENT NULL: the words of RFC
 * 4975. Returns 0; -EAGAIN if there is no success to report yet; -EINVAL for other codes and for
 * control characters; -ENOENT for a message that began with automatic reports on, or that has had
 * its final report (failure, or complete success), or if 1024 others are complete by now; -EPIPE
 * after the end; -ENOMEM.
 */
int msrp_session_report(struct msrp_session *session, const char *message_id, unsigned code,
			const char *comment);

const char *msrp_session_local_path(const struct msrp_session *session);
const char *msrp_session_remote_path(const struct msrp_session *session);

/* ---- Receiving whole messages ---- */

/*
 * Puts chunks, which may come in any order, together to whole messages, in memory or in files. It
 * replaces the callbacks of one session.
 */
struct msrp_receiver;

/* A message that is complete, or never will be. Valid during the call. */
struct msrp_received {
	const char *message_id;
	const char *content_type; /* "": none */
	const char *disposition;  /* the value of Content-Disposition; "": none */
	const uint8_t
	    *bytes;	     /* NUL-terminated, not counting the NUL; NULL: in a file, or aborted */
	uint64_t size;	     /* octets received */
	int fd;		     /* from open(), and the caller's to close; -1: in memory */
	bool success_report; /* the sender asks for a report: see msrp_session_report() */
	bool aborted; /* by its sender, for its size or lack of memory, or because the session is
			 over */
	const struct msrp_chunk *head; /* as in struct msrp_incoming */
};

/*
 * Returns 0, or the response code that refuses the message after all, sent in answer to its last
 * chunk (for example 415 because of its contents); ignored if the message is aborted.
 */
typedef int (*msrp_received_fn)(void *arg, const struct msrp_received *message);

/*
 * A message begins, and may go to a file: RET_FD is written to with pwrite(); -1 leaves it in
 * memory. A file that another session has begun has octets already: message->have. Returns 0, or
 * the response code that refuses the message; then a file stays the caller's, and nothing follows.
 * Otherwise received() follows, unless the session is freed.
 */
typedef int (*msrp_open_fn)(void *arg, struct msrp_incoming *message, int *ret_fd);

struct msrp_receiver_options {
	uint64_t max_size; /* of a message; otherwise 413. 0: 1 MiB in memory, no limit in files */
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

/*
 * Free it after its session. Incomplete messages are dropped silently. Returns NULL; NULL is fine.
 */
struct msrp_receiver *msrp_receiver_free(struct msrp_receiver *receiver);

/* Like msrp_session_new(). */
int msrp_receiver_session_new(struct msrp_receiver *receiver, struct msrp_transport *transport,
			      const char *const *accept_types, struct msrp_session **ret_session);

/* ---- Sending ---- */

/*
 * The outcome of a message. STATUS is a response code (200 done, 408 no answer, 413 stop, 415 type
 * not accepted, 481 no such session, ...) or a negative errno if it could not be sent or read;
 * COMMENT is the same in words.
 */
typedef void (*msrp_outcome_fn)(void *arg, const char *message_id, int status, const char *comment);

/* A zeroed struct selects all defaults. Strings are copied. */
struct msrp_send_options {
	const char *message_id;	  /* NULL: a random one */
	const char *content_type; /* NULL: text/plain, and application/octet-stream for files */
	enum msrp_failures failures;
	bool success_report; /* ask the other end to report when it has everything */
	/*
	 * More headers, at most 58 of 8 KiB together. Paths, Message-ID, Byte-Range,
	 * Success-Report, Failure-Report and Content-Type belong to the session: -EINVAL.
	 */
	const struct msrp_header *const *headers;
	size_t n_headers;
	/*
	 * RESPONSE is called once: everything was sent and answered by the next hop (the relay, or
	 * the other end), or the first failure. DELIVERED is called once if success_report is set
	 * and RESPONSE was 200: the other end has everything, or is known not to. Both may be NULL.
	 */
	msrp_outcome_fn response;
	msrp_outcome_fn delivered;
	void *arg;
	void *reserved[4]; /* NULL */
};

/*
 * Queues a message. BYTES are copied; OPTIONS and RET_ID may be NULL. Messages stay in order, but
 * pass files that are being sent. -EPIPE after a shutdown or the end; -EINVAL for a content type or
 * id that is not valid in a header; -ENOBUFS if too much is waiting, or for too many headers.
 */
int msrp_session_send(struct msrp_session *session, const void *bytes, size_t len,
		      const struct msrp_send_options *options, char ret_id[MSRP_MESSAGE_ID_SIZE]);

/*
 * Queues a copy of one chunk: a message, or the part of one that its Message-ID and Byte-Range
 * identify. It is a SEND with a Message-ID and, if it has data, a Content-Type; without a
 * Byte-Range it begins the message. Paths and transaction ids are the session's, because others may
 * have to be sent first, or in between (RFC 4975 7.1.1). RESPONSE is called once: with the answer's
 * code; 408 if there is none in time and Failure-Report is "yes" or absent; if it is "partial",
 * that is 200, and if it is "no", 200 comes as soon as the chunk is sent. DELIVERED is called as in
 * struct msrp_send_options, if Success-Report is "yes" and the flag is not '#', for the octets of
 * this chunk. Both may be NULL. Results as for msrp_session_send(); -EINVAL also for malformed
 * headers and a Byte-Range that does not match data and flag.
 */
int msrp_session_send_chunk(struct msrp_session *session, const struct msrp_chunk *chunk,
			    msrp_outcome_fn response, msrp_outcome_fn delivered, void *arg);

/*
 * A file to send. Files of a session are sent one after the other; each is read as the connection
 * has room for it, and never held in memory as a whole.
 */
struct msrp_outgoing_file;

/*
 * Reads up to SIZE bytes at OFFSET; called in order, without gaps. Returns 0, with *ret_len 0 only
 * if the file has become shorter; or a negative errno.
 */
typedef int (*msrp_read_fn)(void *arg, uint64_t offset, uint8_t *bytes, size_t size,
			    size_t *ret_len);

struct msrp_file_options {
	struct msrp_send_options send;
	const char *name;    /* for Content-Disposition; NULL: none */
	uint64_t chunk_size; /* 0: one chunk, which is cut when others want to send */
	/*
	 * How many octets are skipped because the other end has them: the first Byte-Range starts
	 * one further. For a message that continues under its old Message-ID; the part of a file in
	 * an a=file-range is a message of its own (RFC 5547 section 6).
	 */
	uint64_t position;
	msrp_read_fn read; /* NULL: pread() from FD */
	void *read_arg;
	void *reserved[4]; /* NULL */
};

/*
 * FD stays the caller's and open until the response. SIZE is the length of the message. -EINVAL for
 * a position beyond it, a Content-Disposition besides a name, and text that is not valid in a
 * header; -ENOBUFS for too many headers; -ENOMEM.
 */
int msrp_outgoing_file_new(int fd, uint64_t size, const struct msrp_file_options *options,
			   struct msrp_outgoing_file **ret_file);

/* For a file that was not given to a session. Returns NULL; NULL is fine. */
struct msrp_outgoing_file *msrp_outgoing_file_free(struct msrp_outgoing_file *file);

/*
 * Queues a file, which then belongs to the session; it may be inspected until its last outcome.
 * -EPIPE as above, and then it is still the caller's; -EALREADY for one that was queued before.
 */
int msrp_session_send_file(struct msrp_session *session, struct msrp_outgoing_file *file);

/* Octets written to the connection; those before the position do not count. */
uint64_t msrp_outgoing_file_sent(const struct msrp_outgoing_file *file);

/* Stops it: the other end sees '#'. Its response is -ECANCELED. */
void msrp_outgoing_file_cancel(struct msrp_outgoing_file *file);

/* ---- Nicknames (RFC 7701) ---- */

/*
 * Asks the other side, a conference, for a nickname of 1 to 1023 octets; "" gives it up. The
 * outcome's message_id is "", its status 200, 403 (no nicknames here), 424 (malformed), 425 (in use
 * or reserved), or another failure. -EINVAL for other lengths or control characters; -EALREADY
 * while an outcome is pending; -EPIPE after a shutdown or the end.
 */
int msrp_session_set_nickname(struct msrp_session *session, const char *nickname,
			      msrp_outcome_fn outcome, void *arg);

#ifdef __cplusplus
}
#endif

#endif
