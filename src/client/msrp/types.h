/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shared by several parts of <msrp.h>: error numbers and their texts, texts written by others,
 * versions, and types that belong to no single part.
 */
#ifndef CLIENT_MSRP_TYPES_H
#define CLIENT_MSRP_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Errors ---- */

/* The ERR of a callback, unless it is a negative errno. */
enum msrp_error {
	MSRP_ERROR_CONNECT_TIMEOUT = 1, /* no connection, including TLS, in time */
	MSRP_ERROR_RELAY_TIMEOUT,	/* the relay did not answer an AUTH in time */
	MSRP_ERROR_INCOMING_TIMEOUT,	/* nobody connected to an acceptor in time */
	MSRP_ERROR_BIND_TIMEOUT,	/* connected, but the session was not bound in time */
	MSRP_ERROR_TLS,			/* bad certificate or handshake */
	MSRP_ERROR_AUTH,		/* the relay rejects the credentials */
	MSRP_ERROR_RELAY,		/* the relay gave an invalid answer, or refused */
	MSRP_ERROR_BIND,		/* the other side refused the session */
	MSRP_ERROR_PATH,		/* a path or URI is malformed, or does not fit */
	MSRP_ERROR_PROTOCOL,		/* the input is not MSRP */
	MSRP_ERROR_CLOSED,		/* the other side closed the connection */
	MSRP_ERROR_REFUSED,		/* the other side does not want the file */
	MSRP_ERROR_ABORTED,    /* the other side has, or wants, no more of the file or stream */
	MSRP_ERROR_MISMATCH,   /* the received file is not the announced one */
	MSRP_ERROR_KEEP_ALIVE, /* the other side does not answer keep-alives any more */
};

/*
 * One line in plain words, without a full stop, for any number of the library: a negative errno or
 * UV_ error, one of enum msrp_error, or a response code from 100 on. Do not free it.
 */
const char *msrp_strerror(int number);

/* ---- Texts of others ---- */

/*
 * Text that somebody else wrote (messages, names, reasons) may be shown on a terminal, or name a
 * file. A harmless character is valid UTF-8, and a terminal neither obeys it nor lets it move
 * others: no control characters, including C1, and none that change the direction of writing, are
 * invisible, or end a line.
 */

/*
 * The number of octets of the first character in LEN octets, at least one; an octet that is not
 * valid UTF-8 counts by itself.
 */
size_t msrp_text_character(const char *text, size_t len, bool *ret_harmless);

/*
 * Copies LEN octets, and terminates them. Replaces each harmful character by INSTEAD, or leaves it
 * out if INSTEAD is '\0'. RET_TEXT has room for LEN + 1, and may be TEXT. Returns the new length.
 */
size_t msrp_text_clean(const char *text, size_t len, char instead, char *ret_text);

/* ---- Versions ---- */

/*
 * Compatibility of headers and libraries with the same soversion: Structs that the caller fills end
 * in reserved members, which are NULL, as in a zeroed struct; new members take their place. Asking
 * an older library for a new member gives -EINVAL, or false. Structs that the library fills may
 * grow at their end: do not copy or create them. Enums may get more values, so a switch over one
 * needs a default. Nothing is removed, and nothing moves.
 */
#define MSRP_VERSION_MAJOR 0
#define MSRP_VERSION_MINOR 2
#define MSRP_VERSION_PATCH 0
#define MSRP_VERSION	   "0.2.0"

/* Comparable: MSRP_VERSION_NUMBER >= 0x000200 means 0.2.0 or later. */
#define MSRP_VERSION_NUMBER                                                                        \
	((MSRP_VERSION_MAJOR << 16) | (MSRP_VERSION_MINOR << 8) | MSRP_VERSION_PATCH)

/* The version of the running library, which may differ from the header's. */
const char *msrp_version(void);
unsigned msrp_version_number(void);

/* ---- Types ---- */

/* A message length or range end that the sender does not know yet. */
#define MSRP_TOTAL_UNKNOWN UINT64_MAX

/* The side that sends the first SEND, which binds the session to the connection (RFC 4975 5.4). */
enum msrp_mode {
	MSRP_MODE_ACTIVE,
	MSRP_MODE_PASSIVE,
};

/* name=value, or a name alone: then VALUE is NULL. */
struct msrp_parameter {
	const char *name;
	const char *value;
};

#ifdef __cplusplus
}
#endif

#endif
