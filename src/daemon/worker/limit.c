/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lock and the accounts of all limits on connections. Called when a connection comes, is
 * proven, or goes; newcomer.c decides which newcomer goes first.
 */
#include "daemon/worker/limit.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "daemon/seed.h"
#include "net/address/address.h"

enum {
	ADDRESS_LEN = 16,
	TELL_EVERY_MS = 60000,
};

struct limit_address {
	struct hash_node by_address;
	uint8_t address[ADDRESS_LEN];
	uint64_t n;
	uint64_t n_newcomers;
	struct newcomer_group *newcomers; /* NULL: none */
};

struct limit_newcomer {
	struct newcomer rank;
	struct limit_owner *owner; /* NULL: not settled, so it cannot be told to close */
	void *arg;
	bool leaving;		   /* on the owner's list, or told already */
	bool listed;		   /* on that list */
	enum limit_result because; /* why it is on it */
	TAILQ_ENTRY(limit_newcomer) in_leaving;
};

int limit_init(struct limit *limit, const struct limit_options *options)
{
	*limit = (struct limit){ .lock = PTHREAD_MUTEX_INITIALIZER, .options = *options };
	newcomers_init(&limit->newcomers);
	return seed_make(limit->seed);
}

void limit_owner_init(struct limit_owner *owner, void (*wake)(struct limit_owner *owner))
{
	owner->wake = wake;
	TAILQ_INIT(&owner->leaving);
}

void limit_configure(struct limit *limit, const struct limit_options *options)
{
	pthread_mutex_lock(&limit->lock);
	limit->options = *options;
	pthread_mutex_unlock(&limit->lock);
}

void limit_done(struct limit *limit)
{
	assert(limit->total == 0 && limit->by_address.n == 0);
	newcomers_done(&limit->newcomers);
}

static uint64_t hash_of_address(const struct limit *limit, const uint8_t key[ADDRESS_LEN])
{
	return siphash(limit->seed, key, ADDRESS_LEN);
}

static struct limit_address *add_address(struct limit *limit, const uint8_t key[ADDRESS_LEN])
{
	struct limit_address *entry = calloc(1, sizeof(*entry));

	if (!entry)
		return NULL;
	memcpy(entry->address, key, ADDRESS_LEN);
	hash_table_add(&limit->by_address, &entry->by_address, hash_of_address(limit, key));
	return entry;
}

static struct limit_address *entry_of(struct hash_node *node)
{
	return CONTAINER_OF(node, struct limit_address, by_address);
}

static struct limit_address *find_entry(const struct limit *limit, const uint8_t key[ADDRESS_LEN])
{
	struct hash_node *node = hash_table_find(&limit->by_address, hash_of_address(limit, key));

	while (node && memcmp(entry_of(node)->address, key, ADDRESS_LEN) != 0)
		node = hash_table_next(node);
	return node ? entry_of(node) : NULL;
}

/* Finds or makes the entry of ADDRESS, if it may have one more connection. */
static enum limit_result find_limited_address(struct limit *limit, const uint8_t address[16],
					      struct limit_address **ret_entry)
{
	struct limit_address *entry;
	uint8_t key[ADDRESS_LEN];

	net_address_mask(address, key);
	entry = find_entry(limit, key);
	if (entry && entry->n >= limit->options.per_address)
		return LIMIT_ADDRESS;
	if (!entry)
		entry = add_address(limit, key);
	if (!entry)
		return LIMIT_NO_MEMORY;
	*ret_entry = entry;
	return LIMIT_OK;
}

static void free_if_unused(struct limit *limit, struct limit_address *entry)
{
	if (entry->n_newcomers == 0) {
		free(entry->newcomers);
		entry->newcomers = NULL;
	}
	if (entry->n > 0)
		return;
	hash_table_remove(&limit->by_address, &entry->by_address);
	free(entry);
}

