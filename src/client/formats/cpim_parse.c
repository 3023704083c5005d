/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Unwraps a message. The headers are copied once and split into strings in the copy; the content
 * stays in the input.
 */
#include <errno.h>
#include <stdlib.h>

#include "client/formats/cpim.h"

enum {
	HEADERS_MAX = 64,     /* of the message and of its content together */
	HEAD_MAX = 16 * 1024, /* of both; as large as an MSRP head may be */
};

/* A message with everything that its pointers point to, except the content. */
struct parsed {
	struct msrp_cpim cpim;
	struct msrp_cpim_header header[HEADERS_MAX];
	char text[];
};

/* ---- where the head ends ---- */

/* The length of the line at TEXT with its end, or 0 if it has none. */
static size_t line_len(struct slice text)
{
	size_t at = slice_find(text, '\n');

	return at < text.len ? at + 1 : 0;
}

static bool is_blank_line(struct slice line)
{
	return line.len == 1 || (line.len == 2 && line.p[0] == '\r');
}

/* The length up to and including the blank line; 0: there is none, or it is too far away. */
static size_t section_len(struct slice text)
{
	size_t at = 0;

	while (at < HEAD_MAX) {
		size_t len = line_len(slice_skip(text, at));

		if (len == 0)
			return 0;
		at += len;
		if (is_blank_line(slice_make(text.p + at - len, len)))
			return at;
	}
	return 0;
}

/* ---- headers ---- */

/* Cuts a line off the text at *rest; returns NULL for the blank line. */
static char *next_line(char **rest)
{
	char *line = *rest;
	size_t len = strcspn(line, "\n");

	*rest = line + len + (line[len] == '\n');
	if (len > 0 && line[len - 1] == '\r')
		line[len - 1] = '\0';
	line[len] = '\0';
	return *line ? line : NULL;
}

/* MIME header lines may be folded (RFC 5322 2.2.3): line ends become spaces. */
static void unfold(char *text)
{
	for (char *at = strchr(text, '\n'); at; at = strchr(at + 1, '\n')) {
		if (at[1] != ' ' && at[1] != '\t')
			continue;
		*at = ' ';
		if (at > text && at[-1] == '\r')
			at[-1] = ' ';
	}
}

/* "Name:;parameters value". The space may be missing. */
static bool split_header(char *line, struct msrp_cpim_header *ret_header)
{
	char *colon = strchr(line, ':');
	char *value;

	if (!colon)
		return false;
	*colon = '\0';
	value = colon + 1;
	*ret_header = (struct msrp_cpim_header){ .name = line };
	if (*value == ';') {
		ret_header->parameters = value;
		value += strcspn(value, " ");
		if (!*value)
			return false;
		*value++ = '\0';
	} else if (*value == ' ') {
		value++;
	}
	ret_header->value = value;
	return client_cpim_is_name(line);
}

/* [Formal-name] <URI>, where the name may be a quoted string. */
static bool parse_address(char *value, struct msrp_cpim_address *ret_address)
{
	char *open = strrchr(value, '<');
	size_t len = strlen(value);
	char *end = open;

	if (!open || value[len - 1] != '>' || open + 2 == value + len)
		return false;
	value[len - 1] = '\0';
	while (end > value && end[-1] == ' ')
		end--;
	ret_address->uri = open + 1;
	ret_address->name = NULL;
	*open = '\0'; /* the URI begins after it */
	*end = '\0';
	if (end == value)
		return true;
	if (*value == '"' && end - value >= 2 && end[-1] == '"') {
		end[-1] = '\0';
		value++;
	}
	if (!client_cpim_unescape(value))
		return false;
	ret_address->name = *value ? value : NULL; /* a lone backslash stands for nothing */
	return true;
}

/* Names that may be in a Require because we understand them. */
static bool is_known_requirement(struct slice name)
{
	static const char *const known[] = { "From", "To",	"cc",	  "DateTime",
					     "NS",   "Subject", "Require" };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (slice_equal(name, slice_from(known[i])))
			return true;
	return false;
}

