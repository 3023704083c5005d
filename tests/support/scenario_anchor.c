/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The steps of a transcript in which a proxy talks to the anchor: a line has what it would have
 * parsed of an SDP, and after "shows" what it has to write.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/scenario_step.h"
#include "support/world_anchor.h"
#include "support/world_state.h"

enum { VALUE = 512 };

static const char *const setups[] = {
	[SDP_SETUP_NONE] = "none",	   [SDP_SETUP_ACTPASS] = "actpass",
	[SDP_SETUP_ACTIVE] = "active",	   [SDP_SETUP_PASSIVE] = "passive",
	[SDP_SETUP_HOLDCONN] = "holdconn",
};

static const char *const results[] = {
	[0] = "nothing",
	[RELAY_ANCHOR_UNKNOWN] = "unknown",
	[RELAY_ANCHOR_FULL] = "full",
	[RELAY_ANCHOR_DRAINING] = "draining",
	[RELAY_ANCHOR_BAD] = "bad",
	[RELAY_ANCHOR_NO_PORT] = "no-port",
};

/* The expected contents of one section. */
struct want {
	char setup[16];
	bool secure, closed, alone, is_new;
};

/* A line, taken apart. */
struct line {
	struct relay_exchange exchange;
	struct sdp_message media[RELAY_ANCHOR_SECTIONS_MAX + 1];
	char path[RELAY_ANCHOR_SECTIONS_MAX + 1][VALUE];
	struct want want[RELAY_ANCHOR_SECTIONS_MAX + 1];
	size_t n_want;
	char from[VALUE], to[VALUE], host[VALUE];
	char shows[WORLD_TEXT]; /* to whom */
	char fails[WORLD_TEXT];
	uint64_t delay_ms;
};

static enum sdp_setup find_setup(const char *name)
{
	for (size_t i = 0; i < sizeof(setups) / sizeof(setups[0]); i++) {
		if (strcmp(setups[i], name) == 0)
			return (enum sdp_setup)i;
	}
	abort();
}

/* Commas separate URIs. */
static void put_path(char out[VALUE], const char *value)
{
	snprintf(out, VALUE, "%s", value);
	for (; *out; out++) {
		if (*out == ',')
			*out = ' ';
	}
}

static void put_fingerprint(struct sdp_message *media, enum sdp_hash hash, const char *word)
{
	media->fingerprinted = true;
	media->fingerprint[media->n_fingerprints++] = world_fingerprint(hash, word);
}

static void begin_section(struct line *line, const char *index)
{
	line->media[line->exchange.n_media++].index = (unsigned)strtoul(index, NULL, 10);
}

/* A word about a section. */
static bool read_section_word(struct line *line, const char *word, const char *value)
{
	size_t n = line->exchange.n_media > 0 ? line->exchange.n_media - 1 : 0;
	struct sdp_message *media = &line->media[n];

	if (strcmp(word, "m") == 0)
		begin_section(line, value);
	else if (strcmp(word, "path") == 0)
		put_path(line->path[n], value);
	else if (strcmp(word, "setup") == 0)
		media->setup = find_setup(value);
	else if (strcmp(word, "tls") == 0)
		media->secure = true;
	else if (strcmp(word, "closed") == 0)
		media->closed = true;
	else if (strcmp(word, "sha256") == 0)
		put_fingerprint(media, SDP_SHA256, value);
	else if (strcmp(word, "sha1") == 0)
		put_fingerprint(media, SDP_SHA1, value);
	else if (strcmp(word, "md5") == 0)
		media->fingerprinted = true;
	else
		return false;
	return true;
}

static bool read_word(struct line *line, const char *word, const char *value)
{
	if (strcmp(word, "from") == 0)
		snprintf(line->from, VALUE, "%s", value);
	else if (strcmp(word, "to") == 0)
		snprintf(line->to, VALUE, "%s", value);
	else if (strcmp(word, "host") == 0)
		snprintf(line->host, VALUE, "%s", value);
	else if (strcmp(word, "as-tls") == 0)
		line->exchange.transport = RELAY_TRANSPORT_TLS;
	else if (strcmp(word, "as-tcp") == 0)
		line->exchange.transport = RELAY_TRANSPORT_TCP;
	else if (strcmp(word, "be-passive") == 0)
		line->exchange.passive = true;
	else if (strcmp(word, "without-tls") == 0)
		line->exchange.place.secure_port = 0;
	else if (strcmp(word, "delay") == 0)
		line->delay_ms = strtoull(value, NULL, 10) * 1000;
	else
		return read_section_word(line, word, value);
	return true;
}

