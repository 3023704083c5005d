/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes heads fit to be shown to an operator who traces a user or a session: removes every secret.
 * tap.c shows them.
 */
#include "relay/trace/mask.h"

#include <string.h>

#include "base/buf.h"
#include "relay/session/session.h"

static const struct slice stars = { .p = "***", .len = 3 };

struct slice relay_mask_session(struct slice id)
{
	return id.len > RELAY_HANDLE_LEN ? slice_first(id, RELAY_HANDLE_LEN) : id;
}

/* The number of bytes of TEXT before the session-id of the next URI; all, if there is none. */
static size_t find_session_id(struct slice text)
{
	const char *scheme = text.len > 0 ? memmem(text.p, text.len, "://", 3) : NULL;
	struct slice rest;
	size_t at, slash;

	if (!scheme)
		return text.len;
	at = (size_t)(scheme - text.p) + 3;
	rest = slice_skip(text, at);
	slash = slice_find(rest, '/');
	return slash < slice_find(rest, ' ') ? at + slash + 1 : at;
}

static size_t session_id_length(struct slice text)
{
	size_t len = 0;

	while (len < text.len && !strchr("; \t,\"<>", text.p[len]))
		len++;
	return len;
}

/* Adds TEXT, keeping only the beginning of the session-id of each URI. */
static void add_masked(struct buf *out, struct slice text)
{
	while (text.len > 0) {
		size_t before = find_session_id(text);
		struct slice id = slice_skip(text, before);

		buf_add_slice(out, slice_first(text, before));
		id.len = before > 0 && text.p[before - 1] == '/' ? session_id_length(id) : 0;
		text = slice_skip(text, before + id.len);
		buf_add_slice(out, relay_mask_session(id));
		if (relay_mask_session(id).len < id.len)
			buf_add_slice(out, stars);
	}
}

/* An unknown header may be somebody's own way to authenticate. */
static bool is_shown(enum msrp_header_id id)
{
	return id != MSRP_H_UNKNOWN && !msrp_header_is_credential(id);
}

/* Hands over the contents of OUT, and empties it. */
static void end_line(struct buf *out, relay_mask_fn fn, void *arg)
{
	if (!buf_failed(out))
		fn(arg, buf_slice(out));
	buf_clear(out);
}

static void add_start(struct buf *out, const struct msrp_message *m)
{
	buf_add_slice(out, SLICE("MSRP "));
	buf_add_slice(out, m->id);
	buf_add_char(out, ' ');
	if (m->is_request) {
		buf_add_slice(out, m->method_name);
		return;
	}
	buf_add_u64(out, m->status);
	if (m->comment.len > 0)
		buf_add_char(out, ' ');
	add_masked(out, m->comment);
}

static void add_header(struct buf *out, struct slice name, struct slice value, bool shown)
{
	buf_add_slice(out, name);
	buf_add_slice(out, SLICE(": "));
	if (shown)
		add_masked(out, value);
	else
		buf_add_slice(out, stars);
}

void relay_mask_head(const struct msrp_message *m, relay_mask_fn fn, void *arg)
{
	struct buf out = { 0 };

	add_start(&out, m);
	end_line(&out, fn, arg);
	add_header(&out, SLICE("To-Path"), m->to.text, true);
	end_line(&out, fn, arg);
	add_header(&out, SLICE("From-Path"), m->from.text, true);
	end_line(&out, fn, arg);
	for (size_t i = 0; i < m->n_headers; i++) {
		const struct msrp_header_slices *h = &m->header[i];

		add_header(&out, h->name, h->value, is_shown(h->id));
		end_line(&out, fn, arg);
	}
	buf_done(&out);
}
