/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLIENT_MSRP_H
#define CLIENT_MSRP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <uv.h>

#include "msrp/sdp.h"
#include "msrp/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Messages and files over MSRP (RFC 4975), directly or through a relay
 * (RFC 4976).
 *
 * Everything happens on the caller's loop and on its thread. A function that
 * starts something returns at once and tells the outcome by a callback, which
 * never comes before the function has returned. Every callback may call every
 * function of this header, the one that frees the object at hand included;
 * after an object is freed, none of its callbacks comes any more.
 *
 * The way to a session:
 *
 *     msrp_context_new()                       once per loop
 *     msrp_connector_direct_new()              calls, without a relay
 *     msrp_acceptor_direct_new()               is called, without a relay
 *     msrp_relay_connection_new()              either, with a relay
 *     msrp_connector_prepare()  -> path        ours, for "a=path" in SDP
 *     msrp_connector_complete() -> transport   given the other side's path
 *     msrp_session_new()                       inside that callback
 *     msrp_connector_cleanup()                 always, after success too
 *
 * A path is one string: MSRP URIs with one space between each two.
 *
 * Functions return 0, or a negative errno when this machine failed or the call
 * makes no sense: -EINVAL for what is missing or comes too early, -EALREADY for
 * what may be done once and was, -EPIPE for what comes too late. NULL where this header does not
 * allow it is -EINVAL as well; functions that return something else make nothing of it: they
 * return NULL, "", 0 or false. A callback
 * that tells of a failure has ERR, which is a negative errno (UV_ECONNREFUSED,
 * UV_EAI_NONAME, ...) or one of enum msrp_error, and WHY, one line in plain
 * words that is never NULL and valid during the call.
 */
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
 * One line in plain words, without a full stop, for any number of this header: a negative errno or
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

/* ---- Context ---- */

struct msrp_context;
struct msrp_logger;

/* A zeroed struct asks for all defaults. Strings are copied. */
struct msrp_context_options {
	const char *ca_file;	 /* PEM; NULL: those the system trusts */
	bool insecure;		 /* connect whatever certificate is shown, and trust any relay */
	const char *certificate; /* PEM, ours: shown by acceptors, and by connectors when asked */
	const char *key;	 /* PEM */
	unsigned connect_timeout_ms;	  /* look-up to TLS handshake; 0: 10 s */
	unsigned relay_timeout_ms;	  /* answer to an AUTH; 0: 30 s (RFC 4975's transaction) */
	unsigned incoming_timeout_ms;	  /* an acceptor's wait for a connection; 0: 60 s */
	unsigned bind_timeout_ms;	  /* connected, until bound; 0: 30 s */
	unsigned response_timeout_ms;	  /* answer to a SEND; 0: the 30 s of RFC 4975 */
	const struct msrp_logger *logger; /* NULL: none; outlives the context */
	void *reserved[4];		  /* NULL */
};

/*
 * OPTIONS may be NULL. On failure ERROR holds one line of explanation, file
 * name included. LOOP must outlive the context.
 */
int msrp_context_new(uv_loop_t *loop, const struct msrp_context_options *options, char *error,
		     size_t error_len, struct msrp_context **ret_context);

/*
 * Connectors, transports, sessions and servers have been freed before: else
 * nothing happens, and CONTEXT itself is returned. Not from inside a callback
 * of this header. The loop has to run once more to give back the handles.
 * Returns NULL; NULL is fine.
 */
struct msrp_context *msrp_context_free(struct msrp_context *context);

/* ---- URIs and paths ---- */

/* name=value, or a name alone: then VALUE is NULL. */
struct msrp_parameter {
	const char *name;
	const char *value;
};

/* msrps://user@host:port/session-id;transport;parameters (RFC 4975 section 6), read only. */
struct msrp_uri;

/* What a URI is made of. A zeroed struct with a host is a whole one. */
struct msrp_uri_parts {
	const char *host;	/* name or address; an IPv6 address with or without brackets */
	bool use_tls;		/* msrps */
	const char *user;	/* NULL: none */
	uint16_t port;		/* 0: none, which a numeric host does not allow */
	const char *session_id; /* NULL: none */
	const char *transport;	/* NULL: tcp */
	const struct msrp_parameter *parameters;
	size_t n_parameters;
	void *reserved[4]; /* NULL */
};

