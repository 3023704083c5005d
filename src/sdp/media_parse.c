/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Parses one MSRP session of a session description: finds its section, and stores the lines that it
 * knows in struct msrp_sdp_media. Defaults come from the session level.
 */
#include "sdp/media.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "sdp/line.h"

/* A media with the text that its strings point into, and after that, lists from several lines. */
struct parsed {
	struct msrp_sdp_media media;
	char text[];
};

/* A section while its lines are parsed. */
struct section {
	struct msrp_sdp_media media;
	char *at;		 /* where its next string goes */
	struct buf accept_types; /* of all lines, joined */
	struct buf accept_wrapped_types;
};

/* ---- attributes ---- */

typedef int (*attribute_fn)(struct slice value, struct section *section);

static int parse_setup(struct slice value, struct section *section)
{
	section->media.setup = slice_is_nocase(value, "active")	   ? MSRP_SETUP_ACTIVE
			       : slice_is_nocase(value, "passive") ? MSRP_SETUP_PASSIVE
			       : slice_is_nocase(value, "actpass") ? MSRP_SETUP_ACTPASS
								   : MSRP_SETUP_NONE;
	return 0;
}

static int parse_max_size(struct slice value, struct section *section)
{
	return slice_to_u64(value, &section->media.max_size) ? 0 : -EBADMSG;
}

static int parse_chatroom(struct slice value, struct section *section)
{
	section->media.chatroom = true;
	while (value.len > 0) {
		struct slice token = sdp_word_next(&value);

		section->media.nickname |= slice_is_nocase(token, "nickname");
		section->media.private_messages |= slice_is_nocase(token, "private-messages");
	}
	return 0;
}

static int parse_selector(struct slice value, struct section *section)
{
	section->media.has_file = true;
	return sdp_file_selector_parse(value, &section->at, &section->media.file);
}

static int parse_range(struct slice value, struct section *section)
{
	return sdp_file_range_parse(value, &section->media);
}

static int parse_date(struct slice value, struct section *section)
{
	return sdp_file_date_parse(value, &section->at, &section->media);
}

static int add_types(struct buf *list, struct slice value)
{
	if (value.len == 0)
		return -EBADMSG;
	if (list->len > 0)
		buf_add_char(list, ' ');
	buf_add_slice(list, value);
	return buf_failed(list) ? -ENOMEM : 0;
}

static int parse_types(struct slice value, struct section *section)
{
	return add_types(&section->accept_types, value);
}

static int parse_wrapped_types(struct slice value, struct section *section)
{
	return add_types(&section->accept_wrapped_types, value);
}

/* Attributes whose value is stored as it is. */
static const struct {
	const char *name;
	size_t offset;
} strings[] = {
	{ "path", offsetof(struct msrp_sdp_media, path) },
	{ "file-transfer-id", offsetof(struct msrp_sdp_media, file_transfer_id) },
	{ "file-disposition", offsetof(struct msrp_sdp_media, file_disposition) },
	{ "file-icon", offsetof(struct msrp_sdp_media, file_icon) },
};

static const struct {
	const char *name;
	attribute_fn parse;
} parsers[] = {
	{ "accept-types", parse_types }, { "accept-wrapped-types", parse_wrapped_types },
	{ "setup", parse_setup },	 { "max-size", parse_max_size },
	{ "chatroom", parse_chatroom },	 { "file-selector", parse_selector },
	{ "file-range", parse_range },	 { "file-date", parse_date },
};

