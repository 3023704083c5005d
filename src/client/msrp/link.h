/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shared by all connections of a program: the context on its loop, with time-outs; the certificates
 * that TLS trusts and shows; the address that others know us by; and a logger, if wanted.
 */
#ifndef CLIENT_MSRP_LINK_H
#define CLIENT_MSRP_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <uv.h>

#include "message.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Context ---- */

struct msrp_context;
struct msrp_logger;

/* A zeroed struct selects all defaults. Strings are copied. */
struct msrp_context_options {
	const char *ca_file;	 /* PEM; NULL: the system's authorities */
	bool insecure;		 /* accept any certificate, and trust any relay */
	const char *certificate; /* PEM, ours: shown by acceptors, and by connectors when asked */
	const char *key;	 /* PEM */
	unsigned connect_timeout_ms;	  /* from look-up to TLS handshake; 0: 10 s */
	unsigned relay_timeout_ms;	  /* answer to an AUTH; 0: 30 s (RFC 4975's transaction) */
	unsigned incoming_timeout_ms;	  /* an acceptor's wait for a connection; 0: 60 s */
	unsigned bind_timeout_ms;	  /* from connected to bound; 0: 30 s */
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
 * Connectors, transports, sessions and servers must have been freed before: otherwise nothing
 * happens, and CONTEXT itself is returned. Not from inside a callback of the library. The loop has
 * to run once more to release the handles. Returns NULL; NULL is fine.
 */
struct msrp_context *msrp_context_free(struct msrp_context *context);

/* ---- Ends ---- */

/* PEM files. A zeroed struct trusts what the system trusts, and shows no certificate. */
struct msrp_tls_credentials {
	const char *ca_file;	 /* authorities for the other side; NULL: the system's */
	const char *certificate; /* ours, then its chain; shown by acceptors, and when asked for */
	const char *key;
	bool insecure;	   /* accept any certificate, and trust any relay */
	void *reserved[4]; /* NULL */
};

/*
 * Our end. A zeroed struct selects all defaults. An acceptor listens there; other connectors only
 * put it into the path.
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

/* ---- Logging ---- */

/* The connection concerned. The strings are valid during the call. */
struct msrp_log_source {
	const char *local; /* addresses with ports; "" before it is connected */
	const char *peer;
};

/*
 * A chunk begins. CHUNK is its head, without data, and valid during the call; BYTES are that head
 * as on the wire, from the start line to the blank line if a body follows. Both have dots in place
 * of credentials.
 */
typedef void (*msrp_log_chunk_fn)(void *arg, const struct msrp_log_source *source,
				  const struct msrp_chunk *chunk, const uint8_t *bytes, size_t len);

/* More data of the latest chunk in this direction, with this TRANSACTION_ID. */
typedef void (*msrp_log_data_fn)(void *arg, const struct msrp_log_source *source,
				 const char *transaction_id, const uint8_t *bytes, size_t len);

/* An event, as a sentence without a line break. */
typedef void (*msrp_log_message_fn)(void *arg, const struct msrp_log_source *source,
				    const char *text);

/*
 * Callbacks about connections. Each function may be NULL, and then costs nothing; none may call a
 * function of the library that changes anything. The struct stays the caller's.
 */
struct msrp_logger {
	void *arg;

	msrp_log_chunk_fn received_new_chunk;
	msrp_log_data_fn received_chunk_data; /* octets of its data */
	msrp_log_data_fn received_chunk_end;  /* its end-line */
	msrp_log_chunk_fn sent_new_chunk;     /* likewise, as the connection takes it */
	msrp_log_data_fn sent_chunk_data;
	msrp_log_data_fn sent_chunk_end;

	msrp_log_message_fn debug;
	msrp_log_message_fn info;  /* connected, closed in order */
	msrp_log_message_fn warn;  /* a refusal, no answer in time */
	msrp_log_message_fn error; /* a connection failed */
	msrp_log_message_fn fatal; /* out of memory */
	void *reserved[4];	   /* NULL */
};

/*
 * A ready-made logger: writes everything to a file for people to read. Text is written with odd
 * bytes, and anything that could command a terminal, escaped; of other data only the length.
 * Credentials are left out.
 */
struct msrp_traffic_logger;

/* OUT stays the caller's. Returns 0 or -ENOMEM. */
int msrp_traffic_logger_new(FILE *out, struct msrp_traffic_logger **ret_logger);

/* For contexts, servers and connectors; valid as long as LOGGER. */
const struct msrp_logger *msrp_traffic_logger(const struct msrp_traffic_logger *logger);

/* Free it after everything that uses it. Returns NULL; NULL is fine. */
struct msrp_traffic_logger *msrp_traffic_logger_free(struct msrp_traffic_logger *logger);

#ifdef __cplusplus
}
#endif

#endif