static void list_leaving(struct limit_newcomer *newcomer)
{
	newcomer->listed = true;
	TAILQ_INSERT_TAIL(&newcomer->owner->leaving, newcomer, in_leaving);
}

static void unlist_leaving(struct limit_newcomer *newcomer)
{
	if (newcomer->listed)
		TAILQ_REMOVE(&newcomer->owner->leaving, newcomer, in_leaving);
	newcomer->listed = false;
}

/* It no longer counts as a newcomer, but exists until its connection is gone. */
static void evict(struct limit *limit, struct limit_newcomer *newcomer, enum limit_result because)
{
	newcomer_remove(&limit->newcomers, &newcomer->rank);
	newcomer->leaving = true;
	newcomer->because = because;
	list_leaving(newcomer);
	limit->unproven--;
	limit->leaving++;
}

static bool is_full(const struct limit *limit)
{
	return limit->total - limit->leaving >= limit->options.total;
}

/* At the limit BECAUSE: a newcomer goes. *RET_WAKE: the owner to be told. */
static enum limit_result make_place(struct limit *limit, enum limit_result because, uint64_t now_ms,
				    struct limit_owner **ret_wake)
{
	struct newcomer *first = newcomer_first(&limit->newcomers, now_ms);
	struct limit_newcomer *newcomer;

	if (!first)
		return because;
	newcomer = CONTAINER_OF(first, struct limit_newcomer, rank);
	*ret_wake = newcomer->owner;
	evict(limit, newcomer, because);
	return LIMIT_OK;
}

static bool make_group(struct limit_address *entry)
{
	if (entry->newcomers)
		return true;
	entry->newcomers = malloc(sizeof(*entry->newcomers));
	if (entry->newcomers)
		newcomer_group_init(entry->newcomers);
	return entry->newcomers != NULL;
}

static struct limit_newcomer *newcomer_new(struct limit_address *entry, uint64_t now_ms)
{
	struct limit_newcomer *newcomer = calloc(1, sizeof(*newcomer));

	if (!newcomer || !make_group(entry)) {
		free(newcomer);
		return NULL;
	}
	newcomer->rank.rank = NEWCOMER_NO_RANK;
	newcomer->rank.since_ms = now_ms;
	return newcomer;
}

static enum limit_result accept_locked(struct limit *limit, const uint8_t address[16],
				       uint64_t now_ms, struct limit_hold *ret_hold,
				       struct limit_owner **ret_wake)
{
	struct limit_address *entry;
	struct limit_newcomer *newcomer;
	enum limit_result result = find_limited_address(limit, address, &entry);

	if (result != LIMIT_OK)
		return result;
	newcomer = newcomer_new(entry, now_ms);
	if (!newcomer)
		result = LIMIT_NO_MEMORY;
	else if (is_full(limit))
		result = make_place(limit, LIMIT_TOTAL, now_ms, ret_wake);
	else if (limit->unproven >= limit->options.unproven)
		result = make_place(limit, LIMIT_UNPROVEN, now_ms, ret_wake);
	if (result != LIMIT_OK) {
		free(newcomer);
		free_if_unused(limit, entry);
		return result;
	}
	limit->total++;
	limit->unproven++;
	entry->n++;
	entry->n_newcomers++;
	*ret_hold = (struct limit_hold){ .address = entry, .newcomer = newcomer, .counted = true };
	return LIMIT_OK;
}

enum limit_result limit_accept(struct limit *limit, const uint8_t address[16], uint64_t now_ms,
			       struct limit_hold *ret_hold)
{
	struct limit_owner *wake = NULL;
	enum limit_result result;

	pthread_mutex_lock(&limit->lock);
	result = accept_locked(limit, address, now_ms, ret_hold, &wake);
	pthread_mutex_unlock(&limit->lock);
	if (wake)
		wake->wake(wake);
	return result;
}

