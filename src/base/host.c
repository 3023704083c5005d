/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Length limits are those of DNS (RFC 1035 2.3.4). The RFCs permit no underscore in host names, but
 * some in the field have one.
 */
#include "base/host.h"

#include "base/ascii.h"

enum {
	LABEL_MAX = 63, /* RFC 1035 2.3.4, and of the whole name */
	NAME_MAX_LEN = 253,
};

static bool is_label(struct slice label)
{
	if (label.len == 0 || label.len > LABEL_MAX)
		return false;
	for (size_t i = 0; i < label.len; i++)
		if (!ascii_is_alnum(label.p[i]) && label.p[i] != '-' && label.p[i] != '_')
			return false;
	return label.p[0] != '-' && label.p[label.len - 1] != '-';
}

bool host_is_name(struct slice host)
{
	struct slice label;

	if (host.len > NAME_MAX_LEN)
		return false;
	for (;;) {
		label = slice_first(host, slice_find(host, '.'));
		if (!is_label(label))
			return false;
		if (label.len == host.len)
			return true;
		host = slice_skip(host, label.len + 1);
	}
}
