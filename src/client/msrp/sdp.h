/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lines of a session description (SDP) that are about MSRP: read, written, and answered. SIP,
 * or whatever carries them to the other side, is the business of the program.
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
	MSRP_SETUP_NONE, /* not said, or holdconn, which counts as that */
	MSRP_SETUP_ACTIVE,
	MSRP_SETUP_PASSIVE,
	MSRP_SETUP_ACTPASS,
};

enum msrp_direction {
	MSRP_SENDRECV, /* also when nothing is said */
	MSRP_SENDONLY,
	MSRP_RECVONLY,
	MSRP_INACTIVE,
};

/* Which file is meant (a=file-selector, RFC 5547). A zeroed struct says nothing. */
struct msrp_file_selector {
	const char *name; /* in UTF-8; as the other side chose it: no part of a path of yours */
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
 * The part of a session description that is about an MSRP session: its m= line
 * and what belongs to it. Strings that are NULL are not said.
 */
struct msrp_sdp_media {
	const char *host; /* c=: an address or a name */
	uint16_t port;	  /* 0: refused; 9: only connects (RFC 6135 4.2.2) */
	bool use_tls;	  /* TCP/TLS/MSRP */
	const char *path;
	const char *accept_types;	  /* with one space between each two */
	const char *accept_wrapped_types; /* inside of message/cpim */
	uint64_t max_size;		  /* octets of a message; 0: not said */
	enum msrp_setup setup;
	enum msrp_direction direction;
	bool cema;	       /* RFC 6714 */
	bool chatroom;	       /* RFC 7701: this end is a conference, */
	bool nickname;	       /* in which names can be reserved */
	bool private_messages; /* and single participants be addressed */

	/* RFC 5547 */
	bool has_file; /* a=file-selector is there, perhaps without any selector */
	struct msrp_file_selector file;
	const char *file_transfer_id;
	const char *file_disposition; /* attachment, render, ... */
	const char *file_icon;
	const char *file_created; /* dates as in RFC 5322 */
	const char *file_modified;
	const char *file_read;
	uint64_t file_start; /* a=file-range, from 1 on; 0: not said */
	uint64_t file_stop;  /* MSRP_TOTAL_UNKNOWN: the end of the file */
	void *reserved[4];   /* NULL */
};

/*
 * Writes m=, c= and a= lines, each with CRLF. The caller frees *ret_text with
 * free(). -EINVAL for what has no place in its line; -ENOMEM.
 */
int msrp_sdp_format(const struct msrp_sdp_media *media, char **ret_text);

/*
 * Finds the MSRP session number INDEX, from 0 on, in a session description;
 * other media do not count. Strings live as long as the media. -ENOENT when
 * there are fewer; -EBADMSG for what cannot be read or is longer than 64 KiB;
 * -ENOMEM.
 */
int msrp_sdp_parse(const char *text, size_t len, size_t index, struct msrp_sdp_media **ret_media);

/* Of msrp_sdp_parse(). Returns NULL; NULL is fine. */
struct msrp_sdp_media *msrp_sdp_media_free(struct msrp_sdp_media *media);

/* Is TYPE, of which parameters do not count, in a list of types as a=accept-types has them? */
bool msrp_sdp_accepts(const char *types, const char *type);

/*
 * What to answer to the a=setup of an offer. REACHABLE: the path holds an
 * address at which the other side can reach us; always so behind a relay.
 */
enum msrp_setup msrp_setup_answer(enum msrp_setup offered, bool reachable);

/* Who connects and binds, after offer and answer; OFFERER: did we make the offer? */
enum msrp_mode msrp_setup_mode(bool offerer, enum msrp_setup offered, enum msrp_setup answered);

#ifdef __cplusplus
}
#endif

#endif