static const struct {
	const char *name;
	enum msrp_direction direction;
} directions[] = {
	{ "sendrecv", MSRP_SENDRECV },
	{ "sendonly", MSRP_SENDONLY },
	{ "recvonly", MSRP_RECVONLY },
	{ "inactive", MSRP_INACTIVE },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void parse_flag(struct slice name, struct msrp_sdp_media *media)
{
	for (size_t i = 0; i < COUNT(directions); i++)
		if (slice_is_nocase(name, directions[i].name))
			media->direction = directions[i].direction;
	if (slice_is_nocase(name, "msrp-cema"))
		media->cema = true;
}

static int take_attribute(struct section *section, size_t offset, struct slice value)
{
	if (value.len == 0)
		return -EBADMSG;
	*(const char **)(void *)((char *)&section->media + offset) =
	    slice_pack(value, &section->at);
	return 0;
}

/* RFC 4566 section 9: names are case-sensitive, but not in the field. */
static int parse_attribute(struct slice name, struct slice value, struct section *section)
{
	for (size_t i = 0; i < COUNT(strings); i++)
		if (slice_is_nocase(name, strings[i].name))
			return take_attribute(section, strings[i].offset, value);
	for (size_t i = 0; i < COUNT(parsers); i++)
		if (slice_is_nocase(name, parsers[i].name))
			return parsers[i].parse(value, section);
	parse_flag(name, &section->media);
	return 0;
}

/* ---- lines ---- */

/* c=IN IP4 192.0.2.1, perhaps with "/ttl" */
static int parse_connection(struct slice value, struct section *section)
{
	struct slice host;

	sdp_word_next(&value);
	sdp_word_next(&value);
	host = sdp_word_next(&value);
	host = slice_first(host, slice_find(host, '/'));
	section->media.host = slice_pack(host, &section->at);
	return host.len > 0 ? 0 : -EBADMSG;
}

/* m=message 7654 TCP/MSRP *; for other media ret_ours stays false. */
static int parse_media(const struct sdp_line *line, struct msrp_sdp_media *media, bool *ret_ours)
{
	struct sdp_media_line m;
	uint64_t number;

	*ret_ours = false;
	sdp_line_media(line, &m);
	media->use_tls = slice_is_nocase(m.protocol, "TCP/TLS/MSRP");
	if (!media->use_tls && !slice_is_nocase(m.protocol, "TCP/MSRP"))
		return 0;
	if (!slice_is_nocase(m.media, "message"))
		return 0;
	if (!slice_to_u64(slice_first(m.port, slice_find(m.port, '/')), &number) ||
	    number > UINT16_MAX)
		return -EBADMSG;
	media->port = (uint16_t)number;
	*ret_ours = true;
	return 0;
}

static int parse_line(const struct sdp_line *line, struct section *section)
{
	struct slice name, value;

	if (line->type == 'c')
		return parse_connection(line->value, section);
	if (sdp_line_attribute(line, &name, &value))
		return parse_attribute(name, value, section);
	/* Lines of other types do not concern us; empty ones are harmless. */
	return line->type || line->value.len == 0 ? 0 : -EBADMSG;
}

static int parse_lines(struct slice lines, struct section *section)
{
	struct sdp_line line;
	int err = 0;

	while (!err && sdp_line_next(&lines, &line))
		err = parse_line(&line, section);
	return err;
}

/* ---- sections ---- */

/* The session level applies to each media that has no line of its own. */
static struct msrp_sdp_media session_defaults(const struct msrp_sdp_media *session)
{
	return (struct msrp_sdp_media){
		.host = session->host,
		.setup = session->setup,
		.direction = session->direction,
	};
}

static void section_done(struct section *section)
{
	buf_done(&section->accept_types);
	buf_done(&section->accept_wrapped_types);
}

/* Parses the session level; leaves the media's defaults in SECTION. */
static int parse_session(struct slice lines, struct section *section)
{
	struct section session = { .at = section->at };
	int err = parse_lines(lines, &session);

	section_done(&session);
	section->at = session.at;
	section->media = session_defaults(&session.media);
	return err;
}

/* Parses the section of media INDEX, which the caller frees in every case. */
static int parse_text(struct slice text, size_t index, struct section *section)
{
	int err = parse_session(sdp_session_cut(&text), section);
	const struct msrp_sdp_media defaults = section->media;
	struct slice lines;

	while (!err && sdp_media_next(&text, &lines)) {
		struct sdp_line line;
		bool ours;

		section->media = defaults;
		sdp_line_next(&lines, &line);
		err = parse_media(&line, &section->media, &ours);
		/* Mistakes in other media do not concern us. */
		if (!err && ours && index-- == 0)
			return parse_lines(lines, section);
	}
	return err ? err : -ENOENT;
}

static void pack_list(const struct buf *list, char **at, const char **ret_list)
{
	if (list->len > 0)
		*ret_list = slice_pack(buf_slice(list), at);
}

static int media_new(struct slice text, size_t index, struct msrp_sdp_media **ret_media)
{
	/* No string, with its NUL, is longer than the line or lines that it comes from. */
	struct parsed *p = calloc(1, sizeof(*p) + text.len + 1);
	struct section section = { .at = p ? p->text : NULL };
	int err;

	if (!p)
		return -ENOMEM;
	err = parse_text(text, index, &section);
	if (err) {
		free(p);
	} else {
		p->media = section.media;
		pack_list(&section.accept_types, &section.at, &p->media.accept_types);
		pack_list(&section.accept_wrapped_types, &section.at,
			  &p->media.accept_wrapped_types);
		*ret_media = &p->media;
	}
	section_done(&section);
	return err;
}

int msrp_sdp_parse(const char *text, size_t len, size_t index, struct msrp_sdp_media **ret_media)
{
	if (!text || !ret_media)
		return -EINVAL;
	/* A NUL would cut strings short. */
	if (len > SDP_MAX || memchr(text, '\0', len))
		return -EBADMSG;
	return media_new(slice_make(text, len), index, ret_media);
}

struct msrp_sdp_media *msrp_sdp_media_free(struct msrp_sdp_media *media)
{
	free(media); /* the first member of the allocated struct */
	return NULL;
}
