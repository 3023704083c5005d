/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads and writes the isComposing documents (RFC 3994) that chats exchange.
 */
#include "client/formats/composing.h"

#include <errno.h>
#include <limits.h>

#include "base/slice.h"

/*
 * The document has one level, and only two of its elements matter: finding their start tags needs
 * no XML parser.
 */

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct slice trim(struct slice s)
{
	while (s.len > 0 && is_space(s.p[0]))
		s = slice_skip(s, 1);
	while (s.len > 0 && is_space(s.p[s.len - 1]))
		s.len--;
	return s;
}

/* The name in a start tag, without a namespace prefix. */
static struct slice local_name(struct slice tag)
{
	size_t len = 0;
	size_t colon;

	while (len < tag.len && !is_space(tag.p[len]) && tag.p[len] != '/')
		len++;
	tag = slice_first(tag, len);
	colon = slice_find(tag, ':');
	return colon < tag.len ? slice_skip(tag, colon + 1) : tag;
}

/* The text of the first element NAME. False: there is none. */
static bool find_element(struct slice document, struct slice name, struct slice *ret_text)
{
	size_t open;

	while ((open = slice_find(document, '<')) < document.len) {
		struct slice tag = slice_skip(document, open + 1);
		size_t close = slice_find(tag, '>');

		if (close == tag.len)
			return false;
		document = slice_skip(tag, close + 1);
		if (slice_equal(local_name(slice_first(tag, close)), name)) {
			*ret_text = trim(slice_first(document, slice_find(document, '<')));
			return true;
		}
	}
	return false;
}

int msrp_composing_parse(const void *content, size_t len, struct msrp_composing *ret_composing)
{
	struct slice document = slice_make(content, len);
	struct slice state, refresh;
	uint64_t seconds = 0;

	if (!content || !ret_composing)
		return -EINVAL;
	if (!find_element(document, SLICE("state"), &state))
		return -EBADMSG;
	if (find_element(document, SLICE("refresh"), &refresh) &&
	    (!slice_to_u64(refresh, &seconds) || seconds > UINT_MAX))
		return -EBADMSG;
	/* RFC 3994 4: anything but "active" is idle, including values defined later. */
	*ret_composing = (struct msrp_composing){
		.active = slice_equal(state, SLICE("active")),
		.refresh_s = (unsigned)seconds,
	};
	return 0;
}

void client_composing_format(const struct msrp_composing *composing, struct buf *out)
{
	buf_add_slice(out, SLICE("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n"
				 "<isComposing xmlns=\"urn:ietf:params:xml:ns:im-iscomposing\">\r\n"
				 "  <state>"));
	buf_add_slice(out, composing->active ? SLICE("active") : SLICE("idle"));
	buf_add_slice(out, SLICE("</state>\r\n"));
	if (composing->refresh_s > 0) {
		buf_add_slice(out, SLICE("  <refresh>"));
		buf_add_u64(out, composing->refresh_s);
		buf_add_slice(out, SLICE("</refresh>\r\n"));
	}
	buf_add_slice(out, SLICE("</isComposing>\r\n"));
}
