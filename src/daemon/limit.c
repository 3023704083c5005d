/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/limit.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

enum {
	ADDRESS_LEN = 16,
	NETWORK_LEN = 8, /* bytes of an IPv6 address that one customer does not choose */
	TELL_EVERY_MS = 60000,
};

struct limit_address {
	UT_hash_handle hh;
	uint8_t address[ADDRESS_LEN];
	uint64_t n;
};

void limit_init(struct limit *limit, const struct limit_options *options)
{
	*limit = (struct limit){ .lock = PTHREAD_MUTEX_INITIALIZER, .options = *options };
}

void limit_configure(struct limit *limit, const struct limit_options *options)
{
	pthread_mutex_lock(&limit->lock);
	limit->options = *options;
	pthread_mutex_unlock(&limit->lock);
}

void limit_done(struct limit *limit)
{
	assert(limit->total == 0 && !limit->by_address);
}

static void make_key(const uint8_t address[ADDRESS_LEN], uint8_t ret_key[ADDRESS_LEN])
{
	static const uint8_t mapped[] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

	memcpy(ret_key, address, ADDRESS_LEN);
	if (memcmp(address, mapped, sizeof(mapped)) != 0)
		memset(ret_key + NETWORK_LEN, 0, ADDRESS_LEN - NETWORK_LEN);
}

static struct limit_address *add_address(struct limit *limit, const uint8_t key[ADDRESS_LEN])
{
	struct limit_address *entry = calloc(1, sizeof(*entry));

	if (!entry)
		return NULL;
	memcpy(entry->address, key, ADDRESS_LEN);
	HASH_ADD_KEYPTR(hh, limit->by_address, entry->address, ADDRESS_LEN, entry);
	if (!entry->hh.tbl) {
		free(entry);
		return NULL;
	}
	return entry;
}

static enum limit_result count_address(struct limit *limit, const uint8_t address[16],
				       struct limit_address **ret_entry)
{
	struct limit_address *entry;
	uint8_t key[ADDRESS_LEN];

	make_key(address, key);
	HASH_FIND(hh, limit->by_address, key, ADDRESS_LEN, entry);
	if (entry && entry->n >= limit->options.per_address)
		return LIMIT_ADDRESS;
	if (!entry)
		entry = add_address(limit, key);
	if (!entry)
		return LIMIT_NO_MEMORY;
	entry->n++;
	*ret_entry = entry;
	return LIMIT_OK;
}

static enum limit_result accept_locked(struct limit *limit, const uint8_t address[16],
				       struct limit_hold *ret_hold)
{
	struct limit_address *entry;
	enum limit_result result;

	if (limit->total >= limit->options.total)
		return LIMIT_TOTAL;
	if (limit->unproven >= limit->options.unproven)
		return LIMIT_UNPROVEN;
	result = count_address(limit, address, &entry);
	if (result != LIMIT_OK)
		return result;
	limit->total++;
	limit->unproven++;
	*ret_hold = (struct limit_hold){ .address = entry, .counted = true, .unproven = true };
	return LIMIT_OK;
}

enum limit_result limit_accept(struct limit *limit, const uint8_t address[16],
			       struct limit_hold *ret_hold)
{
	enum limit_result result;

	pthread_mutex_lock(&limit->lock);
	result = accept_locked(limit, address, ret_hold);
	pthread_mutex_unlock(&limit->lock);
	return result;
}

enum limit_result limit_connect(struct limit *limit, struct limit_hold *ret_hold)
{
	enum limit_result result = LIMIT_TOTAL;

	pthread_mutex_lock(&limit->lock);
	if (limit->total < limit->options.total) {
		limit->total++;
		*ret_hold = (struct limit_hold){ .counted = true };
		result = LIMIT_OK;
	}
	pthread_mutex_unlock(&limit->lock);
	return result;
}

static void prove_locked(struct limit *limit, struct limit_hold *hold)
{
	if (hold->unproven)
		limit->unproven--;
	hold->unproven = false;
}

void limit_prove(struct limit *limit, struct limit_hold *hold)
{
	pthread_mutex_lock(&limit->lock);
	prove_locked(limit, hold);
	pthread_mutex_unlock(&limit->lock);
}

void limit_leave(struct limit *limit, struct limit_hold *hold)
{
	pthread_mutex_lock(&limit->lock);
	limit->leaving += hold->counted && !hold->leaving;
	hold->leaving = hold->counted;
	pthread_mutex_unlock(&limit->lock);
}

void limit_release(struct limit *limit, struct limit_hold *hold)
{
	pthread_mutex_lock(&limit->lock);
	prove_locked(limit, hold);
	limit->total -= hold->counted;
	limit->leaving -= hold->leaving;
	if (hold->address && --hold->address->n == 0) {
		HASH_DEL(limit->by_address, hold->address);
		free(hold->address);
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