static void move_newcomer(struct limit *limit, struct limit_newcomer *newcomer,
			  struct limit_address *from, struct limit_address *to)
{
	if (!newcomer->leaving) {
		newcomer_remove(&limit->newcomers, &newcomer->rank);
		newcomer_add(&limit->newcomers, to->newcomers, &newcomer->rank);
	}
	from->n_newcomers--;
	to->n_newcomers++;
}

static enum limit_result move_locked(struct limit *limit, struct limit_hold *hold,
				     const uint8_t address[16])
{
	struct limit_address *from = hold->address, *to;
	uint8_t key[ADDRESS_LEN];
	enum limit_result result;

	net_address_mask(address, key);
	if (memcmp(from->address, key, ADDRESS_LEN) == 0)
		return LIMIT_OK;
	result = find_limited_address(limit, address, &to);
	if (result != LIMIT_OK)
		return result;
	if (hold->newcomer && !make_group(to)) {
		free_if_unused(limit, to);
		return LIMIT_NO_MEMORY;
	}
	if (hold->newcomer)
		move_newcomer(limit, hold->newcomer, from, to);
	from->n--;
	to->n++;
	hold->address = to;
	free_if_unused(limit, from);
	return LIMIT_OK;
}

enum limit_result limit_move(struct limit *limit, struct limit_hold *hold,
			     const uint8_t address[16])
{
	enum limit_result result;

	pthread_mutex_lock(&limit->lock);
	result = move_locked(limit, hold, address);
	pthread_mutex_unlock(&limit->lock);
	return result;
}

void limit_settle(struct limit *limit, struct limit_hold *hold, struct limit_owner *owner,
		  void *arg)
{
	struct limit_newcomer *newcomer = hold->newcomer;
	bool leaves;

	if (!newcomer)
		return;
	pthread_mutex_lock(&limit->lock);
	newcomer->owner = owner;
	newcomer->arg = arg;
	leaves = newcomer->leaving;
	if (leaves)
		list_leaving(newcomer);
	else
		newcomer_add(&limit->newcomers, hold->address->newcomers, &newcomer->rank);
	pthread_mutex_unlock(&limit->lock);
	if (leaves)
		owner->wake(owner);
}

void limit_unsettle(struct limit *limit, struct limit_hold *hold)
{
	if (!hold->newcomer)
		return;
	pthread_mutex_lock(&limit->lock);
	newcomer_remove(&limit->newcomers, &hold->newcomer->rank);
	unlist_leaving(hold->newcomer);
	pthread_mutex_unlock(&limit->lock);
}

void limit_show(struct limit *limit, struct limit_hold *hold, enum newcomer_shown shown,
		uint64_t now_ms)
{
	/* Only its own thread changes SHOWN. */
	if (!hold->newcomer || hold->newcomer->rank.shown >= shown)
		return;
	pthread_mutex_lock(&limit->lock);
	newcomer_show(&limit->newcomers, &hold->newcomer->rank, shown, now_ms);
	pthread_mutex_unlock(&limit->lock);
}

bool limit_next_leaving(struct limit *limit, struct limit_owner *owner, void **ret_arg,
			enum limit_result *ret_result)
{
	struct limit_newcomer *newcomer;

	pthread_mutex_lock(&limit->lock);
	newcomer = TAILQ_FIRST(&owner->leaving);
	if (newcomer) {
		unlist_leaving(newcomer);
		*ret_arg = newcomer->arg;
		*ret_result = newcomer->because;
	}
	pthread_mutex_unlock(&limit->lock);
	return newcomer != NULL;
}

enum limit_result limit_connect(struct limit *limit, uint64_t now_ms, struct limit_hold *ret_hold)
{
	struct limit_owner *wake = NULL;
	enum limit_result result = LIMIT_OK;

	pthread_mutex_lock(&limit->lock);
	if (is_full(limit))
		result = make_place(limit, LIMIT_TOTAL, now_ms, &wake);
	if (result == LIMIT_OK) {
		limit->total++;
		*ret_hold = (struct limit_hold){ .counted = true };
	}
	pthread_mutex_unlock(&limit->lock);
	if (wake)
		wake->wake(wake);
	return result;
}

