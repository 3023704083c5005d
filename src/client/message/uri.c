/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes URIs from parts and from texts. A URI made from parts is parsed again, so that no part can
 * smuggle in another.
 */
#include "client/message/uri.h"

#include <errno.h>
#include <stdlib.h>

#include "base/list.h"
#include "base/reserved.h"

static size_t count_character(struct slice s, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += s.p[i] == c;
	return n;
}

/* ";name=value;name" */
static void put_parameters(struct msrp_uri *uri, char **at, struct slice params)
{
	while (params.len > 0) {
		struct msrp_parameter *p = &uri->parameter[uri->n_parameters++];
		struct slice one, name;

		params = slice_skip(params, 1);
		one = slice_first(params, slice_find(params, ';'));
		name = slice_first(one, slice_find(one, '='));
		p->name = slice_pack(name, at);
		if (name.len < one.len)
			p->value = slice_pack(slice_skip(one, name.len + 1), at);
		params = slice_skip(params, one.len);
	}
}

/* The whole, and each part; no part is longer than its form in the whole. */
static int put_strings(struct msrp_uri *uri, struct slice text)
{
	size_t n = count_character(text, ';');
	char *at;

	uri->text = malloc(2 * text.len + 8);
	uri->parameter = calloc(n + 1, sizeof(*uri->parameter));
	if (!uri->text || !uri->parameter)
		return -ENOMEM;
	at = uri->text;
	slice_pack(text, &at);
	if (msrp_uri_parse(slice_make(uri->text, text.len), &uri->slices) != 0)
		return -EINVAL;
	uri->user = slice_pack(uri->slices.user, &at);
	uri->host = slice_pack(uri->slices.host, &at);
	uri->session_id = slice_pack(uri->slices.session_id, &at);
	uri->transport = slice_pack(uri->slices.transport, &at);
	put_parameters(uri, &at, uri->slices.params);
	return 0;
}

int client_uri_parse(struct slice text, struct msrp_uri **ret_uri)
{
	struct msrp_uri *uri = calloc(1, sizeof(*uri));
	int err;

	if (!uri)
		return -ENOMEM;
	err = put_strings(uri, text);
	if (err)
		msrp_uri_free(uri);
	else
		*ret_uri = uri;
	return err;
}

int msrp_uri_from_text(const char *text, struct msrp_uri **ret_uri)
{
	return !text || !ret_uri ? -EINVAL : client_uri_parse(slice_from(text), ret_uri);
}

/* An IPv6 address is recognised by its colons; it may be in brackets. */
static struct slice bare_host(const char *host)
{
	struct slice s = slice_from(host);

	if (s.len > 2 && s.p[0] == '[' && s.p[s.len - 1] == ']')
		s = slice_make(s.p + 1, s.len - 2);
	return s;
}

static void format_parameters(const struct msrp_uri_parts *parts, struct buf *out)
{
	for (size_t i = 0; i < parts->n_parameters; i++) {
		buf_add_char(out, ';');
		buf_add_slice(out, slice_from(parts->parameters[i].name));
		if (parts->parameters[i].value) {
			buf_add_char(out, '=');
			buf_add_slice(out, slice_from(parts->parameters[i].value));
		}
	}
}

static bool same_string(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* No part may smuggle in another, as the host "a;tcp" would; and none may be missing. */
static bool has_parts(const struct msrp_uri *uri, const struct msrp_uri_slices *wanted,
		      const struct msrp_uri_parts *parts)
{
	if (!msrp_uri_is_reachable(&uri->slices) || !slice_equal(uri->slices.user, wanted->user) ||
	    !slice_equal(uri->slices.host, wanted->host) || uri->slices.port != wanted->port ||
	    !slice_equal(uri->slices.session_id, wanted->session_id) ||
	    !slice_equal(uri->slices.transport, wanted->transport) ||
	    uri->n_parameters != parts->n_parameters)
		return false;
	for (size_t i = 0; i < uri->n_parameters; i++) {
		if (!same_string(uri->parameter[i].name, parts->parameters[i].name) ||
		    !same_string(uri->parameter[i].value, parts->parameters[i].value))
			return false;
	}
	return true;
}

static int uri_new(const struct msrp_uri_parts *parts, struct msrp_uri **ret_uri)
{
	struct msrp_uri_slices wanted = {
		.secure = parts->use_tls,
		.user = slice_from(parts->user),
		.host = bare_host(parts->host),
		.port = parts->port,
		.session_id = slice_from(parts->session_id),
		.transport = slice_from(parts->transport ? parts->transport : "tcp"),
	};
	struct buf text = { 0 };
	struct msrp_uri *uri = NULL;
	int err;

	wanted.host_is_ipv6 = slice_find(wanted.host, ':') < wanted.host.len;
	msrp_uri_format(&wanted, &text);
	format_parameters(parts, &text);
	err = buf_failed(&text) ? -ENOMEM : client_uri_parse(buf_slice(&text), &uri);
	buf_done(&text);
	if (!err && !has_parts(uri, &wanted, parts)) {
		msrp_uri_free(uri);
		err = -EINVAL;
	}
	if (!err)
		*ret_uri = uri;
	return err;
}

int msrp_uri_new(const struct msrp_uri_parts *parts, struct msrp_uri **ret_uri)
{
	return !parts || !parts->host || !ret_uri || IS_NEWER(parts) ||
		       (parts->n_parameters > 0 && !parts->parameters)
		   ? -EINVAL
		   : uri_new(parts, ret_uri);
}

struct msrp_uri *msrp_uri_free(struct msrp_uri *uri)
{
	if (!uri)
		return NULL;
	free(uri->text);
	free(uri->parameter);
	free(uri);
	return NULL;
}

const char *msrp_uri_text(const struct msrp_uri *uri)
{
	return uri ? uri->text : "";
}

bool msrp_uri_use_tls(const struct msrp_uri *uri)
{
	return uri && uri->slices.secure;
}

const char *msrp_uri_user(const struct msrp_uri *uri)
{
	return uri ? uri->user : "";
}

const char *msrp_uri_host(const struct msrp_uri *uri)
{
	return uri ? uri->host : "";
}

uint16_t msrp_uri_port(const struct msrp_uri *uri)
{
	return uri ? uri->slices.port : 0;
}

const char *msrp_uri_session_id(const struct msrp_uri *uri)
{
	return uri ? uri->session_id : "";
}

const char *msrp_uri_transport(const struct msrp_uri *uri)
{
	return uri ? uri->transport : "";
}

const struct msrp_parameter *msrp_uri_parameters(const struct msrp_uri *uri, size_t *ret_n)
{
	if (ret_n)
		*ret_n = uri ? uri->n_parameters : 0;
	return uri ? uri->parameter : NULL;
}

bool msrp_uri_equal(const struct msrp_uri *a, const struct msrp_uri *b)
{
	return a && b && msrp_uri_slices_equal(&a->slices, &b->slices);
}