static void check_required(struct msrp_cpim *cpim, const char *names)
{
	while (*names && !cpim->required) {
		size_t len = strcspn(names, ",");

		if (!is_known_requirement(slice_make(names, len)))
			cpim->required = names;
		names += len + (names[len] == ',');
		names += strspn(names, " ");
	}
}

/* Takes a header that has a field of its own; for To, only the first. *ret_taken tells. */
static int take_known(struct msrp_cpim *cpim, const struct msrp_cpim_header *h, bool *ret_taken)
{
	char *value = (char *)(uintptr_t)h->value; /* points into our own copy */

	*ret_taken = true;
	if (strcmp(h->name, "From") == 0 && !cpim->from.uri)
		return parse_address(value, &cpim->from) ? 0 : -EBADMSG;
	if (strcmp(h->name, "To") == 0 && !cpim->to.uri)
		return parse_address(value, &cpim->to) ? 0 : -EBADMSG;
	if (strcmp(h->name, "DateTime") == 0 && !cpim->datetime) {
		cpim->datetime = value;
		return 0;
	}
	/* With a language it stays among the others, or the language would be lost. */
	if (strcmp(h->name, "Subject") == 0 && !cpim->subject && !h->parameters) {
		cpim->subject = value;
		return client_cpim_unescape(value) ? 0 : -EBADMSG;
	}
	*ret_taken = false;
	return 0;
}

static int parse_message_headers(struct parsed *p, char **rest)
{
	struct msrp_cpim *cpim = &p->cpim;
	char *line;

	cpim->headers = p->header;
	while ((line = next_line(rest))) {
		struct msrp_cpim_header *h = &p->header[cpim->n_headers];
		bool taken;
		int err;

		if (cpim->n_headers == HEADERS_MAX - 1 || !split_header(line, h))
			return -EBADMSG;
		err = take_known(cpim, h, &taken);
		if (err)
			return err;
		if (strcmp(h->name, "Require") == 0)
			check_required(cpim, h->value);
		cpim->n_headers += !taken;
	}
	return 0;
}

static bool is_content_type(const char *name)
{
	return slice_equal_nocase(slice_from(name), SLICE("Content-Type"));
}

static int parse_content_headers(struct parsed *p, char *rest)
{
	struct msrp_cpim *cpim = &p->cpim;
	char *line;

	unfold(rest);
	cpim->content_headers = p->header + cpim->n_headers;
	while ((line = next_line(&rest))) {
		struct msrp_cpim_header *h;

		if (cpim->n_headers + cpim->n_content_headers == HEADERS_MAX)
			return -EBADMSG;
		h = &p->header[cpim->n_headers + cpim->n_content_headers];
		if (!split_header(line, h) || h->parameters)
			return -EBADMSG;
		if (is_content_type(h->name) && !cpim->content_type)
			cpim->content_type = h->value;
		else
			cpim->n_content_headers++;
	}
	return cpim->content_type ? 0 : -EBADMSG;
}

static int cpim_parse(const void *bytes, size_t len, struct msrp_cpim **ret_cpim)
{
	struct slice whole = slice_make(bytes, len);
	size_t first = section_len(whole);
	size_t head = first > 0 ? section_len(slice_skip(whole, first)) : 0;
	struct parsed *p;
	char *rest;
	int err;

	if (head == 0)
		return -EBADMSG;
	head += first;
	if (head > HEAD_MAX || memchr(bytes, '\0', head))
		return -EBADMSG;
	p = calloc(1, sizeof(*p) + head + 1);
	if (!p)
		return -ENOMEM;
	memcpy(p->text, bytes, head);
	rest = p->text;
	err = parse_message_headers(p, &rest);
	if (!err)
		err = parse_content_headers(p, rest);
	if (err) {
		free(p);
		return err;
	}
	p->cpim.content = (const uint8_t *)bytes + head;
	p->cpim.len = len - head;
	*ret_cpim = &p->cpim;
	return 0;
}

int msrp_cpim_parse(const void *bytes, size_t len, struct msrp_cpim **ret_cpim)
{
	return !bytes || !ret_cpim ? -EINVAL : cpim_parse(bytes, len, ret_cpim);
}

struct msrp_cpim *msrp_cpim_free(struct msrp_cpim *cpim)
{
	free(cpim); /* the first member of the allocated struct */
	return NULL;
}