/* 0; -EINVAL when the parts or the text are no URI; or -ENOMEM. */
int msrp_uri_new(const struct msrp_uri_parts *parts, struct msrp_uri **ret_uri);
int msrp_uri_from_text(const char *text, struct msrp_uri **ret_uri);

/* Returns NULL; NULL is fine. */
struct msrp_uri *msrp_uri_free(struct msrp_uri *uri);

/* Strings live as long as the URI; a part that it has not is "", and a port 0. */
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

/* One URI or more, the nearest first; read only, with URIs of its own. */
struct msrp_path;

/* As with URIs; N may be 16 at most. */
int msrp_path_new(const struct msrp_uri *const *uris, size_t n, struct msrp_path **ret_path);
int msrp_path_from_text(const char *text, struct msrp_path **ret_path);
struct msrp_path *msrp_path_free(struct msrp_path *path);

const char *msrp_path_text(const struct msrp_path *path);
size_t msrp_path_count(const struct msrp_path *path);

/* The URI number I, from 0 on; NULL beyond the last. */
const struct msrp_uri *msrp_path_uri(const struct msrp_path *path, size_t i);

/* Are all URIs equal, each to each? */
bool msrp_path_equal(const struct msrp_path *a, const struct msrp_path *b);

/* ---- Headers ---- */

/* What the value of a header is, once it is decoded. */
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
 *     To-Path, From-Path, Use-Path               path
 *     Byte-Range                                 byte_range
 *     Status                                     status
 *     Expires, Min-Expires, Max-Expires          number, of seconds
 *     WWW-Authenticate, Authorization            parameters with the type "Digest"
 *     Authentication-Info                        parameters with the type ""
 *     Content-Disposition                        parameters with a type as "attachment"
 *     Success-Report                             text: "yes" or "no"
 *     Failure-Report                             text: "yes", "no" or "partial"
 *     Use-Nickname                               text: what is between the quotes (RFC 7701)
 *     Message-ID, Content-Type, Content-ID,
 *     Content-Description and all others         text, as it is written
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
 * From the value as it is in a message, or as it is decoded. -EINVAL for a name
 * that can be none, control characters, and a decoded value that the header
 * cannot have; or -ENOMEM. An encoded value may well be malformed.
 */
int msrp_header_new(const char *name, const char *encoded, struct msrp_header **ret_header);
int msrp_header_new_decoded(const char *name, const struct msrp_value *decoded,
			    struct msrp_header **ret_header);

/* Returns NULL; NULL is fine. */
struct msrp_header *msrp_header_free(struct msrp_header *header);

/* These live as long as the header. */
const char *msrp_header_name(const struct msrp_header *header);
const char *msrp_header_encoded(const struct msrp_header *header);

/* NULL when the value is malformed. */
const struct msrp_value *msrp_header_decoded(const struct msrp_header *header);

/* ---- Chunks ---- */

/* The sender's wish to hear of failures (RFC 4975 7.1.1). */
enum msrp_failures {
	MSRP_FAILURES_YES,     /* every hop answers; silence is a failure (408) */
	MSRP_FAILURES_PARTIAL, /* only failures are told, silence is taken for success */
	MSRP_FAILURES_NO,      /* nothing is told */
};

/*
 * A request or a response, whole or a part of a message: what is on the wire
 * between a start line and an end-line. Sessions make and read them for you;
 * this is for those who want to do it themselves.
 */
struct msrp_chunk;

/* All is copied. A zeroed struct with a transaction id and a method is a whole one. */
struct msrp_chunk_parts {
	const char *transaction_id; /* 4 to 32 letters, digits and . - + % = */
	const char *method;	    /* "SEND"; NULL: a response */
	unsigned code;		    /* of a response */
	const char *comment;	    /* of a response; NULL: none */
	const struct msrp_header *const *headers;
	size_t n_headers;
	const void *data; /* of a request */
	size_t len;
	char contflag; /* '$' the message ends here, '+' it goes on, '#' it is aborted; 0: '$' */
	void *reserved[4]; /* NULL */
};

