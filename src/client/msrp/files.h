/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files with offers and answers (RFC 5547): hashes that identify a file, one file over a session of
 * its own, and many files over one session.
 */
#ifndef CLIENT_MSRP_FILES_H
#define CLIENT_MSRP_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "connect.h"
#include "formats.h"
#include "sdp.h"
#include "session.h"
#include "transport.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Hashes of files ---- */

/*
 * SHA-1 and SHA-256 of a file, from its start on, as in a=file-selector (RFC 5547 section 5). It
 * takes octets that pass by, and reads the others itself, on a thread of libuv's pool and in steps.
 */
struct msrp_file_hash;

/* Returns 0 or -ENOMEM. */
int msrp_file_hash_new(uv_loop_t *loop, struct msrp_file_hash **ret_hash);

/* At any time; while it reads, the loop has to run once more. Returns NULL; NULL is fine. */
struct msrp_file_hash *msrp_file_hash_free(struct msrp_file_hash *hash);

/*
 * LEN octets at OFFSET (from 0) of the file. They are added if they continue what it has;
 * otherwise, or while it reads, they are left for a later msrp_file_hash_read().
 */
void msrp_file_hash_add(struct msrp_file_hash *hash, uint64_t offset, const void *bytes,
			size_t len);

/* The number of octets in it; 0 while it reads. */
uint64_t msrp_file_hash_size(const struct msrp_file_hash *hash);

/* ERR is 0; -ENODATA: the file is shorter; or another negative errno. */
typedef void (*msrp_file_hash_fn)(void *arg, int err);

/*
 * Reads what it lacks of the first SIZE octets of FD, which stays the caller's and may be
 * closed at once. -EBUSY while it reads; -EINVAL for less than it has already; or another
 * negative errno.
 */
int msrp_file_hash_read(struct msrp_file_hash *hash, int fd, uint64_t size, msrp_file_hash_fn done,
			void *arg);

/*
 * Stores its size and hashes in RET_SELECTOR, and leaves the other members alone. More octets may
 * be added afterwards. -EBUSY while it reads; or -ENOMEM.
 */
int msrp_file_hash_result(const struct msrp_file_hash *hash,
			  struct msrp_file_selector *ret_selector);

/* ---- File transfer ---- */

/*
 * One file over one session (RFC 5547), whichever side has it and whichever side asks: a connector
 * and a session that carries nothing else.
 *
 *     msrp_file_transfer_new()          takes over a connector
 *     msrp_file_transfer_initialize()   -> did_initialize(), with our part of the SDP
 *     msrp_file_transfer_start()        -> did_start(), given the other side's SDP
 *     msrp_file_transfer_end()          -> did_end(), to end it before the file does
 *     msrp_file_transfer_free()
 */
struct msrp_file_transfer;

typedef void (*msrp_file_transfer_fn)(void *arg);
typedef void (*msrp_file_transfer_initialized_fn)(void *arg, const struct msrp_sdp_media *local);
typedef void (*msrp_file_transfer_failed_fn)(void *arg, int err, const char *why);

/* DONE of TOTAL octets of the file have arrived; TOTAL may be MSRP_TOTAL_UNKNOWN. */
typedef void (*msrp_file_transfer_progress_fn)(void *arg, uint64_t done, uint64_t total);

/*
 * FILE: size and hashes of the whole file, as far as known. The receiver gets those of the file's
 * actual contents, without hashes if the offer was for a part.
 */
typedef void (*msrp_file_transfer_completed_fn)(void *arg, const struct msrp_file_selector *file);

/*
 * Each may be NULL. At the end comes did_complete(), did_fail() or, after msrp_file_transfer_end(),
 * neither; then did_end(), which is the last one.
 */
struct msrp_file_transfer_callbacks {
	msrp_file_transfer_initialized_fn did_initialize;
	msrp_file_transfer_fn did_start;
	msrp_file_transfer_progress_fn progress;      /* a few times a second */
	msrp_file_transfer_completed_fn did_complete; /* the other end has the whole file, intact */
	msrp_file_transfer_failed_fn did_fail;
	msrp_file_transfer_fn did_end;
	void *reserved[4]; /* NULL */
};