static bool read_want(struct line *line, const char *word, const char *value)
{
	struct want *want = &line->want[line->n_want > 0 ? line->n_want - 1 : 0];

	if (strcmp(word, "m") == 0)
		line->n_want++;
	else if (strcmp(word, "setup") == 0)
		snprintf(want->setup, sizeof(want->setup), "%s", value);
	else if (strcmp(word, "tls") == 0)
		want->secure = true;
	else if (strcmp(word, "closed") == 0)
		want->closed = true;
	else if (strcmp(word, "alone") == 0)
		want->alone = true;
	else if (strcmp(word, "new") == 0)
		want->is_new = true;
	else
		return false;
	return true;
}

static bool read_line(struct scenario *s, struct line *line, char *text)
{
	bool wants = false;
	char *at, *word;

	line->exchange.place = (struct relay_place){ .secure_port = 2855, .plain_port = 2856 };
	line->delay_ms = 5000;
	snprintf(line->host, VALUE, "192.0.2.10");
	for (word = strtok_r(text, " ", &at); word; word = strtok_r(NULL, " ", &at)) {
		char *value = strchr(word, '=');

		if (value)
			*value++ = '\0';
		if (strcmp(word, "shows") == 0 || strcmp(word, "fails") == 0) {
			char *name = strtok_r(NULL, " ", &at);

			wants = true;
			snprintf(*word == 's' ? line->shows : line->fails, WORLD_TEXT, "%s",
				 name ? name : "");
		} else if (!(wants ? read_want : read_word)(line, word, value ? value : "")) {
			return scenario_fail(s, "this word is not known: %s", word);
		}
	}
	if (line->exchange.n_media == 0 && (line->path[0][0] || line->media[0].closed))
		begin_section(line, "0");
	for (size_t i = 0; i < line->exchange.n_media; i++)
		line->media[i].path = slice_from(line->path[i]);
	line->exchange.media = line->media;
	line->exchange.from_tag = slice_from(line->from);
	line->exchange.to_tag = slice_from(line->to);
	line->exchange.place.host = slice_from(line->host);
	return true;
}

/* The rest of the line, with bound names filled in. */
static bool take_line(struct scenario *s, struct scenario_step *step, struct line *line)
{
	struct slice missing = { 0 };
	struct buf text = { 0 };
	bool ok;

	*line = (struct line){ 0 };
	if (!template_expand(&s->bindings, step->rest, &text, &missing) && !s->play->lenient) {
		buf_done(&text);
		return scenario_fail(s, "{%" SLICE_FMT "} is not bound", SLICE_ARG(missing));
	}
	buf_add_char(&text, '\0');
	ok = read_line(s, line, (char *)text.block);
	buf_done(&text);
	line->exchange.call_id = slice_from(step->word[1]);
	return ok;
}

/* Bound under the name, or the same as before, or different. */
static bool check_uri(struct scenario *s, const struct line *line, size_t i,
		      const struct relay_shown *shown)
{
	char name[WORLD_TEXT + 32];
	const char *before;

	if (i == 0)
		snprintf(name, sizeof(name), "%s.uri", line->shows);
	else
		snprintf(name, sizeof(name), "%s.uri%zu", line->shows, i + 1);
	before = bindings_find(&s->bindings, slice_from(name));
	if (before && (strcmp(before, shown->uri) == 0) == line->want[i].is_new)
		return scenario_fail(s, "%s is shown %s, and was shown %s", line->shows, shown->uri,
				     before);
	bindings_set(&s->bindings, slice_from(name), slice_from(shown->uri));
	return true;
}