/* It stops being a newcomer. If it was already told to close, it closes all the same. */
static void prove_locked(struct limit *limit, struct limit_hold *hold)
{
	struct limit_newcomer *newcomer = hold->newcomer;

	if (!newcomer)
		return;
	newcomer_remove(&limit->newcomers, &newcomer->rank);
	unlist_leaving(newcomer);
	hold->leaving |= newcomer->leaving;
	limit->unproven -= !newcomer->leaving;
	hold->address->n_newcomers--;
	hold->newcomer = NULL;
	free(newcomer);
}

void limit_prove(struct limit *limit, struct limit_hold *hold)
{
	pthread_mutex_lock(&limit->lock);
	if (hold->newcomer && !hold->newcomer->leaving)
		prove_locked(limit, hold);
	if (hold->address)
		free_if_unused(limit, hold->address);
	pthread_mutex_unlock(&limit->lock);
}

void limit_leave(struct limit *limit, struct limit_hold *hold)
{
	bool leaves = hold->leaving;

	pthread_mutex_lock(&limit->lock);
	prove_locked(limit, hold);
	leaves |= hold->leaving;
	limit->leaving += hold->counted && !leaves;
	hold->leaving = hold->counted;
	pthread_mutex_unlock(&limit->lock);
}

void limit_release(struct limit *limit, struct limit_hold *hold)
{
	pthread_mutex_lock(&limit->lock);
	prove_locked(limit, hold);
	limit->total -= hold->counted;
	limit->leaving -= hold->leaving;
	if (hold->address) {
		hold->address->n--;
		free_if_unused(limit, hold->address);
	}
	pthread_mutex_unlock(&limit->lock);
	*hold = (struct limit_hold){ 0 };
}

uint64_t limit_total(struct limit *limit)
{
	uint64_t n;

	pthread_mutex_lock(&limit->lock);
	n = limit->total;
	pthread_mutex_unlock(&limit->lock);
	return n;
}

uint64_t limit_staying(struct limit *limit)
{
	uint64_t n;

	pthread_mutex_lock(&limit->lock);
	n = limit->total - limit->leaving;
	pthread_mutex_unlock(&limit->lock);
	return n;
}

void limit_count(struct limit *limit, struct limit_counts *ret_counts)
{
	pthread_mutex_lock(&limit->lock);
	ret_counts->total = limit->total;
	ret_counts->unproven = limit->unproven;
	for (size_t i = 0; i < LIMIT_RESULT_COUNT; i++)
		ret_counts->refused[i] = limit->refusal[i].total;
	pthread_mutex_unlock(&limit->lock);
}

static uint64_t refused_locked(struct limit *limit, enum limit_result result, uint64_t now_ms)
{
	uint64_t refused = ++limit->refusal[result].refused;

	limit->refusal[result].total++;
	if (limit->refusal[result].told && now_ms - limit->refusal[result].told_ms < TELL_EVERY_MS)
		return 0;
	limit->refusal[result].told = true;
	limit->refusal[result].told_ms = now_ms;
	limit->refusal[result].refused = 0;
	return refused;
}

uint64_t limit_refused(struct limit *limit, enum limit_result result, uint64_t now_ms)
{
	uint64_t refused;

	pthread_mutex_lock(&limit->lock);
	refused = refused_locked(limit, result, now_ms);
	pthread_mutex_unlock(&limit->lock);
	return refused;
}

const char *limit_name(enum limit_result result)
{
	static const char *const names[LIMIT_RESULT_COUNT] = {
		[LIMIT_OK] = "none",
		[LIMIT_TOTAL] = "limits.connections",
		[LIMIT_ADDRESS] = "limits.connections_per_address",
		[LIMIT_UNPROVEN] = "limits.unauthenticated",
		[LIMIT_DESCRIPTORS] = "LimitNOFILE",
		[LIMIT_NO_MEMORY] = "memory",
	};

	return names[result];
}
