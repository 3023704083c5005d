/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sdp/media.h"

#include <errno.h>
#include <stdlib.h>

#include "base/ascii.h"
#include "base/buf.h"

/* A media with the text that its strings point into, and after that, lists from several lines. */
struct parsed {
	struct msrp_sdp_media media;
	char text[];
};

/* What stands between two m= lines. */
struct section {
	struct msrp_sdp_media media;
	struct buf accept_types; /* of all lines, as if they were one */
	struct buf accept_wrapped_types;
};

/* Cuts the next line off, without its end. NULL: there is none. */
static char *next_line(char **rest)
{
	char *line = *rest;
	size_t len = strcspn(line, "\n");

	if (!*line)
		return NULL;
	*rest = line + len + (line[len] == '\n');
	if (len > 0 && line[len - 1] == '\r')
		line[len - 1] = '\0';
	line[len] = '\0';
	return line;
}

/* Cuts the next word off; words stand between single spaces. */
static char *next_word(char **rest)
{
	char *word = *rest;
	size_t len = strcspn(word, " ");

	*rest = word + len + (word[len] == ' ');
	word[len] = '\0';
	return word;
}

static bool same_word(const char *a, const char *b)
{
	return slice_equal_nocase(slice_from(a), slice_from(b));
}

/* ---- attributes ---- */

typedef int (*attribute_fn)(char *value, struct msrp_sdp_media *media);

static int parse_setup(char *value, struct msrp_sdp_media *media)
{
	media->setup = same_word(value, "active")    ? MSRP_SETUP_ACTIVE
		       : same_word(value, "passive") ? MSRP_SETUP_PASSIVE
		       : same_word(value, "actpass") ? MSRP_SETUP_ACTPASS
						     : MSRP_SETUP_NONE;
	return 0;
}

static int parse_max_size(char *value, struct msrp_sdp_media *media)
{
	return slice_to_u64(slice_from(value), &media->max_size) ? 0 : -EBADMSG;
}

static int parse_chatroom(char *value, struct msrp_sdp_media *media)
{
	media->chatroom = true;
	while (*value) {
		const char *token = next_word(&value);

		media->nickname |= same_word(token, "nickname");
		media->private_messages |= same_word(token, "private-messages");
	}
	return 0;
}

static int parse_selector(char *value, struct msrp_sdp_media *media)
{
	media->has_file = true;
	return sdp_file_selector_parse(value, &media->file);
}

static int parse_range(char *value, struct msrp_sdp_media *media)
{
	return sdp_file_range_parse(value, media);
}

/* Those whose value is taken as it is. */
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
	{ "setup", parse_setup },	{ "max-size", parse_max_size },
	{ "chatroom", parse_chatroom }, { "file-selector", parse_selector },
	{ "file-range", parse_range },	{ "file-date", sdp_file_date_parse },
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

static void parse_flag(const char *name, struct msrp_sdp_media *media)
{
	for (size_t i = 0; i < COUNT(directions); i++)
		if (same_word(name, directions[i].name))
			media->direction = directions[i].direction;
	if (same_word(name, "msrp-cema"))
		media->cema = true;
}

static int add_types(struct buf *list, const char *value)
{
	if (!*value)
		return -EBADMSG;
	if (list->len > 0)
		buf_add_char(list, ' ');
	buf_add_slice(list, slice_from(value));
	return buf_failed(list) ? -ENOMEM : 0;
}

/* RFC 4566 section 9: names have case in the RFC, and none in the field. */
static int parse_attribute(char *text, struct section *section)
{
	struct msrp_sdp_media *media = &section->media;
	size_t len = strcspn(text, ":");
	char *value = text + len + (text[len] == ':');

	text[len] = '\0';
	if (same_word(text, "accept-types"))
		return add_types(&section->accept_types, value);
	if (same_word(text, "accept-wrapped-types"))
		return add_types(&section->accept_wrapped_types, value);
	for (size_t i = 0; i < COUNT(strings); i++) {
		if (same_word(text, strings[i].name)) {
			*(const char **)(void *)((char *)media + strings[i].offset) = value;
			return *value ? 0 : -EBADMSG;
		}
	}
	for (size_t i = 0; i < COUNT(parsers); i++)
		if (same_word(text, parsers[i].name))
			return parsers[i].parse(value, media);
	parse_flag(text, media);
	return 0;
}

