/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Wraps a message: its headers, the headers of its content, and the content unchanged.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/reserved.h"
#include "client/formats/cpim.h"

/* Text that is written unescaped must not end its line. */
static bool is_line(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return false;
	return true;
}

static void add_line(struct buf *out, const char *name, const char *parameters, const char *value)
{
	buf_add_slice(out, slice_from(name));
	buf_add_char(out, ':');
	buf_add_slice(out, slice_from(parameters));
	buf_add_char(out, ' ');
	buf_add_slice(out, slice_from(value));
	buf_add_slice(out, SLICE("\r\n"));
}

static int add_address(struct buf *out, const char *header, const struct msrp_cpim_address *address)
{
	if (!address->uri)
		return 0;
	if (!*address->uri || !is_line(address->uri) || strpbrk(address->uri, "<> "))
		return -EINVAL;
	buf_add_slice(out, slice_from(header));
	buf_add_slice(out, SLICE(": "));
	if (address->name) {
		buf_add_char(out, '"');
		client_cpim_escape(out, address->name, true);
		buf_add_slice(out, SLICE("\" "));
	}
	buf_add_char(out, '<');
	buf_add_slice(out, slice_from(address->uri));
	buf_add_slice(out, SLICE(">\r\n"));
	return 0;
}

static void add_subject(struct buf *out, const char *subject)
{
	if (!subject)
		return;
	buf_add_slice(out, SLICE("Subject: "));
	client_cpim_escape(out, subject, false);
	buf_add_slice(out, SLICE("\r\n"));
}

static int add_headers(struct buf *out, const struct msrp_cpim_header *headers, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct msrp_cpim_header *h = &headers[i];

		if (!client_cpim_is_name(h->name) || !is_line(h->value))
			return -EINVAL;
		if (h->parameters && (h->parameters[0] != ';' || !is_line(h->parameters) ||
				      strchr(h->parameters, ' ')))
			return -EINVAL;
		add_line(out, h->name, h->parameters, h->value);
	}
	return 0;
}

static int add_message_headers(struct buf *out, const struct msrp_cpim *cpim)
{
	int err = add_address(out, "From", &cpim->from);

	if (!err)
		err = add_address(out, "To", &cpim->to);
	if (!err && cpim->datetime && !is_line(cpim->datetime))
		err = -EINVAL;
	if (err)
		return err;
	if (cpim->datetime)
		add_line(out, "DateTime", NULL, cpim->datetime);
	add_subject(out, cpim->subject);
	return add_headers(out, cpim->headers, cpim->n_headers);
}

static int add_content(struct buf *out, const struct msrp_cpim *cpim)
{
	int err;

	if (!cpim->content_type || !*cpim->content_type || !is_line(cpim->content_type))
		return -EINVAL;
	add_line(out, "Content-Type", NULL, cpim->content_type);
	err = add_headers(out, cpim->content_headers, cpim->n_content_headers);
	buf_add_slice(out, SLICE("\r\n"));
	if (cpim->len > 0)
		buf_add(out, cpim->content, cpim->len);
	return err;
}

static bool has_arrays(const struct msrp_cpim *cpim)
{
	return (cpim->headers || cpim->n_headers == 0) &&
	       (cpim->content_headers || cpim->n_content_headers == 0) &&
	       (cpim->content || cpim->len == 0);
}

static int cpim_format(const struct msrp_cpim *cpim, uint8_t **ret_bytes, size_t *ret_len)
{
	struct buf out = { 0 };
	int err = add_message_headers(&out, cpim);

	buf_add_slice(&out, SLICE("\r\n"));
	if (!err)
		err = add_content(&out, cpim);
	if (!err && buf_failed(&out))
		err = -ENOMEM;
	if (err) {
		buf_done(&out);
		return err;
	}
	*ret_bytes = out.block; /* nothing was consumed at its front */
	*ret_len = out.len;
	return 0;
}

int msrp_cpim_format(const struct msrp_cpim *cpim, uint8_t **ret_bytes, size_t *ret_len)
{
	return !cpim || !ret_bytes || !ret_len || IS_NEWER(cpim) || !has_arrays(cpim)
		   ? -EINVAL
		   : cpim_format(cpim, ret_bytes, ret_len);
}
