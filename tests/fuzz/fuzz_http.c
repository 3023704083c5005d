/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/serve/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

static void check(bool holds)
{
	if (!holds)
		abort();
}

/* A result lies within the input, and is answered with a correct length. */
static enum net_http_status answer(struct slice head, struct http_request *ret_request)
{
	enum net_http_status status = http_parse(head, ret_request);
	struct slice path = ret_request->path;
	struct buf out = { 0 };

	if (status == NET_HTTP_OK)
		check(path.len > 0 && path.p >= head.p && path.p + path.len <= head.p + head.len);
	else
		check(!ret_request->keep);
	http_respond(ret_request, status, "text/plain", path, &out);
	check(buf_failed(&out) || net_http_head_find_end(buf_slice(&out)) > 0);
	buf_done(&out);
	return status;
}

/*
 * The requests of a client that does not wait for answers, until one ends the connection: a reader
 * that gets the LEN bytes at IN, PIECE of them at a time, finds the same in them. Returns its
 * findings as one number.
 */
static uint64_t read_all(const uint8_t *in, size_t len, size_t piece)
{
	uint64_t found = 0;
	size_t at = 0, have = 0;
	bool keep = true;

	while (keep && have < len) {
		size_t end;

		have = have + piece < len ? have + piece : len;
		while (keep && (end = net_http_head_find_end(slice_make(in + at, have - at))) > 0) {
			/* In a block of its own, so that the sanitizer sees its end. */
			char *copy = malloc(end);
			struct http_request request;

			check(copy && end <= have - at);
			memcpy(copy, in + at, end);
			found = found * 31 + answer(slice_make(copy, end), &request);
			found = found * 31 + end;
			found = found * 31 + request.path.len;
			keep = request.keep;
			free(copy);
			at += end;
		}
		/* Like the server, cuts off a client with more than a head waiting. */
		keep &= have - at <= NET_HTTP_HEAD_MAX;
	}
	return found;
}

enum { SPLIT_MAX = 2048 }; /* beyond, single bytes take too long */

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	uint64_t whole = read_all(in, len, len > 0 ? len : 1);

	if (len > SPLIT_MAX)
		return 0;
	check(read_all(in, len, 1) == whole);
	check(read_all(in, len, 7) == whole);
	return 0;
}
