/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fills records, escapes every text in them, and formats the line. record_types.h fixes the rest of
 * each type.
 */
#include "daemon/log/record.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/utf8.h"
#include "relay/trace/mask.h"

static const struct {
	enum record_level level;
	unsigned lines;
	const char *message_id;
	const char *metric;
	const char *words;
} types[RECORD_TYPE_COUNT] = {
#define RECORD_ROW(type, event, ...) [type] = { __VA_ARGS__ },
	RECORD_TYPES(RECORD_ROW)
#undef RECORD_ROW
};

/* The field's name in the journal, and in the line. */
static const struct {
	const char *name;
	const char *word;
} fields[RECORD_FIELD_COUNT] = {
	[RECORD_SESSION] = { "MSRP_SESSION", "session" },
	[RECORD_CALL] = { "MSRP_CALL", "call" },
	[RECORD_USER] = { "MSRP_USER", "user" },
	[RECORD_REALM] = { "MSRP_REALM", "realm" },
	[RECORD_PEER] = { "MSRP_PEER", "peer" },
	[RECORD_NEXT_HOP] = { "MSRP_NEXT_HOP", "next_hop" },
	[RECORD_RELAY] = { "MSRP_RELAY", "relay" },
	[RECORD_STATUS] = { "MSRP_STATUS", "status" },
	[RECORD_BYTES_IN] = { "MSRP_BYTES_IN", "bytes_in" },
	[RECORD_BYTES_OUT] = { "MSRP_BYTES_OUT", "bytes_out" },
	[RECORD_MESSAGES_IN] = { "MSRP_MESSAGES_IN", "messages_in" },
	[RECORD_MESSAGES_OUT] = { "MSRP_MESSAGES_OUT", "messages_out" },
	[RECORD_STARTED] = { "MSRP_STARTED", "started" },
	[RECORD_DURATION] = { "MSRP_DURATION", "duration" },
	[RECORD_PEERS] = { "MSRP_PEERS", "peers" },
	[RECORD_FAILURES] = { "MSRP_FAILURES", "failures" },
	[RECORD_MORE] = { "MSRP_MORE", "more" },
	[RECORD_REASON] = { "MSRP_REASON", "reason" },
};

static const char *const levels[] = {
	[RECORD_ERROR] = "error", [RECORD_WARNING] = "warning", [RECORD_NOTICE] = "notice",
	[RECORD_INFO] = "info",	  [RECORD_DEBUG] = "debug",
};

static bool is_harmless(uint32_t c, enum record_place place)
{
	if (c < 0x20 || (c == '"' && place == RECORD_IN_QUOTES) || c == '\\')
		return false;
	if (c >= 0x7f && c <= 0x9f) /* DEL, and controls that terminals obey in UTF-8 too */
		return false;
	/* Unicode line separators, and characters that change the direction of text. */
	return c != 0x061c && !(c >= 0x200b && c <= 0x200f) && !(c >= 0x2028 && c <= 0x202e) &&
	       !(c >= 0x2060 && c <= 0x206f) && c != 0xfeff;
}

/* Escapes the start of TEXT, and returns how many bytes of TEXT that covered. */
static size_t escape_one(struct slice text, enum record_place place, char ret_out[5])
{
	uint32_t character;
	size_t len = utf8_decode(text, &character);

	if (len > 0 && is_harmless(character, place)) {
		memcpy(ret_out, text.p, len);
		ret_out[len] = '\0';
		return len;
	}
	if (place == RECORD_AS_STATUS)
		strcpy(ret_out, "?");
	else
		snprintf(ret_out, 5, "\\x%02x", (unsigned char)text.p[0]);
	return 1;
}

void record_escape(struct slice text, enum record_place place, char *ret_out, size_t size)
{
	static const char cut[] = "...";
	size_t fits = 0; /* how much may stay if the text must be cut */
	size_t n = 0;
	char piece[5];

	while (text.len > 0) {
		size_t used = escape_one(text, place, piece);
		size_t len = strlen(piece);

		if (n + len >= size) {
			if (size >= sizeof(cut))
				memcpy(ret_out + fits, cut, sizeof(cut));
			return;
		}
		memcpy(ret_out + n, piece, len);
		n += len;
		if (n + sizeof(cut) <= size)
			fits = n;
		text = slice_skip(text, used);
	}
	ret_out[n] = '\0';
}

