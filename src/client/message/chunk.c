/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes, copies and changes chunks. Headers are separate objects, so that a program can take one
 * out of one chunk and put an equal one into another.
 */
#include "client/message/chunk.h"

#include <errno.h>
#include <stdlib.h>

#include "base/ascii.h"
#include "base/reserved.h"
#include "client/message/header.h"

static bool is_method(const char *method)
{
	for (const char *c = method; *c; c++) {
		if (!ascii_is_upper(*c))
			return false;
	}
	return method[0] != '\0';
}

bool client_chunk_id_in_data(const char *id, const void *data, size_t len)
{
	char line[sizeof("-------") + MSRP_IDENT_MAX] = "-------";

	if (len == 0)
		return false;
	strcat(line, id);
	return memmem(data, len, line, strlen(line)) != NULL;
}

static bool is_flag(char flag)
{
	return flag == '$' || flag == '+' || flag == '#';
}

static bool has_arrays(const struct msrp_chunk_parts *parts)
{
	if ((!parts->data && parts->len > 0) || (!parts->headers && parts->n_headers > 0))
		return false;
	for (size_t i = 0; i < parts->n_headers; i++)
		if (!parts->headers[i])
			return false;
	return true;
}

static bool are_valid(const struct msrp_chunk_parts *parts)
{
	if (IS_NEWER(parts) || !parts->transaction_id || !has_arrays(parts))
		return false;
	if (!msrp_ident_valid(slice_from(parts->transaction_id)) ||
	    !(parts->contflag == '\0' || is_flag(parts->contflag)))
		return false;
	if (parts->method)
		return is_method(parts->method) &&
		       !client_chunk_id_in_data(parts->transaction_id, parts->data, parts->len);
	return parts->code >= 100 && parts->code <= 999 && parts->len == 0 &&
	       !msrp_has_control(slice_from(parts->comment));
}

/* Takes over HEADER, even if it fails. */
static int append_header(struct msrp_chunk *c, struct msrp_header *header)
{
	if (c->n_headers == CLIENT_CHUNK_HEADERS_MAX) {
		msrp_header_free(header);
		return -ENOBUFS;
	}
	c->header[c->n_headers++] = header;
	return 0;
}

static int copy_headers(struct msrp_chunk *c, const struct msrp_header *const *headers, size_t n)
{
	struct msrp_header *header;
	int err = 0;

	for (size_t i = 0; !err && i < n; i++) {
		err = client_header_copy(headers[i], &header);
		if (!err)
			err = append_header(c, header);
	}
	return err;
}

static int fill_chunk(struct msrp_chunk *c, const struct msrp_chunk_parts *parts)
{
	strcpy(c->id, parts->transaction_id);
	c->contflag = parts->contflag ? parts->contflag : '$';
	c->code = parts->method ? 0 : parts->code;
	c->method = parts->method ? slice_dup(slice_from(parts->method)) : NULL;
	c->comment = slice_dup(slice_from(parts->method ? NULL : parts->comment));
	if (parts->len > 0)
		buf_add(&c->data, parts->data, parts->len);
	if (!c->comment || (parts->method && !c->method) || buf_failed(&c->data))
		return -ENOMEM;
	return copy_headers(c, parts->headers, parts->n_headers);
}

static int make_chunk(const struct msrp_chunk_parts *parts, struct msrp_chunk **ret_chunk)
{
	struct msrp_chunk *c = calloc(1, sizeof(*c));
	int err;

	if (!c)
		return -ENOMEM;
	err = fill_chunk(c, parts);
	if (err)
		msrp_chunk_free(c);
	else
		*ret_chunk = c;
	return err;
}

int msrp_chunk_new(const struct msrp_chunk_parts *parts, struct msrp_chunk **ret_chunk)
{
	return parts && ret_chunk && are_valid(parts) ? make_chunk(parts, ret_chunk) : -EINVAL;
}

struct msrp_chunk *msrp_chunk_free(struct msrp_chunk *c)
{
	if (!c)
		return NULL;
	for (size_t i = 0; i < c->n_headers; i++)
		msrp_header_free(c->header[i]);
	buf_done(&c->data);
	free(c->method);
	free(c->comment);
	free(c);
	return NULL;
}

