/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files that are offered and answered for (RFC 5547): hashes that tell whether it is the same one,
 * one file over a session of its own, and many files over one session.
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
 * SHA-1 and SHA-256 of a file, from its start on, as a=file-selector has them
 * (RFC 5547 section 5). It takes octets that pass by, and reads the others
 * itself, on a thread of libuv's pool and in steps.
 */
struct msrp_file_hash;

/* 0 or -ENOMEM. */
int msrp_file_hash_new(uv_loop_t *loop, struct msrp_file_hash **ret_hash);

/* At any moment; when it reads, the loop has to run once more. Returns NULL; NULL is fine. */
struct msrp_file_hash *msrp_file_hash_free(struct msrp_file_hash *hash);

/*
 * LEN octets at OFFSET (from 0) of the file. They are taken if they follow what
 * it has, and left for a later msrp_file_hash_read() if not, or while it reads.
 */
void msrp_file_hash_add(struct msrp_file_hash *hash, uint64_t offset, const void *bytes,
			size_t len);

/* Octets that are in it; 0 while it reads. */
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
 * Puts size and hashes of what it has into RET_SELECTOR, and leaves the rest of
 * that alone. It may go on afterwards. -EBUSY while it reads; or -ENOMEM.
 */
int msrp_file_hash_result(const struct msrp_file_hash *hash,
			  struct msrp_file_selector *ret_selector);

/* ---- File transfer ---- */

/*
 * One file over one session (RFC 5547), whichever side has it and whichever
 * side asks: a connector and a session that carries nothing else.
 *
 *     msrp_file_transfer_new()          takes over a connector
 *     msrp_file_transfer_initialize()   -> did_initialize(), with what to say in SDP
 *     msrp_file_transfer_start()        -> did_start(), given what the other side said
 *     msrp_file_transfer_end()          -> did_end(), if it is to end before the file does
 *     msrp_file_transfer_free()
 */
struct msrp_file_transfer;

typedef void (*msrp_file_transfer_fn)(void *arg);
typedef void (*msrp_file_transfer_initialized_fn)(void *arg, const struct msrp_sdp_media *local);
typedef void (*msrp_file_transfer_failed_fn)(void *arg, int err, const char *why);

/* DONE of TOTAL octets of the file are there; TOTAL may be MSRP_TOTAL_UNKNOWN. */
typedef void (*msrp_file_transfer_progress_fn)(void *arg, uint64_t done, uint64_t total);

/*
 * FILE: size and hashes of the whole, where they are known. Who receives gets those of what is in
 * the file, and without hashes when the offer was of a part.
 */
typedef void (*msrp_file_transfer_completed_fn)(void *arg, const struct msrp_file_selector *file);

/*
 * Each may be NULL. At the end come did_complete(), did_fail() or, after
 * msrp_file_transfer_end(), neither of them; then did_end(), which is the last one.
 */
struct msrp_file_transfer_callbacks {
	msrp_file_transfer_initialized_fn did_initialize;
	msrp_file_transfer_fn did_start;
	msrp_file_transfer_progress_fn progress;      /* a few times a second */
	msrp_file_transfer_completed_fn did_complete; /* all is at the other end, and as it was */
	msrp_file_transfer_failed_fn did_fail;
	msrp_file_transfer_fn did_end;
	void *reserved[4]; /* NULL */
};

/* A zeroed struct with a descriptor receives, and asks for it. Strings are copied. */
struct msrp_file_transfer_options {
	bool sends; /* we have the file */

	/*
	 * The caller's, and open until did_end(). Who receives needs to read it, too,
	 * to verify what came before; what it has beyond the end of the file is cut off.
	 */
	int fd;

	/*
	 * The file that we have or want. Who sends says the size; the hashes are
	 * computed before did_initialize(), unless they are here or unwanted.
	 */
	struct msrp_file_selector file;
	bool without_hash;

	/* What the other side has asked for; NULL: we make the offer. */
	const struct msrp_sdp_media *offer;

	uint64_t have;	       /* who receives: octets of the file that are there already */
	uint64_t max_size;     /* who receives: octets of the file; 0: no limit */
	uint64_t chunk_size;   /* who sends: 0: one chunk, which is cut when need be */
	enum msrp_setup setup; /* for SDP */
	void *reserved[4];     /* NULL */
};

/*
 * Takes over CONNECTOR, also when it fails: -EINVAL for options without sense; -ENOENT when
 * we do not have the file that the offer asks for; -ERANGE when its part of the file is
 * one that we cannot give or go on from; -ENOMEM. Such an offer is to be refused.
 */
int msrp_file_transfer_new(struct msrp_connector *connector,
			   const struct msrp_file_transfer_options *options,
			   const struct msrp_file_transfer_callbacks *callbacks, void *arg,
			   struct msrp_file_transfer **ret_transfer);

/* LOCAL as for msrp_connector_prepare(). Once; else -EALREADY. */
int msrp_file_transfer_initialize(struct msrp_file_transfer *transfer,
				  const struct msrp_local_uri *local);

