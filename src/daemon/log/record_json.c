/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes a record as a line of JSON (RFC 8259). Texts were escaped when they were put into the
 * record, so only their backslashes and quotation marks are left to escape.
 */
#include "daemon/log/record_json.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

struct line {
	char *text;
	size_t n;
};

static void put(struct line *line, const char *text)
{
	size_t len = strlen(text);

	assert(line->n + len < RECORD_JSON_MAX);
	memcpy(line->text + line->n, text, len + 1);
	line->n += len;
}

static void put_name(struct line *line, const char *name)
{
	put(line, line->n == 0 ? "{\"" : ",\"");
	put(line, name);
	put(line, "\":");
}

static void put_escaped(struct line *line, const char *text)
{
	char one[3] = "\\";

	for (; *text; text++) {
		one[1] = *text;
		put(line, *text == '"' || *text == '\\' ? one : one + 1);
	}
}

static void put_json_text(struct line *line, const char *name, const char *text)
{
	put_name(line, name);
	put(line, "\"");
	put_escaped(line, text);
	put(line, "\"");
}

static void put_field(struct line *line, const struct record *record, enum record_field field)
{
	const char *value = record->value[field];

	if (!value[0])
		return;
	if (!record_is_number(record, field)) {
		put_json_text(line, record_field_word(field), value);
		return;
	}
	put_name(line, record_field_word(field));
	put(line, value);
}

void record_format_json(const struct record *record, const char *time,
			char ret_line[RECORD_JSON_MAX])
{
	const char *words = record_words(record->type), *event = record_metric(record->type);
	struct line line = { .text = ret_line };

	put_json_text(&line, "time", time);
	put_json_text(&line, "level", record_level_name(record->level));
	if (event)
		put_json_text(&line, "event", event);
	put_json_text(&line, "message_id", record_message_id(record->type));
	put_name(&line, "message");
	put(&line, "\"");
	put_escaped(&line, words);
	put(&line, record->said[0] ? " " : "");
	put_escaped(&line, record->said);
	put(&line, "\"");
	for (size_t i = 0; i < RECORD_FIELD_COUNT; i++)
		put_field(&line, record, (enum record_field)i);
	put(&line, "}");
}
