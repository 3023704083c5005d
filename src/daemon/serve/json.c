/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes JSON objects for the admin socket, member by member, with all text escaped.
 */
#include "daemon/serve/json.h"

#include "daemon/log/record.h"

struct json json_begin(struct buf *out)
{
	buf_add_char(out, '{');
	return (struct json){ .out = out };
}

/* TEXT has no control characters. */
static void add_json_string(struct buf *out, struct slice text)
{
	buf_add_char(out, '"');
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] == '\\' || text.p[i] == '"')
			buf_add_char(out, '\\');
		buf_add_char(out, text.p[i]);
	}
	buf_add_char(out, '"');
}

static void add_text(struct buf *out, struct slice text)
{
	char safe[RECORD_VALUE_MAX];

	record_escape(text, RECORD_ALONE, safe, sizeof(safe));
	add_json_string(out, slice_from(safe));
}

static void separate(struct json *json)
{
	if (json->any)
		buf_add_char(json->out, ',');
	json->any = true;
}

static void add_key(struct json *json, const char *key)
{
	separate(json);
	buf_add_char(json->out, '"');
	buf_add_slice(json->out, slice_from(key));
	buf_add_slice(json->out, SLICE("\":"));
}

void json_text(struct json *json, const char *key, struct slice text)
{
	add_key(json, key);
	add_text(json->out, text);
}

void json_raw_text(struct json *json, const char *key, struct slice text)
{
	add_key(json, key);
	add_json_string(json->out, text);
}

void json_number(struct json *json, const char *key, uint64_t value)
{
	add_key(json, key);
	buf_add_u64(json->out, value);
}

void json_flag(struct json *json, const char *key, bool value)
{
	add_key(json, key);
	buf_add_slice(json->out, value ? SLICE("true") : SLICE("false"));
}

void json_begin_list(struct json *json, const char *key)
{
	add_key(json, key);
	buf_add_char(json->out, '[');
	json->any = false;
}

void json_item(struct json *json, struct slice text)
{
	separate(json);
	add_text(json->out, text);
}

void json_end_list(struct json *json)
{
	buf_add_char(json->out, ']');
	json->any = true;
}

void json_end(struct json *json)
{
	buf_add_slice(json->out, SLICE("}\n"));
}