static int copy(const struct msrp_chunk *c, struct slice data, struct msrp_chunk **ret_copy)
{
	struct msrp_chunk_parts parts = {
		.transaction_id = c->id,
		.method = c->method,
		.code = c->code,
		.comment = c->comment,
		.headers = (const struct msrp_header *const *)c->header,
		.n_headers = c->n_headers,
		.data = data.p,
		.len = data.len,
		.contflag = c->contflag,
	};
	struct msrp_chunk *made;
	int err = make_chunk(&parts, &made);

	if (err)
		return err;
	made->segment = c->segment;
	made->goes_on = c->goes_on;
	made->head_problem = c->head_problem;
	*ret_copy = made;
	return 0;
}

int msrp_chunk_copy(const struct msrp_chunk *c, struct msrp_chunk **ret_copy)
{
	return !c || !ret_copy ? -EINVAL : copy(c, buf_slice(&c->data), ret_copy);
}

int client_chunk_copy_head(const struct msrp_chunk *c, struct msrp_chunk **ret_chunk)
{
	return copy(c, SLICE(""), ret_chunk);
}

/* ---- what came ---- */

static int append_line(struct msrp_chunk *c, struct slice line)
{
	struct msrp_header *header;
	int err = client_header_parse(line, &header);

	return err ? err : append_header(c, header);
}

static int append_path(struct msrp_chunk *c, const char *name, struct slice path)
{
	struct buf line = { 0 };
	int err;

	buf_add_slice(&line, slice_from(name));
	buf_add_slice(&line, SLICE(": "));
	buf_add_slice(&line, path);
	err = buf_failed(&line) ? -ENOMEM : append_line(c, buf_slice(&line));
	buf_done(&line);
	return err;
}

static int read_head(struct msrp_chunk *c, const struct msrp_message *m)
{
	int err;

	memcpy(c->id, m->id.p, m->id.len);
	c->contflag = '$';
	c->code = m->status;
	c->head_problem = m->problem;
	c->method = m->is_request ? slice_dup(m->method_name) : NULL;
	c->comment = slice_dup(m->comment);
	if (!c->comment || (m->is_request && !c->method))
		return -ENOMEM;
	err = append_path(c, "To-Path", m->to.text);
	if (!err)
		err = append_path(c, "From-Path", m->from.text);
	for (size_t i = 0; !err && i < m->n_headers; i++)
		err = append_line(c, m->header[i].line);
	return err;
}

int client_chunk_from_head(const struct msrp_message *m, struct msrp_chunk **ret_chunk)
{
	struct msrp_chunk *c = calloc(1, sizeof(*c));
	int err;

	if (!c)
		return -ENOMEM;
	err = read_head(c, m);
	if (err)
		msrp_chunk_free(c);
	else
		*ret_chunk = c;
	return err;
}

/* ---- headers ---- */

static size_t find_header(const struct msrp_chunk *c, const char *name)
{
	size_t i = 0;

	while (i < c->n_headers && !slice_equal_nocase(c->header[i]->slices.name, slice_from(name)))
		i++;
	return i;
}

int msrp_chunk_add_header(struct msrp_chunk *c, struct msrp_header *header)
{
	size_t at;

	if (!c || !header) {
		msrp_header_free(header);
		return -EINVAL;
	}
	at = find_header(c, msrp_header_name(header));
	if (at == c->n_headers)
		return append_header(c, header);
	msrp_header_free(c->header[at]);
	c->header[at] = header;
	return 0;
}

int client_chunk_add(struct msrp_chunk *c, const char *name, const char *encoded)
{
	struct msrp_header *header;
	int err = msrp_header_new(name, encoded, &header);

	return err ? err : msrp_chunk_add_header(c, header);
}

int client_chunk_add_range(struct msrp_chunk *c, const struct msrp_range *range)
{
	struct buf text = { 0 };
	int err = -ENOMEM;

	msrp_range_format(range, &text);
	buf_add_char(&text, '\0');
	if (!buf_failed(&text))
		err = client_chunk_add(c, "Byte-Range", (const char *)buf_data(&text));
	buf_done(&text);
	return err;
}

size_t msrp_chunk_n_headers(const struct msrp_chunk *c)
{
	return c ? c->n_headers : 0;
}

const struct msrp_header *msrp_chunk_header_at(const struct msrp_chunk *c, size_t i)
{
	return c && i < c->n_headers ? c->header[i] : NULL;
}

const struct msrp_header *msrp_chunk_header(const struct msrp_chunk *c, const char *name)
{
	return !c || !name ? NULL : msrp_chunk_header_at(c, find_header(c, name));
}

const struct msrp_value *client_chunk_value(const struct msrp_chunk *c, const char *name)
{
	const struct msrp_header *header = msrp_chunk_header(c, name);

	return header ? msrp_header_decoded(header) : NULL;
}
