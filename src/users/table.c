/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Parses the text of a file of users, then sorts its lines into an index, by a keyed hash of user
 * and realm. A million of them take half a second.
 */
#include "users/table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"

enum {
	SHORTEST_LINE = 1 + 1 + 1 + 1 + 32, /* bytes: name, realm and MD5, with colons */
	NAME_MAX_LEN = 255,		    /* bytes of a user or realm, as in the configuration */
	MISTAKES_MAX = 10, /* reported for one file; the hundred thousandth helps nobody */
	SAY_MAX = 512,
	NUMBER_BITS = 25, /* enough for all lines of the largest file, of 2^30 bytes */
	AHEAD = 16,	  /* slots fetched in advance */
};

static const uint32_t NUMBER_MASK = ((uint32_t)1 << NUMBER_BITS) - 1;

static const size_t hex_len[MSRP_DIGEST_COUNT] = {
	[MSRP_DIGEST_MD5] = 32,
	[MSRP_DIGEST_SHA256] = 64,
};

/* A line: name, colon, realm. Offsets in the text locate the hashes. */
struct entry {
	uint32_t name;			 /* offset in the text */
	uint32_t ha1[MSRP_DIGEST_COUNT]; /* likewise; 0: none, since a name comes first */
	uint8_t name_len;
	uint8_t realm_len;
};

struct users_table {
	char *text;
	size_t len;
	struct entry *entry;
	size_t n;
	/*
	 * Numbers of entries, from 1; 0: free. The hash decides on the slot, and seven further bits
	 * of it are kept above the number: they tell most slots of other users without a look at
	 * the text, which is in no cache.
	 */
	uint32_t *slot;
	uint32_t mask; /* the number of slots, a power of two, minus one */
	uint8_t seed[SIPHASH_KEY_LEN];
};

struct reader {
	struct users_table *table;
	const char *file;
	users_say_fn say;
	void *arg;
	uint64_t *hash; /* of each entry, until all are in their slots */
	unsigned line;
	unsigned n_mistakes;
};

static void complain_of_line(struct reader *reader, const char *what)
{
	char text[SAY_MAX];

	if (reader->n_mistakes++ == MISTAKES_MAX)
		what = "and more errors";
	else if (reader->n_mistakes > MISTAKES_MAX)
		return;
	snprintf(text, sizeof(text), "%s:%u: %s", reader->file, reader->line, what);
	reader->say(reader->arg, text);
}

/*
 * Keyed even though the file is the operator's, because users choose their names. A name longer
 * than any here is nobody's.
 */
static uint64_t hash_of_name(const struct users_table *table, struct slice name, struct slice realm)
{
	char text[NAME_MAX_LEN + 1 + NAME_MAX_LEN];
	char *at = text;

	if (name.len > NAME_MAX_LEN || realm.len > NAME_MAX_LEN)
		return 0;
	memcpy(at, name.p, name.len);
	at += name.len;
	*at++ = ':';
	memcpy(at, realm.p, realm.len);
	at += realm.len;
	return siphash(table->seed, text, (size_t)(at - text));
}

/* From the upper half, which has no part in the choice of the slot. */
static uint32_t tag_of(uint64_t hash)
{
	return (uint32_t)(hash >> 32) & ~NUMBER_MASK;
}

static uint32_t number_in(uint32_t slot)
{
	return slot & NUMBER_MASK;
}

static struct slice entry_name(const struct users_table *table, const struct entry *entry)
{
	return slice_make(table->text + entry->name, entry->name_len);
}

static struct slice realm_of(const struct users_table *table, const struct entry *entry)
{
	return slice_make(table->text + entry->name + entry->name_len + 1, entry->realm_len);
}

static bool is_at(const struct users_table *table, uint32_t slot, uint64_t hash, struct slice name,
		  struct slice realm)
{
	const struct entry *entry = &table->entry[number_in(slot) - 1];

	return (slot ^ tag_of(hash)) >> NUMBER_BITS == 0 &&
	       slice_equal(entry_name(table, entry), name) &&
	       slice_equal(realm_of(table, entry), realm);
}

/* The slot of that user, or the free one where it would go: at most half of them are taken. */
static uint32_t *find_slot(const struct users_table *table, uint64_t hash, struct slice name,
			   struct slice realm)
{
	uint32_t i = (uint32_t)hash & table->mask;

