/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/login.h"

#include <stdio.h>
#include <string.h>

#include "msrp/digest.h"

static const char target[] = "msrps://example.com;tcp";

size_t login_write(const char *name, const char *authorization, char ret_text[LOGIN_TEXT])
{
	return (size_t)snprintf(
	    ret_text, LOGIN_TEXT,
	    "MSRP 49fh AUTH\r\nTo-Path: %s\r\n"
	    "From-Path: msrps://%s.example.org:7965/%s;tcp\r\n%s-------49fh$\r\n",
	    target, name, name, authorization);
}

/* The text between BEFORE and AFTER in OUT. */
static bool find(struct slice out, const char *before, char after, char *ret_text, size_t size)
{
	const char *at = out.len > 0 ? memmem(out.p, out.len, before, strlen(before)) : NULL;
	struct slice rest;

	if (!at)
		return false;
	at += strlen(before);
	rest = slice_make(at, (size_t)(out.p + out.len - at));
	rest = slice_first(rest, slice_find(rest, after));
	return snprintf(ret_text, size, "%" SLICE_FMT, SLICE_ARG(rest)) < (int)size;
}

bool login_answer(struct slice out, const char *user, char ret_authorization[LOGIN_TEXT])
{
	struct msrp_digest_hex ha1, response;
	char nonce[128];
	struct msrp_digest_input input = {
		.nc = SLICE("00000001"),
		.cnonce = SLICE("c0ffee"),
		.method = SLICE("AUTH"),
		.uri = slice_from(target),
	};

	if (!find(out, "nonce=\"", '"', nonce, sizeof(nonce)) ||
	    msrp_digest_ha1(MSRP_DIGEST_MD5, slice_from(user), SLICE("example.com"),
			    SLICE(WORLD_PASSWORD), &ha1) != 0)
		return false;
	input.nonce = slice_from(nonce);
	input.ha1 = slice_make(ha1.text, ha1.len);
	if (msrp_digest_response(&input, &response) != 0)
		return false;
	snprintf(ret_authorization, LOGIN_TEXT,
		 "Authorization: Digest username=\"%s\", realm=\"example.com\", nonce=\"%s\", "
		 "response=\"%s\", cnonce=\"c0ffee\", qop=auth, nc=00000001\r\n",
		 user, nonce, response.text);
	return true;
}

bool login_use_path(struct slice out, char ret_uri[LOGIN_URI])
{
	return find(out, "Use-Path: ", '\r', ret_uri, LOGIN_URI);
}

static void ask(struct world_end *end, const char *authorization)
{
	char text[LOGIN_TEXT];
	size_t len = login_write(end->name, authorization, text);

	buf_clear(&end->out);
	world_send(end, text, len);
}

bool login_session(struct world_end *end, const char *user, char ret_uri[LOGIN_URI])
{
	char authorization[LOGIN_TEXT];
	bool ok;

	ask(end, "");
	ok = login_answer(buf_slice(&end->out), user, authorization);
	if (ok)
		ask(end, authorization);
	ok = ok && login_use_path(buf_slice(&end->out), ret_uri);
	buf_clear(&end->out);
	return ok;
}