void record_init(struct record *record, enum record_type type)
{
	record->type = type;
	record->level = types[type].level;
	record->numbers = 0;
	record->said[0] = '\0';
	for (size_t i = 0; i < RECORD_FIELD_COUNT; i++)
		record->value[i][0] = '\0';
}

void record_say(struct record *record, const char *format, ...)
{
	char text[2 * RECORD_VALUE_MAX];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	record_escape(slice_from(text), RECORD_ALONE, record->said, sizeof(record->said));
}

void record_text(struct record *record, enum record_field field, struct slice text)
{
	record_escape(text, RECORD_IN_QUOTES, record->value[field], RECORD_VALUE_MAX);
}

void record_number(struct record *record, enum record_field field, uint64_t value)
{
	record->numbers |= 1U << field;
	snprintf(record->value[field], RECORD_VALUE_MAX, "%llu", (unsigned long long)value);
}

void record_duration(struct record *record, uint64_t ms)
{
	record->numbers |= 1U << RECORD_DURATION;
	snprintf(record->value[RECORD_DURATION], RECORD_VALUE_MAX, "%llu.%03u",
		 (unsigned long long)(ms / 1000), (unsigned)(ms % 1000));
}

void record_started(struct record *record, int64_t unix_s)
{
	time_t time = (time_t)unix_s;
	struct tm utc;

	if (gmtime_r(&time, &utc))
		strftime(record->value[RECORD_STARTED], RECORD_VALUE_MAX, "%Y-%m-%dT%H:%M:%SZ",
			 &utc);
}

void record_session(struct record *record, struct slice session_id)
{
	record_text(record, RECORD_SESSION, relay_mask_session(session_id));
}

static size_t append_text(char line[RECORD_LINE_MAX], size_t n, const char *text)
{
	size_t len = strlen(text);

	if (len >= RECORD_LINE_MAX - n)
		len = RECORD_LINE_MAX - n - 1;
	memcpy(line + n, text, len);
	line[n + len] = '\0';
	return n + len;
}

static size_t append_field(char line[RECORD_LINE_MAX], size_t n, const char *word,
			   const char *value)
{
	const char *quote = strpbrk(value, " =") ? "\"" : "";

	n = append_text(line, n, " ");
	n = append_text(line, n, word);
	n = append_text(line, n, "=");
	n = append_text(line, n, quote);
	n = append_text(line, n, value);
	return append_text(line, n, quote);
}

void record_format(const struct record *record, char ret_line[RECORD_LINE_MAX])
{
	size_t n = append_text(ret_line, 0, types[record->type].words);
	bool first = true;

	if (record->said[0]) {
		n = append_text(ret_line, n, " ");
		n = append_text(ret_line, n, record->said);
	}
	for (size_t i = 0; i < RECORD_FIELD_COUNT; i++) {
		if (!record->value[i][0])
			continue;
		if (first && !record->said[0] && ret_line[n - 1] != ':')
			n = append_text(ret_line, n, ":");
		first = false;
		n = append_field(ret_line, n, fields[i].word, record->value[i]);
	}
}

bool record_find_level(const char *name, enum record_level *ret_level)
{
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		if (strcmp(levels[i], name) != 0)
			continue;
		*ret_level = (enum record_level)i;
		return true;
	}
	return false;
}

const char *record_level_name(enum record_level level)
{
	return levels[level];
}

const char *record_message_id(enum record_type type)
{
	return types[type].message_id;
}

const char *record_metric(enum record_type type)
{
	return types[type].metric;
}

unsigned record_lines(enum record_type type)
{
	return types[type].lines;
}

const char *record_words(enum record_type type)
{
	return types[type].words;
}

const char *record_field_word(enum record_field field)
{
	return fields[field].word;
}

bool record_is_number(const struct record *record, enum record_field field)
{
	return record->numbers >> field & 1;
}

const char *record_field_name(enum record_field field)
{
	return fields[field].name;
}
