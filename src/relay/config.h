/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The configuration of a relay, as its host hands it over: the names by which it is reached, whom
 * it admits, and what they may do. How the relay keeps it: relay/settings.h.
 */
#ifndef RELAY_CONFIG_H
#define RELAY_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "msrp/digest.h"

/* A name, port and scheme by which this relay is reached: one for each listener. */
struct relay_identity {
	bool secure;
	const char *host;
	uint16_t port;
};

enum {
	RELAY_WORKERS_MAX = 64, /* one letter of a session-id tells them apart */
};

struct relay_config {
	/*
	 * Which of the relays of a process this is. They share everything else here: the session-id
	 * tells which one has a session.
	 */
	unsigned worker;    /* counts from 0 */
	unsigned n_workers; /* 0: like 1 */

	/* identity[0] goes into Use-Path: a fully qualified name, and a port (RFC 4976 4.2). */
	const struct relay_identity *identity;
	size_t n_identities; /* at least one */

	/* Filled in only by relay_prepare(): earlier identities that URIs still have. */
	const struct relay_identity *former;
	size_t n_formers;

	/* Further hosts that the To-Path of an AUTH may name: hosted domains, realms. */
	const char *const *domain;
	size_t n_domains;

	/* Other relays that are trusted: "host", "*.domain" or "*". */
	const char *const *relay;
	size_t n_relays;

	struct {
		/* NULL or "": one of the realms, or the host of the AUTH request's To-Path */
		const char *realm;
		/*
		 * The only realms; an AUTH to another of our names is challenged for the first.
		 * None: every host of ours is a realm.
		 */
		const char *const *realms;
		size_t n_realms;
		enum msrp_digest_algorithm
		    algorithm[MSRP_DIGEST_COUNT]; /* in order of preference */
		size_t n_algorithms;
		unsigned expires_default; /* in seconds, like the next two */
		unsigned expires_min;
		unsigned expires_max;
		unsigned max_failures;	 /* in a row on one connection, which is then closed */
		unsigned nonce_lifetime; /* seconds */
		bool allow_without_tls;
	} auth;

	struct {
		bool sessmatch;	    /* the session-id alone decides (RFC 6714) */
		bool other_methods; /* forward methods that are not in RFC 4975 and 4976 */
		const char *const
		    *content_types; /* "*", or a type and subtype; the subtype may be "*" */
		size_t n_content_types;
		uint64_t message_size; /* bytes; 0: no limit */
		bool note_hosts;       /* remember the hosts of the strangers to a session */
		unsigned per_user;     /* sessions that one user may hold at a time */
		unsigned next_hops;    /* connections to next hops per user */
		uint64_t rate;	       /* bytes per second, each way; 0: no limit */
	} session;

	struct {
		bool on;
		unsigned calls;	     /* in all relays of the process, at a time */
		uint64_t max_age_ms; /* without an offer or answer */
	} anchor;
};

#endif