/*
 * 0; -EINVAL for parts that can be none, which data is that has the
 * transaction id in an end-line; -ENOBUFS beyond 66 headers; or -ENOMEM.
 */
int msrp_chunk_new(const struct msrp_chunk_parts *parts, struct msrp_chunk **ret_chunk);

/* From the bytes of one chunk, and no more: else -EINVAL. */
int msrp_chunk_parse(const void *bytes, size_t len, struct msrp_chunk **ret_chunk);

int msrp_chunk_copy(const struct msrp_chunk *chunk, struct msrp_chunk **ret_copy);

/* Returns NULL; NULL is fine. */
struct msrp_chunk *msrp_chunk_free(struct msrp_chunk *chunk);

/* Adds HEADER, or puts it in the place of one of that name. Takes it over, also when it fails. */
int msrp_chunk_add_header(struct msrp_chunk *chunk, struct msrp_header *header);

/* Headers by number in the order in which they were added, or by name; NULL: there is none. */
size_t msrp_chunk_n_headers(const struct msrp_chunk *chunk);
const struct msrp_header *msrp_chunk_header_at(const struct msrp_chunk *chunk, size_t i);
const struct msrp_header *msrp_chunk_header(const struct msrp_chunk *chunk, const char *name);

/*
 * 0, or -EINVAL with what is wrong in one line that lives as long as the
 * chunk: a path is missing, a header is malformed or given twice, or there is
 * data without a Content-Type.
 */
int msrp_chunk_verify_headers(struct msrp_chunk *chunk, const char **ret_problem);

/* What it was made of. Strings and data live as long as the chunk; data may be NULL without size.
 */
const char *msrp_chunk_transaction_id(const struct msrp_chunk *chunk);
const char *msrp_chunk_method(const struct msrp_chunk *chunk); /* NULL: a response */
unsigned msrp_chunk_code(const struct msrp_chunk *chunk);      /* 0: a request */
const char *msrp_chunk_comment(const struct msrp_chunk *chunk);
const uint8_t *msrp_chunk_data(const struct msrp_chunk *chunk);
size_t msrp_chunk_size(const struct msrp_chunk *chunk);
char msrp_chunk_contflag(const struct msrp_chunk *chunk);

/* 0; or, of a part of a chunk, which part: 1 is the first. See msrp_transport_read_chunk(). */
unsigned msrp_chunk_segment(const struct msrp_chunk *chunk);

/* False for a part of a chunk of which more parts come, and which is not the time to answer. */
bool msrp_chunk_ends(const struct msrp_chunk *chunk);

/* What its headers say: "" or false when there is none, or a malformed one. */
const char *msrp_chunk_content_type(const struct msrp_chunk *chunk);
const char *msrp_chunk_message_id(const struct msrp_chunk *chunk);
bool msrp_chunk_byte_range(const struct msrp_chunk *chunk, struct msrp_byte_range *ret_range);
bool msrp_chunk_status(const struct msrp_chunk *chunk, unsigned *ret_code,
		       const char **ret_comment); /* RET_COMMENT may be NULL */
enum msrp_failures msrp_chunk_failure_report(const struct msrp_chunk *chunk);
bool msrp_chunk_success_report(const struct msrp_chunk *chunk);

/*
 * As it is on the wire: all before the data, the end-line with another flag,
 * and the whole. The paths come first and Content-Type last, whatever the order
 * in which they were added. The caller frees what he gets; all of them are
 * terminated, though data may have zeros in it.
 */
int msrp_chunk_encode_start(const struct msrp_chunk *chunk, char **ret_text);
int msrp_chunk_encode_end(const struct msrp_chunk *chunk, char contflag, char **ret_text);
int msrp_chunk_encode(const struct msrp_chunk *chunk, char **ret_bytes, size_t *ret_len);

/* ---- Connectors and acceptors ---- */

/* Makes one session connection. Used once. */
struct msrp_connector;

/* A connection with a session bound to it. */
struct msrp_transport;

/* Calls: connects to the first URI of the remote path, and binds. */
int msrp_connector_direct_new(struct msrp_context *context, struct msrp_connector **ret_connector);

/* Is called: listens, and waits until the owner of the remote path has connected and bound. */
int msrp_acceptor_direct_new(struct msrp_context *context, struct msrp_connector **ret_connector);

