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

/* What a header's value says, and what that points to. A zeroed struct is none. */
struct client_value {
	struct msrp_value shown;
	bool readable; /* false: the value is malformed, and nothing is shown */
	char *strings;
	struct msrp_path *path;
	struct msrp_parameter *parameter;
};

/*
 * Reads TEXT, the value of the header NAME. 0, also when it is malformed; or
 * -ENOMEM. Either way client_value_done() is called for it.
 */
int client_value_decode(struct slice name, struct slice text, struct client_value *value);
void client_value_done(struct client_value *value);

/*
 * Appends VALUE as the header NAME has it. -EINVAL when it is of another kind, or there is
 * something missing in it; what could be misread is not looked at.
 */
int client_value_encode(struct slice name, const struct msrp_value *value, struct buf *out);

/* Do both say the same, and in the same order? */
bool client_value_equal(const struct msrp_value *a, const struct msrp_value *b);

#endif
