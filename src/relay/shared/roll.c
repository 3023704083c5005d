/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The roll of all sessions of all workers, for the host's enrol(), strike() and is_anothers(). It
 * keeps a stranger on one worker from speaking as an owner on another.
 */
#include "relay/shared/roll.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash_table.h"
#include "base/list.h"

struct entry {
	struct hash_node by_id;
	size_t id_len;
	size_t hop_len;
	char text[]; /* the id, then the hop */
};

struct relay_roll {
	struct hash_table entries;
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
	assert(roll->entries.n == 0);
	free(roll);
	return NULL;
}

static struct entry *entry_of(struct hash_node *node)
{
	return CONTAINER_OF(node, struct entry, by_id);
}

static struct slice id_of_entry(const struct entry *entry)
{
	return slice_make(entry->text, entry->id_len);
}

static struct entry *find_entry(const struct relay_roll *roll, struct slice id)
{
	struct hash_node *node = hash_table_find(&roll->entries, siphash(roll->seed, id.p, id.len));

	while (node && !slice_equal(id_of_entry(entry_of(node)), id))
		node = hash_table_next(node);
	return node ? entry_of(node) : NULL;
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
	hash_table_add(&roll->entries, &entry->by_id, siphash(roll->seed, id.p, id.len));
	return 0;
}

void relay_roll_remove(struct relay_roll *roll, struct slice id)
{
	struct entry *entry = find_entry(roll, id);

	assert(entry);
	hash_table_remove(&roll->entries, &entry->by_id);
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