struct msrp_relay_settings {
	const char *domain;   /* of the user: the realm, and where SRV records are looked up */
	const char *host;     /* of the relay; NULL: by _msrps._tcp of the domain */
	uint16_t port;	      /* 0: what SRV says, else 2855 */
	const char *username; /* without domain */
	const char *password;
	unsigned expires_s; /* how long our URI is kept unless renewed; 0: as the relay likes */
	bool without_tls;   /* for closed networks: the password's digest is all that protects it */
	const char *realm;  /* that the relay has to ask for; NULL: see below */
	void *reserved[4];  /* NULL */
};

/*
 * Connects to a relay and authenticates there, and binds or waits to be bound
 * through it. The certificate is verified for HOST, and when there is none
 * for DOMAIN. Settings are copied; -EINVAL without a domain or host that can be one, user name or
 * password. Of several relays of a domain the next one is
 * tried when one cannot be connected to, hangs, goes away or refuses; but not with a
 * password that one of them has refused.
 *
 * Without a certificate that was verified, a relay has to prove that it knows the password (rspauth
 * in Authentication-Info), and to ask for the password of a realm that is, or is above or below,
 * DOMAIN or HOST; unless the credentials are insecure. Over TLS, the addresses that it
 * gives have to be msrps.
 */
int msrp_relay_connection_new(struct msrp_context *context,
			      const struct msrp_relay_settings *settings, enum msrp_mode mode,
			      struct msrp_connector **ret_connector);

/*
 * Our end. A zeroed struct asks for all defaults. An acceptor listens there, the
 * others but put it into the path.
 */
struct msrp_local_uri {
	const char *host;	/* numeric; NULL: an address of this machine */
	uint16_t port;		/* 0: an acceptor takes a free one */
	bool secure;		/* msrps: an acceptor needs certificate and key */
	const char *session_id; /* NULL: a random one */
	const char *user;	/* NULL: none */
	const struct msrp_parameter *parameters;
	size_t n_parameters;
	void *reserved[4]; /* NULL */
};

/*
 * By relay settings: through the relay, active or passive; or, when RELAY is
 * NULL and one may be, directly. The way for programs whose users may or may not have a relay.
 */
int msrp_connector_relay_new(struct msrp_context *context, const struct msrp_relay_settings *relay,
			     struct msrp_connector **ret_connector);
int msrp_acceptor_relay_new(struct msrp_context *context, const struct msrp_relay_settings *relay,
			    struct msrp_connector **ret_connector);
int msrp_get_connector(struct msrp_context *context, const struct msrp_relay_settings *relay,
		       struct msrp_connector **ret_connector);
int msrp_get_acceptor(struct msrp_context *context, const struct msrp_relay_settings *relay,
		      struct msrp_connector **ret_connector);

/*
 * Know requests of the session by the session-ids of both ends and by nothing
 * else (draft-ietf-simple-msrp-sessmatch-10): for sessions that pass a border controller which
 * changes hosts and ports in SDP, but not in MSRP. Before prepare; else -EALREADY.
 */
int msrp_connector_use_sessmatch(struct msrp_connector *connector, bool use_sessmatch);

/* PEM files. A zeroed struct trusts what the system trusts, and shows no certificate. */
struct msrp_tls_credentials {
	const char *ca_file;	 /* who signs certificates of the other side; NULL: the system's */
	const char *certificate; /* ours, then its chain; shown by acceptors, and when asked for */
	const char *key;
	bool insecure;	   /* connect whatever certificate is shown, and trust any relay */
	void *reserved[4]; /* NULL */
};

/*
 * What this connector trusts and shows in TLS, to a relay or to the other side,
 * instead of what the context says. All files are read before it returns. On failure ERROR
 * holds one line of explanation, file name included, and nothing has changed. Before prepare;
 * else -EALREADY. -ENOTSUP for acceptors of a server, which has one certificate for all.
 */
int msrp_connector_use_credentials(struct msrp_connector *connector,
				   const struct msrp_tls_credentials *credentials, char *error,
				   size_t error_len);

/* LOCAL_PATH is what to tell the other side, valid until cleanup; NULL unless ERR is 0. */
typedef void (*msrp_prepared_fn)(void *arg, int err, const char *why, const char *local_path);