static bool check_shown(struct scenario *s, const struct line *line, size_t i,
			const struct relay_shown *shown)
{
	const struct want *want = &line->want[i];

	if (shown->anchored == want->alone)
		return scenario_fail(s, "section %zu is %s", i, want->alone ? "anchored" : "alone");
	if (want->alone)
		return true;
	if (shown->closed != want->closed)
		return scenario_fail(s, "section %zu is %s", i, want->closed ? "open" : "closed");
	if (want->closed)
		return true;
	if (shown->secure != want->secure)
		return scenario_fail(s, "section %zu has %s TLS", i, want->secure ? "no" : "");
	if (shown->port != (want->secure ? 2855 : 2856))
		return scenario_fail(s, "section %zu has port %u", i, (unsigned)shown->port);
	if (want->setup[0] && strcmp(want->setup, setups[shown->setup]) != 0)
		return scenario_fail(s, "section %zu has setup %s", i, setups[shown->setup]);
	return check_uri(s, line, i, shown);
}

static bool check_result(struct scenario *s, const struct line *line, int err, const char *why)
{
	const char *result = err >= 0 ? results[err] : "out of memory";

	if (strcmp(line->fails, err ? result : "") == 0)
		return true;
	return scenario_fail(s, "%s has failed: %s", result, err ? why : "");
}

bool scenario_exchange(struct scenario *s, struct scenario_step *step)
{
	bool is_offer = strcmp(step->word[0], "offer") == 0;
	struct relay_shown shown[RELAY_ANCHOR_SECTIONS_MAX + 1];
	const char *why = "";
	struct line line;
	bool ok = true;
	int err;

	if (!take_line(s, step, &line))
		return false;
	world_enter(&s->world);
	err = (is_offer ? relay_anchor_offer
			: relay_anchor_answer)(world_relay_of(&s->world, line.exchange.call_id),
					       s->world.now_ms, &line.exchange, shown, &why);
	world_leave(&s->world);
	if (!check_result(s, &line, err, why))
		return false;
	for (size_t i = 0; !err && ok && i < line.exchange.n_media; i++)
		ok = check_shown(s, &line, i, &shown[i]);
	world_pump(&s->world);
	return ok;
}

bool scenario_delete(struct scenario *s, struct scenario_step *step)
{
	struct line line;
	int err;

	if (!take_line(s, step, &line))
		return false;
	world_enter(&s->world);
	err = relay_anchor_delete(world_relay_of(&s->world, line.exchange.call_id), s->world.now_ms,
				  line.exchange.call_id, line.exchange.to_tag, line.delay_ms, NULL);
	world_leave(&s->world);
	world_pump(&s->world);
	return check_result(s, &line, err, "");
}

/* call ID bytes A B chunks A B connected N */
bool scenario_call(struct scenario *s, struct scenario_step *step)
{
	struct slice id = slice_from(step->word[1]);
	struct relay_call_view view;
	char want[VALUE], got[VALUE];
	bool found;

	world_enter(&s->world);
	found = relay_anchor_query(world_relay_of(&s->world, id), s->world.now_ms, id, &view);
	world_leave(&s->world);
	if (!found)
		return scenario_fail(s, "there is no such call");
	snprintf(want, sizeof(want), "%" SLICE_FMT, SLICE_ARG(step->rest));
	snprintf(got, sizeof(got),
		 "bytes %" PRIu64 " %" PRIu64 " chunks %" PRIu64 " %" PRIu64 " connected %zu",
		 view.bytes[0], view.bytes[1], view.chunks[0], view.chunks[1], view.n_connected);
	return strcmp(want, got) == 0 || scenario_fail(s, "the call has %s", got);
}

/* hangup ID "WHY": the operator ends the call. */
bool scenario_hangup(struct scenario *s, struct scenario_step *step)
{
	struct slice id = slice_from(step->word[1]);
	char why[WORLD_TEXT];
	int err;

	snprintf(why, sizeof(why), "%" SLICE_FMT, SLICE_ARG(step->quoted));
	world_enter(&s->world);
	err = relay_anchor_end(world_relay_of(&s->world, id), s->world.now_ms, id, why);
	world_leave(&s->world);
	world_pump(&s->world);
	return err == 0 || scenario_fail(s, "there is no such call");
}
