/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes flat JSON objects (RFC 8259), one per line. Texts are escaped like those of the log (see
 * record_escape()), because most of them come from the network and go to a terminal. The buffer
 * remembers a lack of memory. jansson, with which msrpctl reads these lines, would build a tree on
 * the heap for each session of a list and leave the texts as they are.
 */
#ifndef DAEMON_SERVE_JSON_H
#define DAEMON_SERVE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

struct json {
	struct buf *out;
	bool any; /* a member or item precedes */
};

struct json json_begin(struct buf *out);

/* KEY is one of our own words and needs no escaping. */
void json_text(struct json *json, const char *key, struct slice text);
/* Our own text, written verbatim, quotation marks and all. */
void json_raw_text(struct json *json, const char *key, struct slice text);
void json_number(struct json *json, const char *key, uint64_t value);
void json_flag(struct json *json, const char *key, bool value);

/* An array of texts: begin, any number of items, end. */
void json_begin_list(struct json *json, const char *key);
void json_item(struct json *json, struct slice text);
void json_end_list(struct json *json);

void json_end(struct json *json);

#endif