/*
 * LOCAL may be NULL. Once: else -EALREADY. -EINVAL for a host that is not numeric, and for other
 * parts that have no place in a URI, or are empty.
 */
int msrp_connector_prepare(struct msrp_connector *connector, const struct msrp_local_uri *local,
			   msrp_prepared_fn prepared, void *arg);

/*
 * Our own URI, the last one of the path, with the port that was chosen; NULL before prepared().
 * Valid until cleanup.
 */
const struct msrp_uri *msrp_connector_local_uri(const struct msrp_connector *connector);

/* How long the relay keeps the path unless it is renewed, which it is; 0: no relay, no limit. */
unsigned msrp_connector_expires(const struct msrp_connector *connector);

/*
 * When ERR is 0, the callee owns TRANSPORT and makes a session of it, or reads
 * a chunk, before it returns, because more may have come already. Else it is NULL.
 */
typedef void (*msrp_completed_fn)(void *arg, int err, const char *why,
				  struct msrp_transport *transport);

/*
 * After prepared() without error (else -EINVAL), and once (else -EALREADY). Who is passive may give
 * NULL for REMOTE_PATH, and then is bound by whoever comes first: for programs whose users tell
 * each other the path of one side only.
 */
int msrp_connector_complete(struct msrp_connector *connector, const char *remote_path,
			    msrp_completed_fn completed, void *arg);

/*
 * The same for programs that go from one step to the next: the loop runs until there is an outcome,
 * or for TIMEOUT_MS; less than 0 is for ever. Not for callbacks, as the functions of a queue
 * session below, of which one is made next; they also say what -EBUSY, -EINTR and -ECANCELED mean.
 * -ETIMEDOUT: there was no outcome in time, and the connector is good for nothing but cleanup.
 * Besides these they return what the callback would be told; ERROR then has WHY, and may be NULL
 * with a length of 0. The transport waits until something is made of it, and nothing of what comes
 * meanwhile is lost.
 */
int msrp_connector_prepare_blocking(struct msrp_connector *connector,
				    const struct msrp_local_uri *local, int timeout_ms, char *error,
				    size_t error_len, const char **ret_local_path);
int msrp_connector_complete_blocking(struct msrp_connector *connector, const char *remote_path,
				     int timeout_ms, char *error, size_t error_len,
				     struct msrp_transport **ret_transport);

/*
 * At any moment: ends what goes on, and frees. Always to be called, after complete() has
 * succeeded, too. A transport that was given out lives on. Returns NULL; NULL is fine.
 */
struct msrp_connector *msrp_connector_cleanup(struct msrp_connector *connector);

/* ---- Server ---- */

/*
 * Many expected sessions behind one port, or a few. Whoever connects says by
 * the To-Path of its first SEND which session it is for; who names none that is
 * expected is answered 481 (506 when the session has its connection already)
 * and cut off. A connection may come before its session's complete(): it waits.
 *
 *     msrp_server_new()                  once
 *     msrp_acceptor_server_new()         for each session
 *     msrp_connector_prepare()           from here on it is expected
 *     msrp_connector_complete()
 *     msrp_connector_cleanup()           from here on it is not
 *     msrp_server_free()
 */
struct msrp_server;

struct msrp_server_options {
	const char *certificate; /* PEM, for msrps; NULL: as the context */
	const char *key;	 /* PEM */
	const char *ca_file;	 /* PEM: who signs certificates of callers; NULL: the system's */
	const struct msrp_logger *logger; /* of its acceptors; NULL: the context's; outlives it */
	void *reserved[4];		  /* NULL */
};

/* OPTIONS may be NULL. On failure ERROR holds one line of explanation. */
int msrp_server_new(struct msrp_context *context, const struct msrp_server_options *options,
		    char *error, size_t error_len, struct msrp_server **ret_server);

/* Its acceptors have been cleaned up: else SERVER is returned unharmed. NULL is fine. */
struct msrp_server *msrp_server_free(struct msrp_server *server);

/*
 * Expects one session. The port of prepare() is opened if the server does not
 * listen there yet, and stays open; 0 is the port that it has on this
 * host already, or a free one. prepare() fails with -EADDRINUSE for a session-id that is
 * expected already.
 */
