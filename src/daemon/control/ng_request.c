/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Turns the dictionary of a request into a struct. Keys come in any order, unknown ones are
 * ignored, and the first of two equal keys counts, as with rtpengine.
 */
#include "daemon/control/ng_request.h"

#include <stddef.h>
#include <string.h>

#include "daemon/control/bencode.h"

/* The keys seen so far: the first value of each counts, even a bad one. */
struct dictionary {
	struct ng_request request;
	struct slice command; /* NULL: none */
	unsigned seen;	      /* a bit for each of the keys */
};

typedef void (*key_fn)(struct dictionary *d, const struct bencode *value);

/* Takes the next string off a list of items. False: there is none left. */
static bool next_word(struct slice *rest, struct slice *ret_word)
{
	struct bencode item;

	while (bencode_next(rest, &item) == 0) {
		if (item.type != BENCODE_STRING)
			continue;
		*ret_word = item.text;
		return true;
	}
	return false;
}

static bool lists(const struct bencode *value, const char *wanted)
{
	struct slice rest = value->text;
	struct slice word;

	while (value->type == BENCODE_LIST && next_word(&rest, &word))
		if (slice_is_nocase(word, wanted))
			return true;
	return false;
}

static void read_flags(struct dictionary *d, const struct bencode *value)
{
	d->request.fatal = lists(value, "fatal");
	d->request.fragment = lists(value, "fragment");
}

static void read_replace(struct dictionary *d, const struct bencode *value)
{
	d->request.replace_origin = lists(value, "origin");
}

/* Reads an integer, or a string of digits; false if VALUE is neither. */
static bool read_bencoded_number(const struct bencode *value, int64_t *ret_number)
{
	uint64_t number;

	*ret_number = value->number;
	if (value->type == BENCODE_INTEGER)
		return true;
	if (value->type != BENCODE_STRING || !slice_to_u64(value->text, &number))
		return false;
	*ret_number = number < INT64_MAX ? (int64_t)number : INT64_MAX;
	return true;
}

static void read_delay(struct dictionary *d, const struct bencode *value)
{
	int64_t number;

	d->request.has_delete_delay = read_bencoded_number(value, &number) && number >= 0;
	if (d->request.has_delete_delay)
		d->request.delete_delay_s =
		    number < NG_DELETE_DELAY_MAX_S ? (uint64_t)number : NG_DELETE_DELAY_MAX_S;
}

static void read_limit(struct dictionary *d, const struct bencode *value)
{
	int64_t number;

	if (!read_bencoded_number(value, &number))
		return;
	d->request.limit = number >= 0 ? number : INT64_MIN;
}

#define TEXT(field) .text = offsetof(struct dictionary, field)

static const struct {
	const char *key; /* with hyphens, for which rtpengine accepts spaces too */
	size_t text;	 /* offset of the string that it sets, if there is no function */
	key_fn read;
} keys[] = {
	{ "command", TEXT(command) },
	{ "call-id", TEXT(request.call_id) },
	{ "from-tag", TEXT(request.from_tag) },
	{ "to-tag", TEXT(request.to_tag) },
	{ "via-branch", TEXT(request.via_branch) },
	{ "sdp", TEXT(request.sdp) },
	{ "transport-protocol", TEXT(request.transport_protocol) },
	{ "msrp-setup", TEXT(request.msrp_setup) },
	{ "address-family", TEXT(request.address_family) },
	{ "flags", .read = read_flags },
	{ "replace", .read = read_replace },
	{ "delete-delay", .read = read_delay },
	{ "limit", .read = read_limit },
};

enum { N_KEYS = sizeof(keys) / sizeof(keys[0]) };

static bool is_key(struct slice key, const char *name)
{
	if (key.len != strlen(name))
		return false;
	for (size_t i = 0; i < key.len; i++)
		if (key.p[i] != name[i] && !(key.p[i] == ' ' && name[i] == '-'))
			return false;
	return true;
}

static void read_pair(struct dictionary *d, struct slice key, const struct bencode *value)
{
	for (size_t i = 0; i < N_KEYS; i++) {
		if (!is_key(key, keys[i].key) || (d->seen & 1U << i))
			continue;
		d->seen |= 1U << i;
		if (keys[i].read)
			keys[i].read(d, value);
		else if (value->type == BENCODE_STRING)
			*(struct slice *)(void *)((char *)d + keys[i].text) = value->text;
	}
}

static void read_pairs(struct dictionary *d, struct slice rest)
{
	struct bencode key, value;

	while (bencode_next(&rest, &key) == 0 && bencode_next(&rest, &value) == 0)
		read_pair(d, key.text, &value);
}

static const char *const commands[NG_COMMANDS] = {
	[NG_PING] = "ping",
	[NG_OFFER] = "offer",
	[NG_ANSWER] = "answer",
	[NG_DELETE] = "delete",
	[NG_QUERY] = "query",
	[NG_LIST] = "list",
	[NG_STATISTICS] = "statistics",
};

const char *ng_request_name(enum ng_command command)
{
	return commands[command];
}

static bool find_command(struct slice text, enum ng_command *ret_command)
{
	for (int i = 0; i < NG_COMMANDS; i++) {
		if (!slice_equal(text, slice_from(commands[i])))
			continue;
		*ret_command = (enum ng_command)i;
		return true;
	}
	return false;
}

static bool is_long(const struct ng_request *r)
{
	return r->call_id.len > NG_NAME_MAX || r->from_tag.len > NG_NAME_MAX ||
	       r->to_tag.len > NG_NAME_MAX || r->via_branch.len > NG_NAME_MAX;
}

/* Checks in rtpengine's order. Empty ones are missing. */
static const char *find_missing(const struct ng_request *r)
{
	bool exchange = r->command == NG_OFFER || r->command == NG_ANSWER;

	if (exchange && r->sdp.len == 0)
		return "No SDP body in message";
	if ((exchange || r->command == NG_DELETE || r->command == NG_QUERY) && r->call_id.len == 0)
		return "No call-id in message";
	if (exchange && r->from_tag.len == 0)
		return "No from-tag in message";
	if (r->command == NG_ANSWER && r->to_tag.len == 0)
		return "No to-tag in message";
	if (r->command == NG_LIST && r->limit < -1)
		return "invalid limit, must be >= 0";
	return is_long(r) ? "A call-id, tag or branch is too long" : NULL;
}

bool ng_request_split(struct slice datagram, struct slice *ret_cookie, struct slice *ret_body)
{
	size_t n = slice_find(datagram, ' ');

	if (n == 0 || n == datagram.len || n > NG_COOKIE_MAX)
		return false;
	*ret_cookie = slice_first(datagram, n);
	*ret_body = slice_skip(datagram, n + 1);
	return true;
}

const char *ng_request_parse(struct slice body, struct ng_request *ret_request)
{
	struct dictionary d = { .request.limit = -1 };
	struct bencode whole;

	if (body.len == 0)
		return "Invalid data (no payload)";
	/* rtpengine accepts JSON, too, but no proxy sends it. */
	if (body.p[0] != 'd')
		return "Invalid NG data format";
	if (bencode_next(&body, &whole) != 0)
		return "Could not decode bencode dictionary";
	read_pairs(&d, whole.text);
	if (!d.command.p)
		return "Dictionary contains no key \"command\"";
	if (!find_command(d.command, &d.request.command))
		return "Unrecognized command";
	*ret_request = d.request;
	return find_missing(&d.request);
}
