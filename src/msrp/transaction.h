/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Requests of ours between their last octet and their response, found by transaction id and ended
 * by their deadline.
 */
#ifndef MSRP_TRANSACTION_H
#define MSRP_TRANSACTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash_table.h"
#include "base/list.h"
#include "base/siphash.h"
#include "base/slice.h"
#include "msrp/ident.h"

/* RFC 4975 7.1.1, RFC 4976 6.4.1: how long a response may take after the last byte has left. */
enum { MSRP_TRANSACTION_MS = 30 * 1000 };

/*
 * After this time a response is late, which is worth noting: even a satellite link and a busy phone
 * take only seconds.
 */
enum { MSRP_LATE_MS = 10 * 1000 };

/* A request of ours that awaits its response. Embedded in the struct of its owner. */
struct msrp_transaction {
	struct hash_node by_id;
	char id[MSRP_IDENT_MAX + 1];
	size_t id_len;
	uint64_t deadline_ms; /* 0: its last byte has not left yet, and no timer runs */
	TAILQ_ENTRY(msrp_transaction) in_waiting;
};

TAILQ_HEAD(msrp_transaction_list, msrp_transaction);

/*
 * All transactions of a relay or a client. All wait equally long, so a list in the order of
 * starting is in the order of deadlines.
 */
struct msrp_transactions {
	uint8_t seed[SIPHASH_KEY_LEN];
	struct hash_table by_id;
	struct msrp_transaction_list waiting;
	struct msrp_transaction *punctual; /* the first of these that has not been found late */
};

/* SEED is random, to key the hash of ids that others choose. */
void msrp_transactions_init(struct msrp_transactions *all, const uint8_t seed[SIPHASH_KEY_LEN]);

/* T->id has been set and is unique. */
void msrp_transactions_add(struct msrp_transactions *all, struct msrp_transaction *t);

/* Its last byte has left: starts the timer. */
void msrp_transactions_start(struct msrp_transactions *all, struct msrp_transaction *t,
			     uint64_t now_ms);

/* NULL if no request with that id waits. */
struct msrp_transaction *msrp_transactions_find(struct msrp_transactions *all, struct slice id);

/* Any of them, to remove them all, or NULL. */
struct msrp_transaction *msrp_transactions_any(const struct msrp_transactions *all);

/* How many there are. */
size_t msrp_transactions_count(const struct msrp_transactions *all);

void msrp_transactions_remove(struct msrp_transactions *all, struct msrp_transaction *t);

/* The one that is longest overdue at NOW_MS, still in the table; or NULL. */
struct msrp_transaction *msrp_transactions_overdue(struct msrp_transactions *all, uint64_t now_ms);

/* When the next one is due; UINT64_MAX if none waits. */
uint64_t msrp_transactions_deadline(const struct msrp_transactions *all);

/* Returns each one whose response is late at NOW_MS, once; or NULL. */
struct msrp_transaction *msrp_transactions_late(struct msrp_transactions *all, uint64_t now_ms);

/* When the next one will be late; UINT64_MAX if none will. */
uint64_t msrp_transactions_next_late(const struct msrp_transactions *all);

#endif