int msrp_acceptor_server_new(struct msrp_server *server, struct msrp_connector **ret_connector);

/* ---- Logging ---- */

/* The connection that it is about. The strings are valid during the call. */
struct msrp_log_source {
	const char *local; /* addresses with ports; "" before it is connected */
	const char *peer;
};

/*
 * A chunk begins. CHUNK is its head, without data, and valid during the call;
 * BYTES are that head as it is on the wire, from the start line to the blank line if a
 * body follows. Both have dots in the place of credentials.
 */
typedef void (*msrp_log_chunk_fn)(void *arg, const struct msrp_log_source *source,
				  const struct msrp_chunk *chunk, const uint8_t *bytes, size_t len);

/* More of the chunk that began last in this direction, and has this TRANSACTION_ID. */
typedef void (*msrp_log_data_fn)(void *arg, const struct msrp_log_source *source,
				 const char *transaction_id, const uint8_t *bytes, size_t len);

/* What happens, in a sentence without a line break. */
typedef void (*msrp_log_message_fn)(void *arg, const struct msrp_log_source *source,
				    const char *text);

/*
 * What is told of connections. Each function may be NULL, and then costs nothing; none
 * may call a function of this header that changes anything. The struct stays the caller's.
 */
struct msrp_logger {
	void *arg;

	msrp_log_chunk_fn received_new_chunk;
	msrp_log_data_fn received_chunk_data; /* octets of its data */
	msrp_log_data_fn received_chunk_end;  /* its end-line */
	msrp_log_chunk_fn sent_new_chunk;     /* the same, as the connection takes it */
	msrp_log_data_fn sent_chunk_data;
	msrp_log_data_fn sent_chunk_end;

	msrp_log_message_fn debug;
	msrp_log_message_fn info;  /* connected, closed as it should be */
	msrp_log_message_fn warn;  /* somebody was refused, no answer in time */
	msrp_log_message_fn error; /* a connection failed */
	msrp_log_message_fn fatal; /* there is no memory */
	void *reserved[4];	   /* NULL */
};

/*
 * LOGGER in the place of the context's or the server's, for the connection that is made, as
 * long as it lasts; NULL: none. Before prepare; else -EALREADY.
 */
int msrp_connector_use_logger(struct msrp_connector *connector, const struct msrp_logger *logger);

/*
 * A logger that is there already: writes all of it to a file for people to
 * read. Texts are written with what could command a terminal escaped, and so are odd bytes;
 * of other data only the length. Credentials are not there.
 */
struct msrp_traffic_logger;

/* OUT stays the caller's. 0 or -ENOMEM. */
int msrp_traffic_logger_new(FILE *out, struct msrp_traffic_logger **ret_logger);

/* To be given to contexts, servers and connectors, and valid as long as LOGGER. */
const struct msrp_logger *msrp_traffic_logger(const struct msrp_traffic_logger *logger);

/* After all that uses it. Returns NULL; NULL is fine. */
struct msrp_traffic_logger *msrp_traffic_logger_free(struct msrp_traffic_logger *logger);

/* ---- Transport ---- */

/* As they are in SDP. Valid as long as the transport. */
const char *msrp_transport_local_path(const struct msrp_transport *transport);
const char *msrp_transport_remote_path(const struct msrp_transport *transport);

/*
 * Closes at once and frees a transport that no session was made of: what was written and did not
 * arrive yet is lost, see msrp_transport_shutdown(). Returns NULL; NULL is fine.
 */
struct msrp_transport *msrp_transport_free(struct msrp_transport *transport);

/*
 * For those who speak MSRP themselves, and make no session: from the first read
 * on, every request and response that comes is theirs, and every request theirs to
 * answer. To be authenticated by a relay remains the library's business, and so
 * does the SEND that binds unless it has a body. Only whole chunks are written, with one
 * call or several in one go, as an AUTH of the library's may come in between.
 *
 * These functions return -EINVAL for arguments that make no sense, -EALREADY for a
 * transport that has a session, -EPIPE after it has been closed, and -ENOMEM.
 */

/*
 * Told when ERR is 0: the socket has taken all of it, which is not to say
 * that the other side has it: whether the connection lasts, the one who reads is told. Else the
 * transport is closed, ERR and WHY say why, and nobody knows how much was sent.
 */
