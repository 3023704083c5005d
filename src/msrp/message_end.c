/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The end-line of a message has the transaction id of its first line (RFC 4975 section 9).
 */
#include "msrp/message_end.h"

#include <stdbool.h>

#include "msrp/message.h"

static const char dashes[] = "\r\n-------";

enum { DASHES_LEN = sizeof(dashes) - 1 };

static struct slice id_of_end(struct slice in)
{
	struct slice id = slice_skip(in, slice_find(in, ' '));

	id = slice_skip(id, id.len > 0);
	return slice_first(id, slice_find(id, ' '));
}

/* REST follows the dashes of an end-line, or of a line of a body. */
static bool is_end(struct slice rest, struct slice id)
{
	return rest.len >= id.len + 3 && slice_equal(slice_first(rest, id.len), id) &&
	       slice_find(SLICE("$+#"), rest.p[id.len]) < 3 && rest.p[id.len + 1] == '\r' &&
	       rest.p[id.len + 2] == '\n';
}

size_t msrp_message_end(struct slice in)
{
	struct slice id = id_of_end(in), rest = in;
	const char *at;

	while (rest.len > 0 && (at = memmem(rest.p, rest.len, dashes, DASHES_LEN)) != NULL) {
		rest = slice_skip(rest, (size_t)(at - rest.p) + DASHES_LEN);
		if (is_end(rest, id))
			return in.len - rest.len + id.len + 3;
	}
	return in.len;
}
