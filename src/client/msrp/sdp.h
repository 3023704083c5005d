/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lines of a session description (SDP) that concern MSRP: read, written, and answered. Sending
 * them to the other side, by SIP or otherwise, is the program's business.
 */
#ifndef CLIENT_MSRP_SDP_H
#define CLIENT_MSRP_SDP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* a=setup: who connects (RFC 6135). */
enum msrp_setup {
	MSRP_SETUP_NONE, /* absent, or holdconn, which counts as absent */
	MSRP_SETUP_ACTIVE,
	MSRP_SETUP_PASSIVE,
	MSRP_SETUP_ACTPASS,
};

enum msrp_direction {
	MSRP_SENDRECV, /* the default */
	MSRP_SENDONLY,
	MSRP_RECVONLY,
	MSRP_INACTIVE,
};

/* Identifies a file (a=file-selector, RFC 5547). A zeroed struct says nothing. */
struct msrp_file_selector {
	const char *name; /* in UTF-8; chosen by the other side: never use it in a path of yours */
	const char *type;
	uint64_t size;
	bool has_size;
	bool has_sha1;
	bool has_sha256;
	uint8_t sha1[20];
	uint8_t sha256[32];
	void *reserved[4]; /* NULL */
};

/*
 * The part of a session description about one MSRP session: its m= line and the lines that belong
 * to it. NULL strings are absent.
 */
struct msrp_sdp_media {
	const char *host; /* c=: an address or a name */
	uint16_t port;	  /* 0: refused; 9: only connects (RFC 6135 4.2.2) */
	bool use_tls;	  /* TCP/TLS/MSRP */
	const char *path;
	const char *accept_types;	  /* separated by single spaces */
	const char *accept_wrapped_types; /* inside message/cpim */
	uint64_t max_size;		  /* octets of a message; 0: absent */
	enum msrp_setup setup;
	enum msrp_direction direction;
	bool cema;	       /* RFC 6714 */
	bool chatroom;	       /* RFC 7701: this end is a conference, */
	bool nickname;	       /* which reserves names */
	bool private_messages; /* and relays messages to single participants */

	/* RFC 5547 */
	bool has_file; /* there is an a=file-selector, perhaps without any selector */
	struct msrp_file_selector file;
	const char *file_transfer_id;
	const char *file_disposition; /* attachment, render, ... */
	const char *file_icon;
	const char *file_created; /* dates as in RFC 5322 */
	const char *file_modified;
	const char *file_read;
	uint64_t file_start; /* a=file-range, from 1 on; 0: absent */
	uint64_t file_stop;  /* MSRP_TOTAL_UNKNOWN: the end of the file */
	void *reserved[4];   /* NULL */
};

/*
 * Writes m=, c= and a= lines, each with CRLF. The caller frees *ret_text with free(). -EINVAL for
 * text that is not valid in its line; -ENOMEM.
 */
int msrp_sdp_format(const struct msrp_sdp_media *media, char **ret_text);

/*
 * Finds the MSRP session at INDEX, from 0, in a session description; other media do not count.
 * Strings live as long as the media. -ENOENT if there are fewer; -EBADMSG for a description that is
 * malformed or longer than 64 KiB; -ENOMEM.
 */
int msrp_sdp_parse(const char *text, size_t len, size_t index, struct msrp_sdp_media **ret_media);

/* For msrp_sdp_parse(). Returns NULL; NULL is fine. */
struct msrp_sdp_media *msrp_sdp_media_free(struct msrp_sdp_media *media);

/* Is TYPE, regardless of its parameters, in a list of types in the form of a=accept-types? */
bool msrp_sdp_accepts(const char *types, const char *type);

/*
 * The answer to the a=setup of an offer. REACHABLE: the path has an address at which the other side
 * can reach us; always true behind a relay.
 */
enum msrp_setup msrp_setup_answer(enum msrp_setup offered, bool reachable);

/* Which side connects and binds, after offer and answer; OFFERER: did we make the offer? */
enum msrp_mode msrp_setup_mode(bool offerer, enum msrp_setup offered, enum msrp_setup answered);

#ifdef __cplusplus
}
#endif

#endif
