/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Parses the MSRP sections of an SDP. Setup and fingerprints at the session level apply to each
 * section that has none of its own (RFC 4145 4, RFC 8122 5).
 */
#include "sdp/message.h"

#include "base/ascii.h"
#include "sdp/line.h"

/* The lines of a section, or of the session level, so far. */
struct said {
	bool set_up;
	enum sdp_setup setup;
	bool fingerprinted;
	struct sdp_fingerprint fingerprint[SDP_FINGERPRINTS_MAX];
	size_t n_fingerprints;
	struct slice path;
};

static bool same(struct slice text, const char *word)
{
	return slice_equal_nocase(text, slice_from(word));
}

size_t sdp_hash_len(enum sdp_hash hash)
{
	return hash == SDP_SHA1 ? 20 : 32;
}

const char *const sdp_setup_words[SDP_SETUPS] = {
	[SDP_SETUP_ACTPASS] = "actpass",
	[SDP_SETUP_ACTIVE] = "active",
	[SDP_SETUP_PASSIVE] = "passive",
	[SDP_SETUP_HOLDCONN] = "holdconn",
};

static enum sdp_setup parse_setup(struct slice value)
{
	for (size_t i = 1; i < SDP_SETUPS; i++)
		if (same(value, sdp_setup_words[i]))
			return (enum sdp_setup)i;
	return SDP_SETUP_NONE;
}

/* "AB:CD:..." of LEN octets. */
static bool parse_digest(struct slice text, size_t len, uint8_t *ret_digest)
{
	if (text.len != 3 * len - 1)
		return false;
	for (size_t i = 0; i < len; i++) {
		const char *p = text.p + 3 * i;
		int high = ascii_hex_value(p[0]);
		int low = ascii_hex_value(p[1]);

		if (high < 0 || low < 0 || (i + 1 < len && p[2] != ':'))
			return false;
		ret_digest[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

/* Ignores those beyond the array: nobody has as many certificates. */
static void add_fingerprint(struct slice value, struct said *said)
{
	static const char *const hashes[SDP_HASHES] = {
		[SDP_SHA1] = "sha-1", [SDP_SHA256] = "sha-256"
	};
	struct slice hash = sdp_word_next(&value);

	said->fingerprinted = true;
	for (size_t i = 0; i < SDP_HASHES && said->n_fingerprints < SDP_FINGERPRINTS_MAX; i++) {
		struct sdp_fingerprint *f = &said->fingerprint[said->n_fingerprints];

		f->hash = (enum sdp_hash)i;
		if (same(hash, hashes[i]) &&
		    parse_digest(slice_trim(value), sdp_hash_len(f->hash), f->digest))
			said->n_fingerprints++;
	}
}

static void hear(const struct sdp_line *line, struct said *said)
{
	struct slice name, value;

	if (!sdp_line_attribute(line, &name, &value))
		return;
	if (same(name, "setup")) {
		said->set_up = true;
		said->setup = parse_setup(slice_trim(value));
	} else if (same(name, "fingerprint")) {
		add_fingerprint(value, said);
	} else if (same(name, "path") && !said->path.p) {
		said->path = slice_trim(value);
	}
}

/* Parses a section, or the session level. False: it has a malformed line. */
static bool hear_all(struct slice text, struct said *ret_said)
{
	struct sdp_line line;

	*ret_said = (struct said){ 0 };
	while (sdp_line_next(&text, &line)) {
		if (line.type == 0 && line.value.len > 0)
			return false;
		hear(&line, ret_said);
	}
	return true;
}

/* msrp://host:port/id;PARAMETER;PARAMETER, up to the next URI of the path. */
static bool is_for_websocket(struct slice path)
{
	struct slice uri = sdp_word_next(&path);
	struct slice rest = slice_skip(uri, slice_find(uri, ';'));

	while (rest.len > 0) {
		size_t end;

		rest = slice_skip(rest, 1);
		end = slice_find(rest, ';');
		if (same(slice_first(rest, end), "ws"))
			return true;
		rest = slice_skip(rest, end);
	}
	return false;
}

static bool parse_media_port(struct slice text, uint64_t *ret_port)
{
	return slice_to_u64(slice_first(text, slice_find(text, '/')), ret_port) &&
	       *ret_port <= UINT16_MAX;
}

/* Its party can be reached over TCP, or could be before. */
static bool is_msrp_media(const struct sdp_message *message)
{
	return message->closed || (message->path.len > 0 && !is_for_websocket(message->path));
}

static void take_said(const struct said *session, const struct said *said,
		      struct sdp_message *message)
{
	const struct said *by = said->fingerprinted ? said : session;

	message->path = said->path;
	message->setup = said->set_up ? said->setup : session->setup;
	message->fingerprinted = by->fingerprinted;
	message->n_fingerprints = by->n_fingerprints;
	for (size_t i = 0; i < by->n_fingerprints; i++)
		message->fingerprint[i] = by->fingerprint[i];
}

/* *RET_OURS: it is one of ours, and filled in. */
static int read_section(struct slice section, const struct said *session,
			struct sdp_message *ret_message, bool *ret_ours)
{
	struct slice rest = section;
	struct sdp_media_line media;
	struct sdp_line first;
	struct said said;
	uint64_t port;

	*ret_ours = false;
	if (!sdp_line_next(&rest, &first) || !sdp_line_media(&first, &media))
		return SDP_MESSAGE_BAD;
	if (!hear_all(rest, &said))
		return SDP_MESSAGE_BAD;
	ret_message->secure = same(media.protocol, "TCP/TLS/MSRP");
	if (!same(media.media, "message") ||
	    (!ret_message->secure && !same(media.protocol, "TCP/MSRP")))
		return 0;
	if (!parse_media_port(media.port, &port))
		return SDP_MESSAGE_BAD;
	ret_message->closed = port == 0;
	take_said(session, &said, ret_message);
	*ret_ours = is_msrp_media(ret_message);
	return 0;
}

int sdp_messages_read(struct slice sdp, struct sdp_message *ret_message, size_t max, size_t *ret_n)
{
	struct slice section;
	struct said session;
	size_t n = 0;

	if (sdp.len > SDP_MAX || !hear_all(sdp_session_cut(&sdp), &session))
		return SDP_MESSAGE_BAD;
	for (unsigned index = 0; sdp_media_next(&sdp, &section); index++) {
		struct sdp_message message = { .index = index };
		bool ours;
		int result = read_section(section, &session, &message, &ours);

		if (result)
			return result;
		if (!ours)
			continue;
		if (n == max)
			return SDP_MESSAGE_MANY;
		ret_message[n++] = message;
	}
	*ret_n = n;
	return 0;
}