	while (table->slot[i] > 0 && !is_at(table, table->slot[i], hash, name, realm))
		i = (i + 1) & table->mask;
	return &table->slot[i];
}

/* Cuts the last field and its colon off LINE. False: there is no colon. */
static bool take_last(struct slice *line, struct slice *ret_field)
{
	const char *colon = line->len > 0 ? memrchr(line->p, ':', line->len) : NULL;
	size_t at;

	if (!colon)
		return false;
	at = (size_t)(colon - line->p);
	*ret_field = slice_skip(*line, at + 1);
	*line = slice_first(*line, at);
	return true;
}

/* Converts to lower case, because HEX is hashed again. False: other characters occur. */
static bool lower_hex(struct reader *reader, struct slice hex)
{
	char *p = reader->table->text + (hex.p - reader->table->text);

	for (size_t i = 0; i < hex.len; i++) {
		if (ascii_hex_value(p[i]) < 0)
			return false;
		p[i] = ascii_lower(p[i]);
	}
	return true;
}

static const char *take_ha1(struct reader *reader, struct slice hex,
			    enum msrp_digest_algorithm algorithm, struct entry *entry)
{
	static const char *const wrong[MSRP_DIGEST_COUNT] = {
		[MSRP_DIGEST_MD5] = "HA1 is not 32 hexadecimal digits",
		[MSRP_DIGEST_SHA256] = "HA1 for SHA-256 is not 64 hexadecimal digits",
	};

	if (hex.len != hex_len[algorithm] || !lower_hex(reader, hex))
		return wrong[algorithm];
	entry->ha1[algorithm] = (uint32_t)(hex.p - reader->table->text);
	return NULL;
}

/* Works from the end, because a realm may contain colons. Returns what is wrong, or NULL. */
static const char *take_hashes(struct reader *reader, struct slice *line, struct entry *entry)
{
	const char *wrong;
	struct slice hex;

	if (!take_last(line, &hex))
		return "is not of the form user:realm:HA1";
	if (hex.len != hex_len[MSRP_DIGEST_SHA256])
		return take_ha1(reader, hex, MSRP_DIGEST_MD5, entry);
	wrong = take_ha1(reader, hex, MSRP_DIGEST_SHA256, entry);
	if (wrong)
		return wrong;
	if (!take_last(line, &hex))
		return "is not of the form user:realm:HA1:HA1-SHA-256";
	return hex.len > 0 ? take_ha1(reader, hex, MSRP_DIGEST_MD5, entry) : NULL;
}

static bool is_printable(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return false;
	return true;
}

static const char *take_names(struct reader *reader, struct slice rest, struct entry *entry)
{
	size_t name_len = slice_find(rest, ':');
	size_t realm_len = rest.len - name_len - 1;

	if (name_len == rest.len)
		return "is not of the form user:realm:HA1";
	if (name_len == 0 || realm_len == 0)
		return "user and realm must not be empty";
	if (name_len > NAME_MAX_LEN || realm_len > NAME_MAX_LEN)
		return "user or realm is longer than 255 bytes";
	if (!is_printable(rest))
		return "contains a control character";
	entry->name = (uint32_t)(rest.p - reader->table->text);
	entry->name_len = (uint8_t)name_len;
	entry->realm_len = (uint8_t)realm_len;
	return NULL;
}

static const char *take_user(struct reader *reader, struct slice line)
{
	struct users_table *table = reader->table;
	struct entry *entry = &table->entry[table->n];
	const char *wrong = take_hashes(reader, &line, entry);

	if (!wrong)
		wrong = take_names(reader, line, entry);
	if (wrong)
		return wrong;
	reader->hash[table->n++] =
	    hash_of_name(table, entry_name(table, entry), realm_of(table, entry));
	return NULL;
}

static void take_user_line(struct reader *reader, struct slice line)
{
	struct entry *entry = &reader->table->entry[reader->table->n];
	const char *wrong;

	reader->line++;
	if (line.len > 0 && line.p[line.len - 1] == '\r')
		line.len--;
	if (line.len == 0 || line.p[0] == '#')
		return;
	wrong = take_user(reader, line);
	if (wrong) {
		complain_of_line(reader, wrong);
		*entry = (struct entry){ 0 };
	}
}