typedef void (*msrp_written_fn)(void *arg, int err, const char *why);

/* A zeroed struct asks for all defaults. All is copied. Positions count octets, from 1 on. */
struct msrp_make_chunk_options {
	const char *transaction_id; /* NULL: a random one */
	const char *method;	    /* NULL: "SEND", or a response if there is a code */
	unsigned code;		    /* of a response; 0: a request */
	const char *comment;	    /* of a response; NULL: none */
	const char *content_type;   /* of data, which may not go without; NULL: added by you */
	const void *data;	    /* of a request; NULL: none */
	size_t len;
	char contflag;		/* 0: '$' if it has the last octet of the message, else '+' */
	uint64_t start;		/* where data stands in the message; 0: 1 */
	uint64_t end;		/* of data; 0: where it ends; MSRP_TOTAL_UNKNOWN: not told */
	uint64_t length;	/* of the message; 0: it ends here; MSRP_TOTAL_UNKNOWN: not known */
	const char *message_id; /* NULL: a random one */
	void *reserved[4];	/* NULL */
};

/*
 * Makes a chunk from this end of the session to the other. Requests get To-Path,
 * From-Path, Message-ID and Byte-Range, responses the paths alone. OPTIONS may be NULL. The
 * caller adds what else it needs, and frees it. -EINVAL as msrp_chunk_new().
 */
int msrp_transport_make_chunk(struct msrp_transport *transport,
			      const struct msrp_make_chunk_options *options,
			      struct msrp_chunk **ret_chunk);

/*
 * Writes bytes, which are copied, as they are. WRITTEN may be NULL. -ENOBUFS
 * when more waits than is sensible: 16 MiB.
 */
int msrp_transport_write(struct msrp_transport *transport, const void *bytes, size_t len,
			 msrp_written_fn written, void *arg);

/* The same with a chunk, which remains the caller's; -EINVAL if msrp_chunk_verify_headers(). */
int msrp_transport_write_chunk(struct msrp_transport *transport, struct msrp_chunk *chunk,
			       msrp_written_fn written, void *arg);

/*
 * Answers a request (RFC 4975 7.2): to the previous hop if it is a SEND, else all
 * the way back. Nothing is sent, and written() is told all the same, when its
 * Failure-Report does not ask for the answer, and for a REPORT. COMMENT NULL: the
 * words of RFC 4975 for CODE, which has three digits.
 */
int msrp_transport_write_response(struct msrp_transport *transport,
				  const struct msrp_chunk *request, unsigned code,
				  const char *comment, msrp_written_fn written, void *arg);

/*
 * Sends what was written, then closes: whoever reads is told. Nothing more can
 * be written, and what still comes is thrown away.
 */
int msrp_transport_shutdown(struct msrp_transport *transport);

/* The size of parts that says: none. */
#define MSRP_READ_WHOLE SIZE_MAX

enum {
	MSRP_READ_MAX = 1024 * 1024, /* octets of a chunk in memory */
};

/*
 * A request or response, or a part of one, which is yours to free. Or CHUNK is
 * NULL, the transport is closed, and ERR and WHY say why: this comes once, after all
 * chunks that are whole. ERR is 0 after a shutdown.
 */
typedef void (*msrp_chunk_fn)(void *arg, int err, const char *why, struct msrp_chunk *chunk);

/*
 * Reads one chunk; -EALREADY while another read is under way. Between two reads nothing
 * is read from the connection. Who comes before the first is not waited for: a SEND with
 * data is answered 481 then.
 *
 * When more than SIZE octets of a chunk's data have come, and its end has not, the part
 * that is there is given. Its Byte-Range is that of the part, its flag '+', and
 * msrp_chunk_segment() counts, from 1 on; msrp_chunk_ends() is true for the last
 * one, which has the flag of the chunk, and perhaps no data. SIZE does not say how much is read
 * from the connection: parts may be larger. 0 gives what there is, as it comes.
 *
 * With MSRP_READ_WHOLE a chunk of more than MSRP_READ_MAX octets is answered 413 and
 * passed over; larger sizes count as MSRP_READ_MAX.
 */
