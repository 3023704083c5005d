/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A datagram at the control socket: parsed parts lie within it, and are the same when they are
 * written again.
 */
#include <stdint.h>
#include <stdlib.h>

#include "daemon/control/bencode.h"
#include "daemon/control/ng_request.h"

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

static void require(bool fact)
{
	if (!fact)
		abort();
}

static void require_inside(struct slice whole, struct slice part)
{
	require(part.len == 0 || (part.p >= whole.p && part.p + part.len <= whole.p + whole.len));
}

static void require_request(struct slice body, const struct ng_request *r)
{
	bool exchange = r->command == NG_OFFER || r->command == NG_ANSWER;

	require(r->command >= 0 && r->command < NG_COMMANDS);
	require_inside(body, r->call_id);
	require_inside(body, r->from_tag);
	require_inside(body, r->to_tag);
	require_inside(body, r->via_branch);
	require_inside(body, r->sdp);
	require_inside(body, r->transport_protocol);
	require_inside(body, r->msrp_setup);
	require_inside(body, r->address_family);
	require(r->call_id.len <= NG_NAME_MAX && r->from_tag.len <= NG_NAME_MAX);
	require(r->to_tag.len <= NG_NAME_MAX && r->via_branch.len <= NG_NAME_MAX);
	require(!exchange || (r->sdp.len > 0 && r->call_id.len > 0 && r->from_tag.len > 0));
	require(r->command != NG_ANSWER || r->to_tag.len > 0);
}

static void write_again(struct slice rest, unsigned depth, struct buf *out)
{
	struct bencode value;
	int result;

	require(depth <= BENCODE_DEPTH_MAX);
	while ((result = bencode_next(&rest, &value)) == 0) {
		if (value.type == BENCODE_STRING) {
			bencode_put(out, value.text);
		} else if (value.type == BENCODE_INTEGER) {
			bencode_put_number(out, value.number);
		} else {
			if (value.type == BENCODE_LIST)
				bencode_open_list(out);
			else
				bencode_open_dictionary(out);
			write_again(value.text, depth + 1, out);
			bencode_close(out);
		}
		if (depth == 0)
			return;
	}
	require(result == BENCODE_END); /* the inside was checked with the whole */
}

/* Numbers that do not fit are clamped, and stay the same the second time. */
static void check_bencode(struct slice in)
{
	struct buf once = { 0 };
	struct buf twice = { 0 };
	struct slice rest = in;
	struct bencode value;

	if (bencode_next(&rest, &value) == 0) {
		write_again(in, 0, &once);
		write_again(buf_slice(&once), 0, &twice);
		require(once.len <= in.len - rest.len);
		require(slice_equal(buf_slice(&once), buf_slice(&twice)));
	}
	buf_done(&once);
	buf_done(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct slice cookie, body;
	struct ng_request request;

	if (!ng_request_split(slice_make(in, len), &cookie, &body))
		return 0;
	require(cookie.len > 0 && cookie.len <= NG_COOKIE_MAX);
	require(cookie.len + 1 + body.len == len);
	check_bencode(body);
	if (!ng_request_parse(body, &request))
		require_request(body, &request);
	return 0;
}
