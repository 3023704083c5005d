/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * MSRP itself as values (RFC 4975): URIs, paths, headers, and chunks made of them. None of this
 * needs a connection. A program with a session rarely needs most of it.
 */
#ifndef CLIENT_MSRP_MESSAGE_H
#define CLIENT_MSRP_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- URIs and paths ---- */

/* msrps://user@host:port/session-id;transport;parameters (RFC 4975 section 6), read only. */
struct msrp_uri;

/* The parts of a URI. A zeroed struct with a host is complete. */
struct msrp_uri_parts {
	const char *host;	/* name or address; an IPv6 address with or without brackets */
	bool use_tls;		/* msrps */
	const char *user;	/* NULL: none */
	uint16_t port;		/* 0: none, which a numeric host does not permit */
	const char *session_id; /* NULL: none */
	const char *transport;	/* NULL: tcp */
	const struct msrp_parameter *parameters;
	size_t n_parameters;
	void *reserved[4]; /* NULL */
};

/* Returns 0; -EINVAL if the parts or the text do not make a URI; or -ENOMEM. */
int msrp_uri_new(const struct msrp_uri_parts *parts, struct msrp_uri **ret_uri);
int msrp_uri_from_text(const char *text, struct msrp_uri **ret_uri);

/* Returns NULL; NULL is fine. */
struct msrp_uri *msrp_uri_free(struct msrp_uri *uri);

/* Strings live as long as the URI; a missing part is "", and a missing port 0. */
const char *msrp_uri_text(const struct msrp_uri *uri);
bool msrp_uri_use_tls(const struct msrp_uri *uri);
const char *msrp_uri_user(const struct msrp_uri *uri);
const char *msrp_uri_host(const struct msrp_uri *uri); /* without brackets */
uint16_t msrp_uri_port(const struct msrp_uri *uri);
const char *msrp_uri_session_id(const struct msrp_uri *uri);
const char *msrp_uri_transport(const struct msrp_uri *uri);
const struct msrp_parameter *msrp_uri_parameters(const struct msrp_uri *uri, size_t *ret_n);

/*
 * The comparison of RFC 4975 6.1: scheme, host, port, session-id and transport
 * count, with case in the session-id only; user and parameters do not.
 */
bool msrp_uri_equal(const struct msrp_uri *a, const struct msrp_uri *b);

/* One or more URIs, the nearest first; read only, with URIs of its own. */
struct msrp_path;

/* As with URIs; N may be 16 at most. */
int msrp_path_new(const struct msrp_uri *const *uris, size_t n, struct msrp_path **ret_path);
int msrp_path_from_text(const char *text, struct msrp_path **ret_path);
struct msrp_path *msrp_path_free(struct msrp_path *path);

const char *msrp_path_text(const struct msrp_path *path);
size_t msrp_path_count(const struct msrp_path *path);

/* The URI at index I, from 0; NULL beyond the last. */
const struct msrp_uri *msrp_path_uri(const struct msrp_path *path, size_t i);

/* Are all URIs pairwise equal? */
bool msrp_path_equal(const struct msrp_path *a, const struct msrp_path *b);

/* ---- Headers ---- */

/* The kind of a header's decoded value. */
enum msrp_value_kind {
	MSRP_VALUE_TEXT,
	MSRP_VALUE_PATH,
	MSRP_VALUE_BYTE_RANGE,
	MSRP_VALUE_STATUS,
	MSRP_VALUE_NUMBER,
	MSRP_VALUE_PARAMETERS,
};

/* Octets START (the first one of a message is 1) to END inclusive, of LENGTH. None: END is START
 * - 1. */
struct msrp_byte_range {
	uint64_t start;
	uint64_t end;	 /* or MSRP_TOTAL_UNKNOWN */
	uint64_t length; /* or MSRP_TOTAL_UNKNOWN */
};

/*
 * To-Path, From-Path, Use-Path               path
 *     Byte-Range                                 byte_range
 *     Status                                     status
 *     Expires, Min-Expires, Max-Expires          number, of seconds
 *     WWW-Authenticate, Authorization            parameters with the type "Digest"
 *     Authentication-Info                        parameters with the type ""
 *     Content-Disposition                        parameters with a type such as "attachment"
 *     Success-Report                             text: "yes" or "no"
 *     Failure-Report                             text: "yes", "no" or "partial"
 *     Use-Nickname                               text: the part between the quotes (RFC 7701)
 *     Message-ID, Content-Type, Content-ID,
 *     Content-Description and all others         text, as written
 */
struct msrp_value {
	enum msrp_value_kind kind;
	union {
		const char *text;
		const struct msrp_path *path;
		struct msrp_byte_range byte_range;
		struct {
			unsigned name_space; /* 0: the codes of RFC 4975 */
			unsigned code;
			const char *comment; /* "" or NULL: none */
		} status;
		uint64_t number;
		struct {
			const char *type;
			const struct msrp_parameter *list; /* values without quotes, never NULL */
			size_t n;
		} parameters;
	};
};

/* A header, read only. */
struct msrp_header;

/*
 * From the value as in a message, or from a decoded one. -EINVAL for an invalid name, control
 * characters, and a decoded value that the header cannot have; or -ENOMEM. An encoded value may be
 * malformed.
 */
int msrp_header_new(const char *name, const char *encoded, struct msrp_header **ret_header);
int msrp_header_new_decoded(const char *name, const struct msrp_value *decoded,
			    struct msrp_header **ret_header);