/*
 * REMOTE is what the other side said in SDP: the answer, or the offer once more. With port 0
 * in an answer, or a file that is not the one, did_fail() follows. -EINVAL before
 * did_initialize(), -EALREADY the second time.
 */
int msrp_file_transfer_start(struct msrp_file_transfer *transfer,
			     const struct msrp_sdp_media *remote);

/* No more of it (RFC 5547 8.4): who sends aborts the message, who receives answers it 413. */
void msrp_file_transfer_end(struct msrp_file_transfer *transfer);

/* At any moment: ends at once, and frees; nothing is told. Returns NULL; NULL is fine. */
struct msrp_file_transfer *msrp_file_transfer_free(struct msrp_file_transfer *transfer);

/* ---- Many files over one session ---- */

/*
 * Any number of files from one side to the other. Each is offered (RFC 5547), and the other side
 * takes it, takes what it lacks of it, has it already, or refuses it. As there need be no SIP
 * between the two, offers and answers are messages of the session itself, of the type
 * application/sdp, and the message with the file has the file-transfer-id for its Message-ID.
 * A description with port 0 and without a file says that there are no more. One with neither a
 * file nor port 0 says that the answer takes its time.
 *
 * Endpoints that know nothing of this are sent to, and received from, without offers.
 *
 *     msrp_file_sender_new()       of a transport, instead of msrp_session_new()
 *     msrp_file_sender_send()      for each file    -> over()
 *     msrp_file_sender_end()       after the last   -> closed()
 *     msrp_file_sender_free()
 *
 *     msrp_file_receiver_new()     of a transport   -> offered()
 *     msrp_file_receiver_accept()  or _refuse()     -> complete(), over()
 *     msrp_file_receiver_free()    after closed()
 */
struct msrp_file_sender;
struct msrp_file_receiver;

enum msrp_file_state {
	MSRP_FILE_WAITING, /* for its turn, or for accept or refuse */
	MSRP_FILE_READING, /* what is here of it is hashed */
	MSRP_FILE_OFFERED, /* the answer is awaited; or it was given, and the file is awaited */
	MSRP_FILE_MOVING,  /* its octets are on their way */
};

/* A file that is offered, from then on until over(). Strings live as long. */
struct msrp_file_offer {
	const char *id; /* its file-transfer-id; "": it came without an offer */

	/*
	 * Size and hashes are of the whole file, and the sender's until it was read. Of a file
	 * that comes they are what was announced, until complete(): from there on, what has come.
	 */
	struct msrp_file_selector file;
	enum msrp_file_state state;
	uint64_t start; /* octets that the receiver had from an earlier time */
	uint64_t done;	/* octets from the start of the file on that are at the receiver's */
	bool present;	/* the receiver had all of it: nothing was sent */
	void *data;	/* yours */
};

typedef void (*msrp_file_offer_fn)(void *arg, struct msrp_file_offer *offer);

/*
 * ERR 0: the receiver has the file, and its hash is as it should be. Else it is as
 * msrp_strerror() takes it: a response code, one of enum msrp_error (REFUSED, ABORTED, MISMATCH),
 * or a negative errno. -ECANCELED: it was cancelled, or the session is over, of which closed()
 * says why. OFFER is gone after it.
 */
typedef void (*msrp_file_over_fn)(void *arg, struct msrp_file_offer *offer, int err,
				  const char *why);

/* Each may be NULL but over and closed. */
struct msrp_file_sender_callbacks {
	msrp_file_offer_fn started;  /* its octets begin to go, offer->start of them excepted */
	msrp_file_offer_fn progress; /* a few times a second, while it is read and while it goes */
	msrp_file_over_fn over;
	/*
	 * The other side does not take offers: ERR is its response code, or -ETIMEDOUT if it has
	 * accepted one and does not answer it. This file and all that follow go without.
	 */
	msrp_file_over_fn unoffered;
	msrp_closed_fn closed; /* as of a session; ERR is 0 after msrp_file_sender_end() */
	void *reserved[4];     /* NULL */
};

/* A zeroed struct asks for all defaults. */
struct msrp_file_sender_options {
	/*
	 * How many files are read, offered and sent at a time; 0: one after the other. Octets of
	 * one go after those of another all the same, but no time is lost between them. A receiver
	 * that takes fewer refuses the others (403).
	 */
	size_t at_once;
	bool without_offers; /* offer nothing: the other side is known not to take offers */
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

/* At any moment: closes at once, and frees; nothing is told. Returns NULL; NULL is fine. */
struct msrp_file_sender *msrp_file_sender_free(struct msrp_file_sender *sender);

/* A file to offer. Strings are copied. */
struct msrp_file_offer_options {
	int fd; /* of a regular file; the caller's, and open until over() */