/* ---- lines ---- */

/* c=IN IP4 192.0.2.1, perhaps with "/ttl" */
static int parse_connection(char *text, struct msrp_sdp_media *media)
{
	char *host;

	next_word(&text);
	next_word(&text);
	host = next_word(&text);
	host[strcspn(host, "/")] = '\0';
	media->host = host;
	return *host ? 0 : -EBADMSG;
}

/* m=message 7654 TCP/MSRP *; "not one of ours" leaves ret_ours false. */
static int parse_media(char *text, struct msrp_sdp_media *media, bool *ret_ours)
{
	const char *kind = next_word(&text);
	char *port = next_word(&text);
	const char *protocol = next_word(&text);
	uint64_t number;

	*ret_ours = false;
	media->use_tls = same_word(protocol, "TCP/TLS/MSRP");
	if (!media->use_tls && !same_word(protocol, "TCP/MSRP"))
		return 0;
	if (!same_word(kind, "message"))
		return 0;
	port[strcspn(port, "/")] = '\0';
	if (!slice_to_u64(slice_from(port), &number) || number > UINT16_MAX)
		return -EBADMSG;
	media->port = (uint16_t)number;
	*ret_ours = true;
	return 0;
}

static int parse_line(char *line, struct section *section)
{
	if (line[0] == 'c')
		return parse_connection(line + 2, &section->media);
	if (line[0] == 'a')
		return parse_attribute(line + 2, section);
	return 0;
}

/* Takes lines up to the next m= line, which *rest is left at. */
static int parse_section(char **rest, struct section *section)
{
	int err = 0;

	while (!err && !(**rest == 'm' && (*rest)[1] == '=')) {
		char *line = next_line(rest);

		if (!line)
			break;
		if (line[0] == '\0')
			continue;
		if (!ascii_is_alpha(line[0]) || line[1] != '=')
			return -EBADMSG;
		err = parse_line(line, section);
	}
	return err;
}

/* What the session says as a whole counts for each media that says nothing else. */
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

/* The section of the media number INDEX, which the caller frees whatever is returned. */
static int parse_text(char *text, size_t index, struct section *section)
{
	struct section session = { 0 };
	int err = parse_section(&text, &session);

	section_done(&session);
	while (!err) {
		char *line = next_line(&text);
		bool ours;

		if (!line)
			return -ENOENT;
		section->media = session_defaults(&session.media);
		err = parse_media(line + 2, &section->media, &ours);
		if (!err && ours && index-- == 0)
			return parse_section(&text, section);
		/* What is wrong with others is not ours to find. */
		while (*text && !(text[0] == 'm' && text[1] == '='))
			next_line(&text);
	}
	return err;
}

/* Copies a list to AT, and returns where the next one goes. */
static char *put_list(char *at, const struct buf *list, const char **ret_list)
{
	if (list->len == 0)
		return at;
	memcpy(at, buf_data(list), list->len);
	at[list->len] = '\0';
	*ret_list = at;
	return at + list->len + 1;
}

int msrp_sdp_parse(const char *text, size_t len, size_t index, struct msrp_sdp_media **ret_media)
{
	struct section section = { 0 };
	struct parsed *p;
	char *lists;
	int err;

	if (!text || !ret_media)
		return -EINVAL;
	if (len > SDP_MAX || memchr(text, '\0', len))
		return -EBADMSG;
	/* The lists are no longer than their lines. */
	p = calloc(1, sizeof(*p) + 2 * len + 2);
	if (!p)
		return -ENOMEM;
	memcpy(p->text, text, len);
	err = parse_text(p->text, index, &section);
	if (err) {
		free(p);
	} else {
		p->media = section.media;
		lists = put_list(p->text + len + 1, &section.accept_types, &p->media.accept_types);
		put_list(lists, &section.accept_wrapped_types, &p->media.accept_wrapped_types);
		*ret_media = &p->media;
	}
	section_done(&section);
	return err;
}

struct msrp_sdp_media *msrp_sdp_media_free(struct msrp_sdp_media *media)
{
	free(media); /* the first member of what was allocated */
	return NULL;
}
