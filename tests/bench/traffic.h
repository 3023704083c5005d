/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BENCH_TRAFFIC_H
#define BENCH_TRAFFIC_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Messages between pairs of clients, which take turns. */
struct traffic;

struct traffic_run {
	uint64_t count;	 /* messages, at least one */
	uint64_t flying; /* how many may be under way at a time, over all pairs */
	uint64_t pairs;	 /* this many take part; 0: all */
	uint64_t rate;	 /* messages a second, at least 2, however many are under way; 0: any */
	uint64_t size;	 /* octets of each; 0: as many as there are */
	bool in_parts;	 /* head, body and end-line are written each by itself */
	bool is_quiet;	 /* Failure-Report: no */
};

/* Times in nanoseconds; those of messages from the sender to the receiver. */
struct traffic_result {
	uint64_t all; /* from the first message to the last */
	uint64_t median;
	uint64_t p99;
	uint64_t p999;
	uint64_t longest;
};

/* Which clients use a WebSocket. */
enum traffic_web {
	TRAFFIC_NO_WEB,
	TRAFFIC_WEB_SENDS,
	TRAFFIC_WEB_RECEIVES,
	TRAFFIC_WEB_BOTH,
};

struct traffic_setup {
	SSL_CTX *context; /* as for client_init() */
	const char *port; /* to which clients connect */
	enum traffic_web web;
	unsigned n_pairs;
	size_t body_len;   /* of the longest message */
	const char *shown; /* a file with the URIs that the parties of calls were shown; or NULL */
	SSL_CTX *server;   /* at PORT is a proxy, which connects to LISTENER; NULL: a relay */
	int listener;
};

/*
 * Connects two clients for each pair: they log in, or are parties of calls, of whom two lines of
 * SHOWN are a call. Through a proxy the sender alone connects, and nobody logs in.
 */
struct traffic *traffic_new(const struct traffic_setup *setup);
struct traffic *traffic_free(struct traffic *t);

/* From now on senders name the relay's URI of the receiver alone, not their own before it. */
void traffic_send_directly(struct traffic *t);

void traffic_run(struct traffic *t, const struct traffic_run *run,
		 struct traffic_result *ret_result);

#endif