/* A zeroed struct with a descriptor receives a file, and makes the offer. Strings are copied. */
struct msrp_file_transfer_options {
	bool sends; /* we have the file */

	/*
	 * The caller's, and open until did_end(). The receiver needs to read it, too, to verify
	 * what came before; anything beyond the end of the file is cut off.
	 */
	int fd;

	/*
	 * The file that we have or want. The sender states the size; the hashes are computed before
	 * did_initialize(), unless they are given or not needed.
	 */
	struct msrp_file_selector file;
	bool without_hash;

	/* The other side's offer; NULL: we make it. */
	const struct msrp_sdp_media *offer;

	uint64_t have;	       /* receiver: octets of the file that we have already */
	uint64_t max_size;     /* receiver: largest file, in octets; 0: no limit */
	uint64_t chunk_size;   /* sender: octets; 0: one chunk, which is cut when necessary */
	enum msrp_setup setup; /* for SDP */
	void *reserved[4];     /* NULL */
};

/*
 * Takes over CONNECTOR, even if it fails: -EINVAL for invalid options; -ENOENT if we do not have
 * the requested file; -ERANGE for a part of the file that we cannot send or continue from; -ENOMEM.
 * Such an offer should be refused.
 */
int msrp_file_transfer_new(struct msrp_connector *connector,
			   const struct msrp_file_transfer_options *options,
			   const struct msrp_file_transfer_callbacks *callbacks, void *arg,
			   struct msrp_file_transfer **ret_transfer);

/* LOCAL as for msrp_connector_prepare(). Once; otherwise -EALREADY. */
int msrp_file_transfer_initialize(struct msrp_file_transfer *transfer,
				  const struct msrp_local_uri *local);

/*
 * REMOTE is the other side's SDP: the answer, or the offer again. did_fail() follows for an answer
 * with port 0, or for another file. -EINVAL before did_initialize(), -EALREADY the second time.
 */
int msrp_file_transfer_start(struct msrp_file_transfer *transfer,
			     const struct msrp_sdp_media *remote);

/* Stops it (RFC 5547 8.4): the sender aborts the message, the receiver answers it 413. */
void msrp_file_transfer_end(struct msrp_file_transfer *transfer);

/* At any time: ends at once, and frees, without a callback. Returns NULL; NULL is fine. */
struct msrp_file_transfer *msrp_file_transfer_free(struct msrp_file_transfer *transfer);

/* ---- Many files over one session ---- */

/*
 * Any number of files from one side to the other. Each is offered (RFC 5547), and the other side
 * accepts it, requests the rest of it, has it already, or refuses it. As there need be no SIP
 * between the two, offers and answers are messages of the session itself, of the type
 * application/sdp, and the message with the file has the file-transfer-id as its Message-ID. A
 * description with port 0 and without a file says that there are no more. One with neither a file
 * nor port 0 says that the answer takes its time.
 *
 * Endpoints that do not support this get files, and send them, without offers.
 *
 *     msrp_file_sender_new()       from a transport, instead of msrp_session_new()
 *     msrp_file_sender_send()      for each file    -> over()
 *     msrp_file_sender_end()       after the last   -> closed()
 *     msrp_file_sender_free()
 *
 *     msrp_file_receiver_new()     from a transport -> offered()
 *     msrp_file_receiver_accept()  or _refuse()     -> complete(), over()
 *     msrp_file_receiver_free()    after closed()
 */
struct msrp_file_sender;
struct msrp_file_receiver;

enum msrp_file_state {
	MSRP_FILE_WAITING, /* for its turn, or for accept or refuse */
	MSRP_FILE_READING, /* hashing the local part of it */
	MSRP_FILE_OFFERED, /* the answer is awaited; or it was given, and the file is awaited */
	MSRP_FILE_MOVING,  /* its octets are being transferred */
};

/* An offered file, from then on until over(). Its strings live as long. */
struct msrp_file_offer {
	const char *id; /* its file-transfer-id; "": it came without an offer */