int msrp_transport_read_chunk(struct msrp_transport *transport, size_t size, msrp_chunk_fn read,
			      void *arg);

/*
 * 0 when a SEND that was read is one of this session. Else the response code to
 * refuse it with, with words: 400 when it is malformed, 481 when its paths are
 * not those of the session. -EINVAL for what is no SEND.
 */
int msrp_transport_check_incoming_send(const struct msrp_transport *transport,
				       struct msrp_chunk *chunk, const char **ret_comment);

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

/* ---- Queue session ---- */

/*
 * A session for programs that go from one step to the next: what comes waits in
 * a queue until it is asked for, and to ask or to send takes until there is an
 * outcome. Meanwhile the loop of the context runs, with all else that is on it.
 *
 * So the functions that have a TIMEOUT_MS are not for callbacks: from inside of one of this
 * header they return -EBUSY and do nothing, and from inside of any other on the same loop they
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

/* ---- Message/CPIM (RFC 3862) ---- */

/* Name <uri>; NAME may be NULL. */
struct msrp_cpim_address {
	const char *name;
	const char *uri;
};

struct msrp_cpim_header {
	const char *name;
	const char *parameters; /* ";lang=en"; NULL: none */
	const char *value;	/* as it stands in its line, escapes included */
};

/* A message with its wrapper. Strings that are NULL are not there. */
struct msrp_cpim {
	struct msrp_cpim_address from;
	struct msrp_cpim_address to; /* the first */
	const char *datetime;	     /* as RFC 3339 has it */
	const char *subject;
	const struct msrp_cpim_header *headers; /* the others, more To among them, in their order */
	size_t n_headers;
	const char
	    *required; /* read only: names that the sender requires, from one we do not know on */

	const char *content_type;
	const struct msrp_cpim_header *content_headers; /* the others */
	size_t n_content_headers;
	const uint8_t *content;
	size_t len;
	void *reserved[4]; /* NULL */
};

/*
 * Reads a message. CONTENT points into BYTES, all else lives as long as the
 * result. -EBADMSG for what is no Message/CPIM, or has more than 64 headers or
 * 16 KiB of them; -ENOMEM.
 */
int msrp_cpim_parse(const void *bytes, size_t len, struct msrp_cpim **ret_cpim);

/* Of msrp_cpim_parse(). Returns NULL; NULL is fine. */
struct msrp_cpim *msrp_cpim_free(struct msrp_cpim *cpim);

/*
 * Writes a message that the caller frees with free(). -EINVAL for what has no
 * place in its header; -ENOMEM.
 */
int msrp_cpim_format(const struct msrp_cpim *cpim, uint8_t **ret_bytes, size_t *ret_len);

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

/* ---- Is composing (RFC 3994) ---- */

#define MSRP_COMPOSING_TYPE "application/im-iscomposing+xml"

/* Somebody is typing, or no longer. */
struct msrp_composing {
	bool active;
	unsigned refresh_s; /* active counts for so long; 0: not said, then 120 */
	void *reserved[4];  /* NULL */
};

/* Reads a content of MSRP_COMPOSING_TYPE. 0 or -EBADMSG. */
int msrp_composing_parse(const void *content, size_t len, struct msrp_composing *ret_composing);

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

/*
 * Does a file that is FOUND fit to what is WANTED of it? What is said on one
 * side only does not count, and neither do parameters of types (RFC 5547 8.3.2).
 */
bool msrp_file_selector_matches(const struct msrp_file_selector *wanted,
				const struct msrp_file_selector *found);

/*
 * Puts into ANSWER, of which the rest is yours, what RFC 5547 8.3.1 asks of one who is
 * offered a file and takes it: from octet HAVE + 1 on, when there are HAVE octets of it
 * from an earlier time. Its strings are those of OFFER. -EINVAL when OFFER offers no file;
 * -ERANGE when it offers a part that does not begin there: then it is to be refused.
 */
int msrp_file_accept(const struct msrp_sdp_media *offer, uint64_t have,
		     struct msrp_sdp_media *answer);

/* The same for who does not take it, or cannot give it: port 0, the file mirrored (8.3). */
void msrp_file_refuse(const struct msrp_sdp_media *offer, struct msrp_sdp_media *answer);

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
