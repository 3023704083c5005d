/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The roll of all sessions of all workers, for the host's enrol(), strike() and is_anothers(). It
 * is what keeps a stranger on one worker from speaking as an owner on another.
 */
#include "relay/shared/roll.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

struct entry {
	UT_hash_handle hh;
	size_t id_len;
	size_t hop_len;
	char text[]; /* the id, then the hop */
};

struct relay_roll {
	struct entry *entries;
	uint8_t seed[SIPHASH_KEY_LEN];
};

struct relay_roll *relay_roll_new(const uint8_t seed[SIPHASH_KEY_LEN])
{
	struct relay_roll *roll = calloc(1, sizeof(*roll));

	if (roll)
		memcpy(roll->seed, seed, sizeof(roll->seed));
	return roll;
}

struct relay_roll *relay_roll_free(struct relay_roll *roll)
{
	if (!roll)
		return NULL;
	assert(!roll->entries);
	free(roll);
	return NULL;
}

static struct entry *find_entry(const struct relay_roll *roll, struct slice id)
{
	struct entry *entry;

	HASH_FIND_SEEDED(roll->seed, roll->entries, id.p, id.len, entry);
	return entry;
}

int relay_roll_add(struct relay_roll *roll, struct slice id, struct slice hop)
{
	struct entry *entry = calloc(1, sizeof(*entry) + id.len + hop.len);

	if (!entry)
		return -ENOMEM;
	entry->id_len = id.len;
	entry->hop_len = hop.len;
	memcpy(entry->text, id.p, id.len);
	if (hop.len > 0)
		memcpy(entry->text + id.len, hop.p, hop.len);
	HASH_ADD_SEEDED(roll->seed, roll->entries, entry->text, entry->id_len, entry);
	if (entry->hh.tbl)
		return 0;
	free(entry);
	return -ENOMEM;
}

void relay_roll_remove(struct relay_roll *roll, struct slice id)
{
	struct entry *entry = find_entry(roll, id);

	assert(entry);
	HASH_DEL(roll->entries, entry);
	free(entry);
}

bool relay_roll_is_anothers(const struct relay_roll *roll, struct slice id, struct slice hop)
{
	const struct entry *entry = find_entry(roll, id);

	if (!entry)
		return false;
	return entry->hop_len == 0 ||
	       !slice_equal(slice_make(entry->text + entry->id_len, entry->hop_len), hop);
}
