/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A header has one block with its line and its name; its value is decoded once, when it is made.
 */
#include "client/message/header.h"

#include <errno.h>
#include <stdlib.h>

static int fill_header(struct msrp_header *h, struct slice line)
{
	struct slice copy;
	char *name;

	/* The name is part of the line. */
	h->text = malloc(2 * line.len + 2);
	if (!h->text)
		return -ENOMEM;
	memcpy(h->text, line.p, line.len);
	h->text[line.len] = '\0';
	copy = slice_make(h->text, line.len);
	if (!msrp_header_split(copy, &h->slices) || msrp_has_control(copy))
		return -EINVAL;
	name = h->text + line.len + 1;
	memcpy(name, h->slices.name.p, h->slices.name.len);
	name[h->slices.name.len] = '\0';
	h->name = name;
	return client_value_decode(h->slices.name, h->slices.value, &h->value);
}

int client_header_parse(struct slice line, struct msrp_header **ret_header)
{
	struct msrp_header *h = calloc(1, sizeof(*h));
	int err;

	if (!h)
		return -ENOMEM;
	err = line.len > 0 ? fill_header(h, line) : -EINVAL;
	if (err)
		msrp_header_free(h);
	else
		*ret_header = h;
	return err;
}

int client_header_copy(const struct msrp_header *header, struct msrp_header **ret_header)
{
	return client_header_parse(header->slices.line, ret_header);
}

static int make_header(struct slice name, struct slice value, struct msrp_header **ret_header)
{
	struct buf line = { 0 };
	int err;

	/* A colon would move what follows it into the value. */
	if (!msrp_is_token(name))
		return -EINVAL;
	buf_add_slice(&line, name);
	buf_add_slice(&line, SLICE(": "));
	buf_add_slice(&line, value);
	err = buf_failed(&line) ? -ENOMEM : client_header_parse(buf_slice(&line), ret_header);
	buf_done(&line);
	return err;
}

int msrp_header_new(const char *name, const char *encoded, struct msrp_header **ret_header)
{
	if (!name || !encoded || !ret_header)
		return -EINVAL;
	return make_header(slice_from(name), slice_from(encoded), ret_header);
}

static int header_new_decoded(const char *name, const struct msrp_value *decoded,
			      struct msrp_header **ret_header)
{
	struct msrp_header *header = NULL;
	const struct msrp_value *read;
	struct buf text = { 0 };
	int err = client_value_encode(slice_from(name), decoded, &text);

	if (!err)
		err = buf_failed(&text) ? -ENOMEM
					: make_header(slice_from(name), buf_slice(&text), &header);
	buf_done(&text);
	if (err)
		return err;
	/* A header that reads differently than intended must not be sent. */
	read = msrp_header_decoded(header);
	if (!read || !client_value_equal(read, decoded)) {
		msrp_header_free(header);
		return -EINVAL;
	}
	*ret_header = header;
	return 0;
}

int msrp_header_new_decoded(const char *name, const struct msrp_value *decoded,
			    struct msrp_header **ret_header)
{
	return !name || !decoded || !ret_header ? -EINVAL
						: header_new_decoded(name, decoded, ret_header);
}

struct msrp_header *msrp_header_free(struct msrp_header *header)
{
	if (!header)
		return NULL;
	client_value_done(&header->value);
	free(header->text);
	free(header);
	return NULL;
}

const char *msrp_header_name(const struct msrp_header *header)
{
	return header ? header->name : "";
}

const char *msrp_header_encoded(const struct msrp_header *header)
{
	return header ? header->slices.value.p : "";
}

const struct msrp_value *msrp_header_decoded(const struct msrp_header *header)
{
	return header && header->value.readable ? &header->value.shown : NULL;
}
