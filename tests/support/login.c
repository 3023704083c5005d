/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/login.h"

#include <stdio.h>
#include <string.h>

#include "msrp/digest.h"

static const char target[] = "msrps://example.com;tcp";

static void ask(struct world_end *end, const char *authorization)
{
	char text[1024];
	int len = snprintf(text, sizeof(text),
			   "MSRP 49fh AUTH\r\nTo-Path: %s\r\n"
			   "From-Path: msrps://%s.example.org:7965/%s;tcp\r\n%s-------49fh$\r\n",
			   target, end->name, end->name, authorization);

	buf_clear(&end->out);
	world_send(end, text, (size_t)len);
}

/* What stands in END's answer between BEFORE and AFTER. */
static bool find(const struct world_end *end, const char *before, char after, char *ret_text,
		 size_t size)
{
	struct slice out = buf_slice(&end->out);
	const char *at = out.len > 0 ? memmem(out.p, out.len, before, strlen(before)) : NULL;
	struct slice rest;

	if (!at)
		return false;
	at += strlen(before);
	rest = slice_make(at, (size_t)(out.p + out.len - at));
	rest = slice_first(rest, slice_find(rest, after));
	return snprintf(ret_text, size, "%" SLICE_FMT, SLICE_ARG(rest)) < (int)size;
}

static bool answer(struct world_end *end, const char *user, const char *nonce)
{
	struct msrp_digest_hex ha1, response;
	struct msrp_digest_input input = {
		.nonce = slice_from(nonce),
		.nc = SLICE("00000001"),
		.cnonce = SLICE("c0ffee"),
		.method = SLICE("AUTH"),
		.uri = slice_from(target),
	};
	char text[512];

	if (msrp_digest_ha1(MSRP_DIGEST_MD5, slice_from(user), SLICE("example.com"),
			    SLICE(WORLD_PASSWORD), &ha1) != 0)
		return false;
	input.ha1 = slice_make(ha1.text, ha1.len);
	if (msrp_digest_response(&input, &response) != 0)
		return false;
	snprintf(text, sizeof(text),
		 "Authorization: Digest username=\"%s\", realm=\"example.com\", nonce=\"%s\", "
		 "response=\"%s\", cnonce=\"c0ffee\", qop=auth, nc=00000001\r\n",
		 user, nonce, response.text);
	ask(end, text);
	return true;
}

bool login_session(struct world_end *end, const char *user, char ret_uri[LOGIN_URI])
{
	char nonce[128];
	bool ok;

	ask(end, "");
	ok = find(end, "nonce=\"", '"', nonce, sizeof(nonce)) && answer(end, user, nonce) &&
	     find(end, "Use-Path: ", '\r', ret_uri, LOGIN_URI);
	buf_clear(&end->out);
	return ok;
}