	/*
	 * Size and hashes of the whole file. They are the sender's until the file was read; when
	 * receiving, they are the announced ones until complete(), and from then on the actual
	 * ones.
	 */
	struct msrp_file_selector file;
	enum msrp_file_state state;
	uint64_t start; /* octets that the receiver had from an earlier time */
	uint64_t done;	/* octets from the start of the file on that the receiver has */
	bool present;	/* the receiver had the whole file: nothing was sent */
	void *data;	/* yours */
};

typedef void (*msrp_file_offer_fn)(void *arg, struct msrp_file_offer *offer);

/*
 * ERR 0: the receiver has the file, and its hash is right. Otherwise a number for msrp_strerror():
 * a response code, one of enum msrp_error (REFUSED, ABORTED, MISMATCH), or a negative errno.
 * -ECANCELED: it was cancelled, or the session is over, and closed() says why. OFFER is gone after
 * it.
 */
typedef void (*msrp_file_over_fn)(void *arg, struct msrp_file_offer *offer, int err,
				  const char *why);

/* Each may be NULL except over and closed. */
struct msrp_file_sender_callbacks {
	msrp_file_offer_fn started;  /* its octets begin to go, without the first offer->start */
	msrp_file_offer_fn progress; /* a few times a second, while it is read and sent */
	msrp_file_over_fn over;
	/*
	 * The other side does not support offers: ERR is its response code, or -ETIMEDOUT if it has
	 * accepted one and does not answer it. This file and all that follow are sent without
	 * offers.
	 */
	msrp_file_over_fn unoffered;
	msrp_closed_fn closed; /* as with a session; ERR is 0 after msrp_file_sender_end() */
	void *reserved[4];     /* NULL */
};

/* A zeroed struct selects all defaults. */
struct msrp_file_sender_options {
	/*
	 * How many files are read, offered and sent at a time; 0: one after the other. The octets
	 * of one still follow those of another, but no time is lost between them. A receiver that
	 * accepts fewer refuses the others (403).
	 */
	size_t at_once;
	bool without_offers; /* make no offers: the other side is known not to support them */
	void *reserved[4];   /* NULL */
};

/*
 * Takes over TRANSPORT as msrp_session_new() does. OPTIONS may be NULL. -EINVAL without over or
 * closed, and then the transport is still the caller's; or -ENOMEM.
 */
int msrp_file_sender_new(struct msrp_transport *transport,
			 const struct msrp_file_sender_options *options,
			 const struct msrp_file_sender_callbacks *callbacks, void *arg,
			 struct msrp_file_sender **ret_sender);

/* At any time: closes at once, and frees, without a callback. Returns NULL; NULL is fine. */
struct msrp_file_sender *msrp_file_sender_free(struct msrp_file_sender *sender);

/* A file to offer. Strings are copied. */
struct msrp_file_offer_options {
	int fd; /* a regular file's; the caller's, and open until over() */

	/*
	 * The size is required; hashes are computed unless given. A file that has changed by the
	 * time it is sent ends as a MISMATCH.
	 */
	struct msrp_file_selector file;
	uint64_t chunk_size; /* octets; 0: one chunk, which is cut when necessary */
	void *data;	     /* for offer->data */
	void *reserved[4];   /* NULL */
};

/*
 * Queues a file, visible in *RET_OFFER, which may be NULL. -EINVAL without a size; -EPIPE after
 * msrp_file_sender_end() or the end; -ENOMEM; or another errno if the file cannot be examined.
 */
int msrp_file_sender_send(struct msrp_file_sender *sender,
			  const struct msrp_file_offer_options *options,
			  struct msrp_file_offer **ret_offer);

/*
 * Cancels a file: if it is being sent, the other side sees its message aborted. over() follows,
 * with -ECANCELED. -ENOENT for a file that is not this sender's, or is over.
 */
int msrp_file_sender_cancel(struct msrp_file_sender *sender, const struct msrp_file_offer *offer);

/* After the queued files, tells the other side that there are no more, and closes. */
void msrp_file_sender_end(struct msrp_file_sender *sender);

