/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Goes through the lines of an SDP and decides for each whether it stays, goes, or is replaced.
 * Added lines end like the m= line of their section, because CRLF and LF occur mixed.
 */
#include "sdp/rewrite.h"

#include "sdp/line.h"

/* The current section. */
struct section {
	const struct sdp_changes *all;
	const struct sdp_change *change;
	struct buf *out;
	struct slice end; /* of added lines */
	bool placed;	  /* c= has been written */
	bool routed;	  /* a=path has been written */
	bool sized;	  /* it has an a=max-size */
	bool open;	  /* the line before has no end */
};

static void put_plain(struct buf *out, const char *text)
{
	buf_add_slice(out, slice_from(text));
}

static struct slice end_of_line(const struct sdp_line *line)
{
	size_t len = line->value.len + (line->type ? 2 : 0);

	return slice_skip(line->octets, len);
}

static void put_end(struct section *s)
{
	buf_add_slice(s->out, s->end);
}

static void put_address(struct buf *out, struct slice address)
{
	put_plain(out, slice_find(address, ':') < address.len ? "IN IP6 " : "IN IP4 ");
	buf_add_slice(out, address);
}

/* ---- lines of ours ---- */

/* After m= and i=, where RFC 4566 section 5 requires it. */
static void put_connection(struct section *s)
{
	if (s->placed)
		return;
	s->placed = true;
	put_plain(s->out, "c=");
	put_address(s->out, s->all->address);
	put_end(s);
}

static void put_setup(struct section *s)
{
	if (s->change->setup == SDP_SETUP_NONE)
		return;
	put_plain(s->out, "a=setup:");
	put_plain(s->out, sdp_setup_words[s->change->setup]);
	put_end(s);
}

static void put_fingerprint(struct section *s, const struct sdp_fingerprint *fingerprint)
{
	static const char digits[] = "0123456789ABCDEF";

	put_plain(s->out, fingerprint->hash == SDP_SHA1 ? "a=fingerprint:sha-1 "
							: "a=fingerprint:sha-256 ");
	for (size_t i = 0; i < sdp_hash_len(fingerprint->hash); i++) {
		if (i > 0)
			buf_add_char(s->out, ':');
		buf_add_char(s->out, digits[fingerprint->digest[i] >> 4]);
		buf_add_char(s->out, digits[fingerprint->digest[i] & 15]);
	}
	put_end(s);
}

static void put_max_size(struct section *s)
{
	put_plain(s->out, "a=max-size:");
	buf_add_u64(s->out, s->all->max_size);
	put_end(s);
}

/* Everything that tells how to reach us, in place of the first a=path. */
static void put_route(struct section *s)
{
	if (s->routed)
		return;
	s->routed = true;
	put_plain(s->out, "a=path:");
	buf_add_slice(s->out, s->change->uri);
	put_end(s);
	put_setup(s);
	for (size_t i = 0; s->change->secure && i < s->all->n_fingerprints; i++)
		put_fingerprint(s, &s->all->fingerprint[i]);
	if (!s->sized && s->all->max_size > 0)
		put_max_size(s);
}

/* The protocol keeps its spelling unless it changes. */
static void put_media(struct section *s, const struct sdp_line *line)
{
	struct sdp_media_line media;
	bool was_secure;

	sdp_line_media(line, &media);
	was_secure = slice_is_nocase(media.protocol, "TCP/TLS/MSRP");
	put_plain(s->out, "m=");
	buf_add_slice(s->out, media.media);
	buf_add_char(s->out, ' ');
	buf_add_u64(s->out, s->change->port);
	buf_add_char(s->out, ' ');
	if (was_secure == s->change->secure)
		buf_add_slice(s->out, media.protocol);
	else
		put_plain(s->out, s->change->secure ? "TCP/TLS/MSRP" : "TCP/MSRP");
	buf_add_slice(s->out,
		      slice_skip(line->octets,
				 (size_t)(media.protocol.p + media.protocol.len - line->octets.p)));
	if (end_of_line(line).len == 0)
		put_end(s);
}

/* ---- lines of the parties ---- */

/*
 * Attributes that would lead around us, or concern a connection that ends here: ICE (RFC 8839),
 * CEMA, which a middlebox that speaks MSRP must not pass on (RFC 6714 6.2), a=connection, which
 * MSRP does not use (RFC 6135 4.4), and TLS association ids (RFC 8842).
 */