/* Returns NULL; NULL is fine. */
struct msrp_header *msrp_header_free(struct msrp_header *header);

/* These live as long as the header. */
const char *msrp_header_name(const struct msrp_header *header);
const char *msrp_header_encoded(const struct msrp_header *header);

/* NULL if the value is malformed. */
const struct msrp_value *msrp_header_decoded(const struct msrp_header *header);

/* ---- Chunks ---- */

/* Which failures the sender wants to be told (RFC 4975 7.1.1). */
enum msrp_failures {
	MSRP_FAILURES_YES,     /* every hop answers; silence is a failure (408) */
	MSRP_FAILURES_PARTIAL, /* only failures are reported, silence means success */
	MSRP_FAILURES_NO,      /* nothing is reported */
};

/*
 * A request or a response, a whole message or part of one: what is on the wire from a start line to
 * an end-line. Sessions make and read them for you; these functions are for programs that do it
 * themselves.
 */
struct msrp_chunk;

/* Everything is copied. A zeroed struct with a transaction id and a method is complete. */
struct msrp_chunk_parts {
	const char *transaction_id; /* 4 to 32 letters, digits and . - + % = */
	const char *method;	    /* "SEND"; NULL: a response */
	unsigned code;		    /* of a response */
	const char *comment;	    /* of a response; NULL: none */
	const struct msrp_header *const *headers;
	size_t n_headers;
	const void *data; /* of a request */
	size_t len;
	char contflag; /* '$' the message ends here, '+' it continues, '#' it is aborted; 0: '$' */
	void *reserved[4]; /* NULL */
};

/*
 * Returns 0; -EINVAL for invalid parts, including data that contains an end-line with the
 * transaction id; -ENOBUFS beyond 66 headers; or -ENOMEM.
 */
int msrp_chunk_new(const struct msrp_chunk_parts *parts, struct msrp_chunk **ret_chunk);

/* From the bytes of exactly one chunk; otherwise -EINVAL. */
int msrp_chunk_parse(const void *bytes, size_t len, struct msrp_chunk **ret_chunk);

int msrp_chunk_copy(const struct msrp_chunk *chunk, struct msrp_chunk **ret_copy);

/* Returns NULL; NULL is fine. */
struct msrp_chunk *msrp_chunk_free(struct msrp_chunk *chunk);

/* Adds HEADER, or replaces the one of that name. Takes it over, even if it fails. */
int msrp_chunk_add_header(struct msrp_chunk *chunk, struct msrp_header *header);

/* Headers by index, in the order in which they were added, or by name; NULL: there is none. */
size_t msrp_chunk_n_headers(const struct msrp_chunk *chunk);
const struct msrp_header *msrp_chunk_header_at(const struct msrp_chunk *chunk, size_t i);
const struct msrp_header *msrp_chunk_header(const struct msrp_chunk *chunk, const char *name);

/*
 * Returns 0, or -EINVAL with the mistake in one line that lives as long as the chunk: a path is
 * missing, a header is malformed or given twice, or there is data without a Content-Type.
 */
int msrp_chunk_verify_headers(struct msrp_chunk *chunk, const char **ret_problem);

/*
 * The parts that it was made from. Strings and data live as long as the chunk; data may be NULL if
 * its size is 0.
 */
const char *msrp_chunk_transaction_id(const struct msrp_chunk *chunk);
const char *msrp_chunk_method(const struct msrp_chunk *chunk); /* NULL: a response */
unsigned msrp_chunk_code(const struct msrp_chunk *chunk);      /* 0: a request */
const char *msrp_chunk_comment(const struct msrp_chunk *chunk);
const uint8_t *msrp_chunk_data(const struct msrp_chunk *chunk);
size_t msrp_chunk_size(const struct msrp_chunk *chunk);
char msrp_chunk_contflag(const struct msrp_chunk *chunk);

/* 0; or, for a part of a chunk, its number from 1. See msrp_transport_read_chunk(). */
unsigned msrp_chunk_segment(const struct msrp_chunk *chunk);

/* False for a part of a chunk that is not the last; do not answer yet. */
bool msrp_chunk_ends(const struct msrp_chunk *chunk);

/* The values of its headers: "" or false if the header is missing or malformed. */
const char *msrp_chunk_content_type(const struct msrp_chunk *chunk);
const char *msrp_chunk_message_id(const struct msrp_chunk *chunk);
bool msrp_chunk_byte_range(const struct msrp_chunk *chunk, struct msrp_byte_range *ret_range);
bool msrp_chunk_status(const struct msrp_chunk *chunk, unsigned *ret_code,
		       const char **ret_comment); /* RET_COMMENT may be NULL */
enum msrp_failures msrp_chunk_failure_report(const struct msrp_chunk *chunk);
bool msrp_chunk_success_report(const struct msrp_chunk *chunk);

/*
 * The form on the wire: everything before the data, the end-line with another flag, and the whole
 * chunk. The paths come first and Content-Type last, in whatever order they were added. The caller
 * frees the result; all are NUL-terminated, although data may contain NULs.
 */
int msrp_chunk_encode_start(const struct msrp_chunk *chunk, char **ret_text);
int msrp_chunk_encode_end(const struct msrp_chunk *chunk, char contflag, char **ret_text);
int msrp_chunk_encode(const struct msrp_chunk *chunk, char **ret_bytes, size_t *ret_len);

#ifdef __cplusplus
}
#endif

#endif
