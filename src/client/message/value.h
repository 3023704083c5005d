/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Values of headers as struct msrp_value has them, with the memory that they point to. A header
 * owns one.
 */
#ifndef CLIENT_MESSAGE_VALUE_H
#define CLIENT_MESSAGE_VALUE_H

#include "base/buf.h"
#include "base/slice.h"
#include "client/msrp/message.h"

/* The value of a header, and what it points to. A zeroed struct has none. */
struct client_value {
	struct msrp_value shown;
	bool readable; /* false: the value is malformed, and not shown */
	char *strings;
	struct msrp_path *path;
	struct msrp_parameter *parameter;
};

/*
 * Reads TEXT, the value of the header NAME. Returns 0, even if it is malformed; or -ENOMEM. In
 * either case client_value_done() is called for it.
 */
int client_value_decode(struct slice name, struct slice text, struct client_value *value);
void client_value_done(struct client_value *value);

/*
 * Appends VALUE in the form of the header NAME. Returns -EINVAL if it is of another kind or
 * incomplete; does not check for text that could be misread.
 */
int client_value_encode(struct slice name, const struct msrp_value *value, struct buf *out);

/* Are both equal, in the same order? */
bool client_value_equal(const struct msrp_value *a, const struct msrp_value *b);

#endif