static bool leads_around(struct slice name)
{
	static const char *const names[] = {
		"candidate",	     "remote-candidates",
		"end-of-candidates", "ice-ufrag",
		"ice-pwd",	     "ice-options",
		"ice-pacing",	     "ice-lite",
		"ice-mismatch",	     "msrp-cema",
		"connection",	     "tls-id",
		"fingerprint",	     "setup",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (slice_is_nocase(name, names[i]))
			return true;
	return false;
}

static void keep_line(struct section *s, const struct sdp_line *line)
{
	buf_add_slice(s->out, line->octets);
	s->open = end_of_line(line).len == 0;
}

/* More than we accept; a malformed value counts as unlimited. */
static bool is_more(struct slice value, uint64_t max_size)
{
	uint64_t size;

	return max_size > 0 && (!slice_to_u64(slice_trim(value), &size) || size > max_size);
}

static void rewrite_attribute(struct section *s, const struct sdp_line *line)
{
	struct slice name, value;

	sdp_line_attribute(line, &name, &value);
	if (slice_is_nocase(name, "path"))
		put_route(s);
	else if (slice_is_nocase(name, "max-size") && is_more(value, s->all->max_size))
		put_max_size(s);
	else if (!leads_around(name))
		keep_line(s, line);
}

static void rewrite_line(struct section *s, const struct sdp_line *line)
{
	if (line->type != 'i')
		put_connection(s);
	if (line->type == 'a')
		rewrite_attribute(s, line);
	else if (line->type != 'c')
		keep_line(s, line);
}

static bool says_size(struct slice section)
{
	struct slice name, value;
	struct sdp_line line;

	while (sdp_line_next(&section, &line))
		if (sdp_line_attribute(&line, &name, &value) && slice_is_nocase(name, "max-size"))
			return true;
	return false;
}

static void rewrite_section(struct slice section, const struct sdp_changes *all,
			    const struct sdp_change *change, struct buf *out)
{
	struct section s = { .all = all, .change = change, .out = out };
	struct sdp_line line;

	s.sized = says_size(section);
	sdp_line_next(&section, &line);
	s.end = end_of_line(&line).len > 0 ? end_of_line(&line) : SLICE("\r\n");
	put_media(&s, &line);
	while (sdp_line_next(&section, &line))
		rewrite_line(&s, &line);
	if (s.placed)
		return;
	if (s.open)
		put_end(&s);
	put_connection(&s);
}

/* ---- the session ---- */

/* o=USER ID VERSION NETWORK FAMILY ADDRESS; the last three are replaced. */
static void rewrite_origin(const struct sdp_line *line, struct slice address, struct buf *out)
{
	struct slice rest = line->value;

	put_plain(out, "o=");
	for (int i = 0; i < 3; i++) {
		buf_add_slice(out, sdp_word_next(&rest));
		buf_add_char(out, ' ');
	}
	put_address(out, address);
	buf_add_slice(out, end_of_line(line));
}

static bool is_closed(struct slice section)
{
	struct sdp_media_line media;
	struct sdp_line line;

	return sdp_line_next(&section, &line) && sdp_line_media(&line, &media) &&
	       slice_is_nocase(media.port, "0");
}

/* A section that is neither changed nor closed still needs the session level. */
static bool has_others(struct slice sections, const struct sdp_changes *changes)
{
	struct slice section;
	size_t n = 0;

	for (unsigned index = 0; sdp_media_next(&sections, &section); index++) {
		if (n < changes->n_sections && changes->section[n].index == index)
			n++;
		else if (!is_closed(section))
			return true;
	}
	return changes->n_sections == 0;
}

static void rewrite_session(struct slice session, const struct sdp_changes *changes, bool shared,
			    struct buf *out)
{
	struct slice name, value;
	struct sdp_line line;

	while (sdp_line_next(&session, &line)) {
		if (line.type == 'o' && changes->replace_origin)
			rewrite_origin(&line, changes->address, out);
		else if (shared || !sdp_line_attribute(&line, &name, &value) || !leads_around(name))
			buf_add_slice(out, line.octets);
	}
}

void sdp_rewrite(struct slice sdp, const struct sdp_changes *changes, struct buf *out)
{
	struct slice session = sdp_session_cut(&sdp);
	struct slice section;
	size_t n = 0;

	rewrite_session(session, changes, has_others(sdp, changes), out);
	for (unsigned index = 0; sdp_media_next(&sdp, &section); index++) {
		if (n < changes->n_sections && changes->section[n].index == index)
			rewrite_section(section, changes, &changes->section[n++], out);
		else
			buf_add_slice(out, section);
	}
}
