/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "relay/sibling.h"

#include "msrp/head.h"
#include "relay/hop.h"
#include "relay/settings.h"

/* One for each worker. Any of them may begin a session-id (RFC 4975 section 9). */
static const char letters[RELAY_WORKERS_MAX + 1] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void relay_sibling_make_id(struct relay *relay, char ret_id[RELAY_SESSION_LEN + 1])
{
	ret_id[0] = letters[relay->config->worker];
	msrp_session_id_make(&relay->random, ret_id + 1);
}

static bool find_by_id(const struct relay_config *config, struct slice id, unsigned *ret_worker)
{
	size_t worker;

	if (config->n_workers < 2 || id.len != RELAY_SESSION_LEN)
		return false;
	worker = slice_find(slice_from(letters), id.p[0]);
	if (worker >= config->n_workers || worker == config->worker)
		return false;
	*ret_worker = (unsigned)worker;
	return true;
}

static bool is_anothers(const struct relay *relay, struct slice id, const struct relay_hop *hop)
{
	return relay->host->is_anothers(relay->arg, id, relay_hop_name(hop));
}

/* With sessmatch the session-id is enough, if there is such a session (RFC 6714). */
bool relay_sibling_find(const struct relay *relay, const struct msrp_uri *uri, unsigned *ret_worker)
{
	return find_by_id(relay->config, uri->session_id, ret_worker) &&
	       (relay_settings_is_own(relay->config, uri) ||
		(relay->config->session.sessmatch && is_anothers(relay, uri->session_id, NULL)));
}

bool relay_sibling_owns(const struct relay *relay, const struct msrp_uri *uri,
			const struct relay_hop *hop)
{
	unsigned worker;

	return relay_sibling_find(relay, uri, &worker) && is_anothers(relay, uri->session_id, hop);
}

/*
 * The line that TEXT begins with, and what follows it. False: it is not complete. An
 * LF alone is no end, and makes the line an empty one, which is none of any use.
 */
static bool split_line(struct slice text, struct slice *ret_line, struct slice *ret_rest)
{
	size_t end = slice_find(text, '\n');

	if (end == text.len)
		return false;
	*ret_line = slice_first(text, end > 0 && text.p[end - 1] == '\r' ? end - 1 : 0);
	*ret_rest = slice_skip(text, end + 1);
	return true;
}

/* The first URI of the To-Path that LINE is. */
static bool first_uri(struct slice line, struct msrp_uri *ret_uri)
{
	size_t colon = slice_find(line, ':');
	struct slice value;

	if (colon == line.len || !slice_equal_nocase(slice_first(line, colon), SLICE("To-Path")))
		return false;
	value = slice_skip(line, colon + 1);
	while (value.len > 0 && value.p[0] == ' ')
		value = slice_skip(value, 1);
	return msrp_uri_parse(slice_first(value, slice_find(value, ' ')), ret_uri) == 0;
}

static bool is_request(struct slice line)
{
	struct msrp_message m;
	const char *problem;

	return msrp_head_parse_start(line, &m, &problem) == 0 && m.is_request;
}

enum relay_peek relay_peek(const struct relay *relay, const uint8_t *in, size_t len,
			   unsigned *ret_worker)
{
	const struct slice start = SLICE("MSRP ");
	struct slice text = slice_make(in, len), line, rest;
	size_t known = len < start.len ? len : start.len;
	struct msrp_uri uri;

	if (!slice_equal(slice_first(text, known), slice_first(start, known)))
		return RELAY_PEEK_STAY;
	if (!split_line(text, &line, &rest))
		return len < MSRP_HEAD_MAX ? RELAY_PEEK_MORE : RELAY_PEEK_STAY;
	if (!is_request(line))
		return RELAY_PEEK_STAY;
	if (!split_line(rest, &line, &rest))
		return len < MSRP_HEAD_MAX ? RELAY_PEEK_MORE : RELAY_PEEK_STAY;
	if (first_uri(line, &uri) && relay_sibling_find(relay, &uri, ret_worker))
		return RELAY_PEEK_MOVE;
	return RELAY_PEEK_STAY;
}