static void read_lines(struct reader *reader)
{
	struct slice rest = slice_make(reader->table->text, reader->table->len);

	while (rest.len > 0) {
		size_t end = slice_find(rest, '\n');

		take_user_line(reader, slice_first(rest, end));
		rest = slice_skip(rest, end < rest.len ? end + 1 : end);
	}
}

static unsigned count_lines(struct slice text)
{
	unsigned n = 1;

	for (size_t at; (at = slice_find(text, '\n')) < text.len; n++)
		text = slice_skip(text, at + 1);
	return n;
}

static void complain_of_double(struct reader *reader, const struct entry *entry)
{
	if (reader->n_mistakes <= MISTAKES_MAX)
		reader->line = count_lines(slice_make(reader->table->text, entry->name));
	complain_of_line(reader, "duplicate user and realm");
}

/* Slots are scattered over memory, so they are fetched some entries ahead of their use. */
static void fill_slots(struct reader *reader)
{
	const struct users_table *table = reader->table;

	for (size_t i = 0; i < table->n; i++) {
		const struct entry *entry = &table->entry[i];
		uint64_t hash = reader->hash[i];
		uint32_t *slot;

		if (i + AHEAD < table->n)
			__builtin_prefetch(
			    &table->slot[(uint32_t)reader->hash[i + AHEAD] & table->mask]);
		slot = find_slot(table, hash, entry_name(table, entry), realm_of(table, entry));
		if (*slot > 0)
			complain_of_double(reader, entry);
		else
			*slot = tag_of(hash) | (uint32_t)(i + 1);
	}
}

/* For the most users that the lines can hold, so that nothing has to grow. */
static int make_room_for_lines(struct reader *reader)
{
	struct users_table *table = reader->table;
	size_t lines = count_lines(slice_make(table->text, table->len));
	size_t longest = table->len / SHORTEST_LINE + 1;
	size_t most = lines < longest ? lines : longest;
	size_t slots = 2;

	while (slots < 2 * most)
		slots *= 2;
	table->mask = (uint32_t)(slots - 1);
	table->entry = calloc(most, sizeof(*table->entry));
	table->slot = calloc(slots, sizeof(*table->slot));
	reader->hash = malloc(most * sizeof(*reader->hash));
	return table->entry && table->slot && reader->hash ? 0 : -ENOMEM;
}

static int read_table(struct reader *reader)
{
	int err = make_room_for_lines(reader);

	if (!err) {
		read_lines(reader);
		fill_slots(reader);
	}
	free(reader->hash);
	return !err && reader->n_mistakes > 0 ? USERS_BAD : err;
}

int users_table_new(char *text, size_t len, const char *name, const uint8_t seed[SIPHASH_KEY_LEN],
		    users_say_fn say, void *arg, struct users_table **ret_table)
{
	struct users_table *table = calloc(1, sizeof(*table));
	struct reader reader = { .table = table, .file = name, .say = say, .arg = arg };
	int err;

	if (!table) {
		explicit_bzero(text, len);
		free(text);
		return -ENOMEM;
	}
	table->text = text;
	table->len = len;
	memcpy(table->seed, seed, SIPHASH_KEY_LEN);
	err = read_table(&reader);
	if (err)
		users_table_free(table);
	else
		*ret_table = table;
	return err;
}

struct users_table *users_table_free(struct users_table *table)
{
	if (!table)
		return NULL;
	if (table->text)
		explicit_bzero(table->text, table->len);
	free(table->text);
	free(table->entry);
	free(table->slot);
	free(table);
	return NULL;
}

size_t users_table_count(const struct users_table *table)
{
	return table->n;
}

struct slice users_table_find(const struct users_table *table, struct slice user,
			      struct slice realm, enum msrp_digest_algorithm algorithm)
{
	uint64_t hash = hash_of_name(table, user, realm);
	uint32_t number = number_in(*find_slot(table, hash, user, realm));
	uint32_t at = number > 0 ? table->entry[number - 1].ha1[algorithm] : 0;

	return at > 0 ? slice_make(table->text + at, hex_len[algorithm]) : slice_from(NULL);
}