/* Cancels everything, and closes: closed() follows with -ECANCELED. */
void msrp_file_sender_abort(struct msrp_file_sender *sender);

/*
 * Returns a descriptor of a local file that may be the offered one, which has size and hash; or -1.
 * The library reads and closes it. If it is the one, the sender is told so, and over() follows with
 * offer->present; otherwise offered() does. A sender that guesses name, size and hash learns that
 * you have the file: return only files that came from others.
 */
typedef int (*msrp_file_present_fn)(void *arg, const struct msrp_file_offer *offer);

/*
 * The file is complete and as announced: the time to give it its name. Returns 0; or a negative
 * errno, which the sender is told.
 */
typedef int (*msrp_file_complete_fn)(void *arg, struct msrp_file_offer *offer);

/* Each may be NULL except offered, over and closed. */
struct msrp_file_receiver_callbacks {
	msrp_file_present_fn present;
	/*
	 * Answer by msrp_file_receiver_accept() or msrp_file_receiver_refuse(): here, or later if a
	 * person has to be asked. A file that comes without an offer, or before its answer, is
	 * refused unless it was accepted here.
	 */
	msrp_file_offer_fn offered;
	msrp_file_offer_fn started;  /* its octets begin to come, without the first offer->start */
	msrp_file_offer_fn progress; /* a few times a second, while it is read and while it comes */
	msrp_file_complete_fn complete;
	msrp_file_over_fn over; /* for each accepted or present file */
	/*
	 * As with a session. ERR is 0 if the sender has said that there are no more files, or has
	 * sent files without offers, or after msrp_file_receiver_end().
	 */
	msrp_closed_fn closed;
	void *reserved[4]; /* NULL */
};

/* A zeroed struct selects all defaults. */
struct msrp_file_receiver_options {
	uint64_t max_size;   /* largest file, in octets; 0: no limit */
	size_t at_once;	     /* offers that may be open at a time, others get 403; 0: one */
	bool without_offers; /* refuse offers (415): files come without */
	void *reserved[4];   /* NULL */
};

/* Like msrp_file_sender_new(). -EINVAL without offered, over or closed. */
int msrp_file_receiver_new(struct msrp_transport *transport,
			   const struct msrp_file_receiver_options *options,
			   const struct msrp_file_receiver_callbacks *callbacks, void *arg,
			   struct msrp_file_receiver **ret_receiver);

/* At any time: closes at once, and frees, without a callback. Returns NULL; NULL is fine. */
struct msrp_file_receiver *msrp_file_receiver_free(struct msrp_file_receiver *receiver);

/*
 * Accepts the file into FD, which is the caller's, and open until over(). HAVE octets exist from an
 * earlier time: they are read, and only the rest is requested; a sender without support for ranges
 * sends everything. A regular file has to be readable, too. Anything else, such as a pipe, is
 * written as octets come; they must come in order (-ESPIPE).
 *
 * When over() reports a failure, FD has offer->done octets from the start of the file on; another
 * transfer may continue from there.
 *
 * -ENOENT for an offer that does not exist (any more); -EALREADY for one that was accepted; -ERANGE
 * if the offered part is not the one that follows HAVE; -EFBIG if it is larger than max_size;
 * -EINVAL for HAVE without size and hash; or another negative errno. After an error the offer still
 * needs an answer.
 */
int msrp_file_receiver_accept(struct msrp_file_receiver *receiver, struct msrp_file_offer *offer,
			      int fd, uint64_t have);

/* Refuses a file. WHY is one line for the other side; NULL: no reason. OFFER is gone then. */
int msrp_file_receiver_refuse(struct msrp_file_receiver *receiver, struct msrp_file_offer *offer,
			      const char *why);

/* Stops an accepted file: its sender is told 413. over() follows, with -ECANCELED. */
int msrp_file_receiver_cancel(struct msrp_file_receiver *receiver,
			      const struct msrp_file_offer *offer);

/* Ends it: gives up the current files, and closes. */
void msrp_file_receiver_end(struct msrp_file_receiver *receiver);

#ifdef __cplusplus
}
#endif

#endif
