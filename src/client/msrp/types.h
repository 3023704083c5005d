/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What several parts of <msrp.h> share: numbers of errors and their words, texts of others,
 * versions, and types that belong to no part more than to another.
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

/* What ERR of a callback is, unless a negative errno. */
enum msrp_error {
	MSRP_ERROR_CONNECT_TIMEOUT = 1, /* no connection, TLS included, in time */
	MSRP_ERROR_RELAY_TIMEOUT,	/* the relay did not answer an AUTH in time */
	MSRP_ERROR_INCOMING_TIMEOUT,	/* nobody connected to an acceptor in time */
	MSRP_ERROR_BIND_TIMEOUT,	/* connected, but the session was not bound in time */
	MSRP_ERROR_TLS,			/* the certificate or the handshake is bad */
	MSRP_ERROR_AUTH,		/* the relay does not accept the credentials */
	MSRP_ERROR_RELAY,		/* the relay answered what it should not, or refused */
	MSRP_ERROR_BIND,		/* the other side refused the session */
	MSRP_ERROR_PATH,		/* a path or URI cannot be read, or does not fit */
	MSRP_ERROR_PROTOCOL,		/* what came is not MSRP */
	MSRP_ERROR_CLOSED,		/* the other side closed the connection */
	MSRP_ERROR_REFUSED,		/* the other side does not want the file */
	MSRP_ERROR_ABORTED,    /* the other side has no more of the file or stream, or wants none */
	MSRP_ERROR_MISMATCH,   /* what came is not the file that was announced */
	MSRP_ERROR_KEEP_ALIVE, /* the other side does not answer keep-alives any more */
};

/*
 * One line in plain words, without a full stop, for any number of the library: a negative errno or
 * UV_ error, one of enum msrp_error, or a response code from 100 on. It need not be freed.
 */
const char *msrp_strerror(int number);

/* ---- Texts of others ---- */

/*
 * What somebody else wrote (messages, names, reasons) may be shown at a terminal, or name a file.
 * Harmless is a character of UTF-8 that a terminal does not obey, and that leaves the others where
 * they stand: no control characters, those of C1 included, and none that turn the direction of
 * writing, are invisible, or end a line.
 */

/* The octets of the first character of LEN, at least one, octets; what is no UTF-8 has one. */
size_t msrp_text_character(const char *text, size_t len, bool *ret_harmless);

/*
 * Copies LEN octets, and terminates them. Each character that is not harmless becomes INSTEAD, or
 * is left out when that is '\0'. RET_TEXT has room for LEN + 1, and may be TEXT. Returns the new
 * length.
 */
size_t msrp_text_clean(const char *text, size_t len, char instead, char *ret_text);

/* ---- Versions ---- */

/*
 * Headers and libraries of one soversion go together as follows. Structs that the caller fills end
 * in reserved members, which are NULL, as in a zeroed struct; new members take their place. To ask
 * an older library for a new one is -EINVAL, or false. Structs that the library fills may grow at
 * their end: they are not to be copied, or made. Enums may get more values; whoever switches over
 * one has a default. Nothing is taken away, and nothing moves.
 */
#define MSRP_VERSION_MAJOR 0
#define MSRP_VERSION_MINOR 2
#define MSRP_VERSION_PATCH 0
#define MSRP_VERSION	   "0.2.0"

/* Can be compared: MSRP_VERSION_NUMBER >= 0x000200 is 0.2.0 or later. */
#define MSRP_VERSION_NUMBER                                                                        \
	((MSRP_VERSION_MAJOR << 16) | (MSRP_VERSION_MINOR << 8) | MSRP_VERSION_PATCH)

/* Of the library that runs, which may be another than that of the header. */
const char *msrp_version(void);
unsigned msrp_version_number(void);

/* ---- Types ---- */

/* The length of a message, or the end of a range, that its sender does not know. */
#define MSRP_TOTAL_UNKNOWN UINT64_MAX

/* Who sends the first SEND, which binds the session to the connection (RFC 4975 5.4). */
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