	/*
	 * The size has to be there; hashes are computed unless they are. A file that has changed
	 * when it was sent is told to be a MISMATCH.
	 */
	struct msrp_file_selector file;
	uint64_t chunk_size; /* 0: one chunk, which is cut when need be */
	void *data;	     /* for offer->data */
	void *reserved[4];   /* NULL */
};

/*
 * Queues a file. It may be looked at in *RET_OFFER, which may be NULL. -EINVAL without a size;
 * -EPIPE after msrp_file_sender_end() or the end; -ENOMEM; or another errno when the file cannot
 * be looked at.
 */
int msrp_file_sender_send(struct msrp_file_sender *sender,
			  const struct msrp_file_offer_options *options,
			  struct msrp_file_offer **ret_offer);

/*
 * Not this file: the other side sees its message aborted if it is on its way. over() follows, with
 * -ECANCELED. -ENOENT for a file that is none of this sender's, or is over.
 */
int msrp_file_sender_cancel(struct msrp_file_sender *sender, const struct msrp_file_offer *offer);

/* After the files that were queued, tells the other side that there are no more, and closes. */
void msrp_file_sender_end(struct msrp_file_sender *sender);

/* Cancels all, and closes: closed() comes with -ECANCELED. */
void msrp_file_sender_abort(struct msrp_file_sender *sender);

/*
 * A descriptor of a file that may be the one that is offered, which has size and hash; -1: there
 * is none. The library reads and closes it. If it is the one, the sender is told so, and over()
 * follows with offer->present; else offered() does. Whoever guesses name, size and hash learns
 * that the file is here: give out only what came from others.
 */
typedef int (*msrp_file_present_fn)(void *arg, const struct msrp_file_offer *offer);

/* All has come and is as it was announced: the moment to give it its name. Returns 0; or a
   negative errno, of which the sender is told. */
typedef int (*msrp_file_complete_fn)(void *arg, struct msrp_file_offer *offer);

/* Each may be NULL but offered, over and closed. */
struct msrp_file_receiver_callbacks {
	msrp_file_present_fn present;
	/*
	 * To be answered by msrp_file_receiver_accept() or msrp_file_receiver_refuse(): here, or
	 * later if a person has to be asked. A file that comes without an offer, or before its
	 * answer, is refused unless it was accepted here.
	 */
	msrp_file_offer_fn offered;
	msrp_file_offer_fn started;  /* its octets begin to come, offer->start of them excepted */
	msrp_file_offer_fn progress; /* a few times a second, while it is read and while it comes */
	msrp_file_complete_fn complete;
	msrp_file_over_fn over; /* of each that was accepted, or present */
	/*
	 * As of a session. ERR is 0 when the sender has said that there are no more files, or has
	 * offered none and sent some, or after msrp_file_receiver_end().
	 */
	msrp_closed_fn closed;
	void *reserved[4]; /* NULL */
};

/* A zeroed struct asks for all defaults. */
struct msrp_file_receiver_options {
	uint64_t max_size;   /* octets of a file; 0: no limit */
	size_t at_once;	     /* offers that may be open at a time, others get 403; 0: one */
	bool without_offers; /* take none (415): files come without */
	void *reserved[4];   /* NULL */
};

/* As msrp_file_sender_new(). -EINVAL without offered, over or closed. */
int msrp_file_receiver_new(struct msrp_transport *transport,
			   const struct msrp_file_receiver_options *options,
			   const struct msrp_file_receiver_callbacks *callbacks, void *arg,
			   struct msrp_file_receiver **ret_receiver);

/* At any moment: closes at once, and frees; nothing is told. Returns NULL; NULL is fine. */
struct msrp_file_receiver *msrp_file_receiver_free(struct msrp_file_receiver *receiver);

/*
 * Takes the file into FD, which is the caller's, and open until over(). HAVE octets are there from
 * an earlier time: they are read, and only the rest is asked for; all comes if the sender knows
 * nothing of ranges. A regular file has to be open for reading, too. Into anything else, a pipe
 * say, octets are written as they come, and out of order they cannot (-ESPIPE).
 *
 * When over() tells of a failure, offer->done octets from the start of the file on are there, from
 * where one may go on another time.
 *
 * -ENOENT for an offer that is not there, or not any more; -EALREADY for one that was accepted;
 * -ERANGE when only another part of the file is offered than what follows HAVE; -EFBIG when it is
 * larger than max_size; -EINVAL for HAVE without size and hash; or another negative errno. It then
 * still waits for an answer.
 */
int msrp_file_receiver_accept(struct msrp_file_receiver *receiver, struct msrp_file_offer *offer,
			      int fd, uint64_t have);

/* Not this file. WHY is for the other side, in one line; NULL: no reason. OFFER is gone then. */
int msrp_file_receiver_refuse(struct msrp_file_receiver *receiver, struct msrp_file_offer *offer,
			      const char *why);

/* No more of a file that was accepted: its sender is told 413. over() follows, with -ECANCELED. */
int msrp_file_receiver_cancel(struct msrp_file_receiver *receiver,
			      const struct msrp_file_offer *offer);

/* No more files: gives up what is coming, and closes. */
void msrp_file_receiver_end(struct msrp_file_receiver *receiver);

#ifdef __cplusplus
}
#endif

#endif
