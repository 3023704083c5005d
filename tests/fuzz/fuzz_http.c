/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

/* What is taken lies within the input, and is answered with a length that is right. */
int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct http_request request;
	struct slice all = slice_make(in, len);
	size_t end = http_find_end(all);
	struct buf out = { 0 };
	enum http_status status;

	if (end == 0 || end > len)
		return end > len ? (abort(), 0) : 0;
	status = http_parse(slice_first(all, end), &request);
	if (status == HTTP_OK && (request.path.len == 0 || request.path.p < all.p ||
				  request.path.p + request.path.len > all.p + end))
		abort();
	if (status != HTTP_OK && request.keep)
		abort();
	http_respond(&request, status, "text/plain", request.path, &out);
	if (!buf_failed(&out) && http_find_end(buf_slice(&out)) == 0)
		abort();
	buf_done(&out);
	return 0;
}
