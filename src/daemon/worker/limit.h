/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counts connections, so that nobody can take all of them: in total, for each address (for IPv6
 * each /64, which is what one customer has), and newcomers, which have done nothing useful yet. The
 * connections of all workers are counted together: every function may be called from any thread,
 * between init and done.
 *
 * Newcomers take no place from others: when there are too many newcomers or connections, the
 * newcomer that has shown least (newcomer.h) goes, and its owner is told to close it.
 */
#ifndef DAEMON_WORKER_LIMIT_H
#define DAEMON_WORKER_LIMIT_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash_table.h"
#include "base/siphash.h"
#include "daemon/worker/newcomer.h"

enum limit_result {
	LIMIT_OK,
	LIMIT_TOTAL,
	LIMIT_ADDRESS,
	LIMIT_UNPROVEN,
	LIMIT_DESCRIPTORS, /* judged by the worker: none is left, and no connection can go */
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

/* A thread with connections; wake() is called when one of its newcomers must be closed. */
struct limit_owner {
	void (*wake)(struct limit_owner *owner); /* from any thread */
	TAILQ_HEAD(, limit_newcomer) leaving;
};

struct limit {
	pthread_mutex_t lock; /* guards the fields below; taken only when connections come and go */
	struct limit_options options;
	uint64_t total;
	uint64_t leaving; /* of these, cut off, but still with a descriptor for a moment */
	uint64_t unproven;
	struct newcomers newcomers; /* of these, the ones that can be told to go */
	uint8_t seed[SIPHASH_KEY_LEN];
	struct hash_table by_address;
	struct {
		uint64_t refused; /* since the last log line */
		uint64_t total;	  /* since the start */
		uint64_t told_ms;
		bool told;
	} refusal[LIMIT_RESULT_COUNT];
};

/* How a connection is counted. Zeroed: not at all. */
struct limit_hold {
	struct limit_address *address;	 /* NULL: outgoing */
	struct limit_newcomer *newcomer; /* NULL: not a newcomer */
	bool counted;
	bool leaving;
};

/* Returns 0 or -EIO: no random bytes are available. */
int limit_init(struct limit *limit, const struct limit_options *options);
/* These apply from now on; connections already above them stay. */
void limit_configure(struct limit *limit, const struct limit_options *options);
/* All holds must have been released. */
void limit_done(struct limit *limit);

void limit_owner_init(struct limit_owner *owner, void (*wake)(struct limit_owner *owner));

/*
 * Counts a connection from ADDRESS as a newcomer; another newcomer may have to go for it. Anything
 * but LIMIT_OK: it was not counted.
 */
enum limit_result limit_accept(struct limit *limit, const uint8_t address[16], uint64_t now_ms,
			       struct limit_hold *ret_hold);

/*
 * Moves HOLD, a settled one, from a proxy's address to ADDRESS. Anything but LIMIT_OK: it stays
 * where it was.
 */
enum limit_result limit_move(struct limit *limit, struct limit_hold *hold,
			     const uint8_t address[16]);

/*
 * From now on OWNER may be told to close ARG. The opposite, limit_unsettle(), runs on the owner's
 * thread.
 */
void limit_settle(struct limit *limit, struct limit_hold *hold, struct limit_owner *owner,
		  void *arg);
void limit_unsettle(struct limit *limit, struct limit_hold *hold);

/* A newcomer has shown something. Does nothing to other connections. */
void limit_show(struct limit *limit, struct limit_hold *hold, enum newcomer_shown shown,
		uint64_t now_ms);

/*
 * The next connection of OWNER that must be closed, and the limit that requires it. False: there is
 * none.
 */
bool limit_next_leaving(struct limit *limit, struct limit_owner *owner, void **ret_arg,
			enum limit_result *ret_result);

/* Counts a connection that we open; these are limited in total only. */
enum limit_result limit_connect(struct limit *limit, uint64_t now_ms, struct limit_hold *ret_hold);

/* A request of it was granted. */
void limit_prove(struct limit *limit, struct limit_hold *hold);

/* It was cut off to make room. */
void limit_leave(struct limit *limit, struct limit_hold *hold);

void limit_release(struct limit *limit, struct limit_hold *hold);

/* The number of connections; and the same without those that are leaving. */
uint64_t limit_total(struct limit *limit);
uint64_t limit_staying(struct limit *limit);

struct limit_counts {
	uint64_t total; /* current connections, like the next one */
	uint64_t unproven;
	uint64_t refused[LIMIT_RESULT_COUNT]; /* since the start, or closed to make room */
};

void limit_count(struct limit *limit, struct limit_counts *ret_counts);

/*
 * Call when a connection was refused or had to go because of RESULT. Returns how many were since
 * the last log line if it is time for another, otherwise 0. Each cause is logged once a minute, so
 * that a flood of connections does not flood the log.
 */
uint64_t limit_refused(struct limit *limit, enum limit_result result, uint64_t now_ms);

/* "limits.connections" and so on. */
const char *limit_name(enum limit_result result);

#endif
