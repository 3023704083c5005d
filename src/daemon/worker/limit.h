/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counts connections, so that nobody can have all of them: in total, for each
 * address (of IPv6 for each /64, which is what one customer has), and those
 * that have done nothing useful yet. The connections of all workers are counted
 * together: every function may be called from any thread, between init and done.
 *
 * Newcomers, which have done nothing useful yet, take no place from others: when there
 * are too many of them, or too many connections, the one of them goes that has shown
 * least (newcomer.h), and its owner is told to close it.
 */
#ifndef DAEMON_WORKER_LIMIT_H
#define DAEMON_WORKER_LIMIT_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/siphash.h"
#include "daemon/worker/newcomer.h"

enum limit_result {
	LIMIT_OK,
	LIMIT_TOTAL,
	LIMIT_ADDRESS,
	LIMIT_UNPROVEN,
	LIMIT_DESCRIPTORS, /* judged by the worker: there are none left, and nobody can be missed */
	LIMIT_NO_MEMORY,
	LIMIT_RESULT_COUNT,
};

struct limit_options {
	uint64_t total;
	uint64_t per_address;
	uint64_t unproven;
};

struct limit_address;
struct limit_newcomer;

/* A thread that has connections: it is called when one of its newcomers must be closed. */
struct limit_owner {
	void (*wake)(struct limit_owner *owner); /* from any thread */
	TAILQ_HEAD(, limit_newcomer) leaving;
};

struct limit {
	pthread_mutex_t lock; /* of what follows; taken when connections come and go only */
	struct limit_options options;
	uint64_t total;
	uint64_t leaving; /* of these: cut off, and have their descriptors for a moment more */
	uint64_t unproven;
	struct newcomers newcomers; /* of these, those that can be told to go */
	uint8_t seed[SIPHASH_KEY_LEN];
	struct limit_address *by_address;
	struct {
		uint64_t refused; /* since it was told last */
		uint64_t total;	  /* ever */
		uint64_t told_ms;
		bool told;
	} refusal[LIMIT_RESULT_COUNT];
};

/* What a connection is counted as. Zeroed: nothing. */
struct limit_hold {
	struct limit_address *address;	 /* NULL: an outgoing one */
	struct limit_newcomer *newcomer; /* NULL: it is none */
	bool counted;
	bool leaving;
};

/* 0 or -EIO: no random bytes are to be had. */
int limit_init(struct limit *limit, const struct limit_options *options);
/* From now on these apply; connections that are already above them stay. */
void limit_configure(struct limit *limit, const struct limit_options *options);
/* All holds must have been given back. */
void limit_done(struct limit *limit);

void limit_owner_init(struct limit_owner *owner, void (*wake)(struct limit_owner *owner));

/*
 * Counts a connection from ADDRESS, a newcomer, for which another one may have to go.
 * Anything but LIMIT_OK: nothing was counted.
 */
enum limit_result limit_accept(struct limit *limit, const uint8_t address[16], uint64_t now_ms,
			       struct limit_hold *ret_hold);

/*
 * HOLD, which is settled, was counted at a proxy's address, and counts at ADDRESS from now on.
 * Anything but LIMIT_OK: it stays where it was.
 */
enum limit_result limit_move(struct limit *limit, struct limit_hold *hold,
			     const uint8_t address[16]);

/* From now on OWNER may be told to close ARG; and from now on not, on the owner's thread. */
void limit_settle(struct limit *limit, struct limit_hold *hold, struct limit_owner *owner,
		  void *arg);
void limit_unsettle(struct limit *limit, struct limit_hold *hold);

/* A newcomer has shown something. Does nothing for other connections. */
void limit_show(struct limit *limit, struct limit_hold *hold, enum newcomer_shown shown,
		uint64_t now_ms);

/*
 * The next connection of OWNER that has to go, and the limit because of which; it is to
 * be closed. False: there is none.
 */
bool limit_next_leaving(struct limit *limit, struct limit_owner *owner, void **ret_arg,
			enum limit_result *ret_result);

/* Counts a connection that we open: these are limited in total only. */
enum limit_result limit_connect(struct limit *limit, uint64_t now_ms, struct limit_hold *ret_hold);

/* It has made a request that was granted. */
void limit_prove(struct limit *limit, struct limit_hold *hold);

/* It was cut off to make room. */
void limit_leave(struct limit *limit, struct limit_hold *hold);

void limit_release(struct limit *limit, struct limit_hold *hold);

/* How many connections there are; and the same without those that leave. */
uint64_t limit_total(struct limit *limit);
uint64_t limit_staying(struct limit *limit);

struct limit_counts {
	uint64_t total; /* connections that there are, as the next */
	uint64_t unproven;
	uint64_t refused[LIMIT_RESULT_COUNT]; /* ever, or closed to make place for others */
};

void limit_count(struct limit *limit, struct limit_counts *ret_counts);

/*
 * A connection was refused because of RESULT, or had to go. How many were since this was
 * last asked, when it is time to tell; else 0. Each cause is told once a
 * minute, so that a flood does not become one of the log.
 */
uint64_t limit_refused(struct limit *limit, enum limit_result result, uint64_t now_ms);

/* "limits.connections" and so on. */
const char *limit_name(enum limit_result result);

#endif
