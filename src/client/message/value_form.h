/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which form the value of a header has, by its name. Decoding and encoding go by the same table.
 */
#ifndef CLIENT_MESSAGE_VALUE_FORM_H
#define CLIENT_MESSAGE_VALUE_FORM_H

#include "base/slice.h"
#include "client/msrp/message.h"

/* What a header's value is like. */
struct client_value_form {
	const char *name;
	enum msrp_value_kind kind;
	/* Of text: false when it is malformed; else *TEXT, as it was written, is what it says. */
	bool (*read)(struct slice *text);
	bool quoted;	/* of text: is written as a quoted string */
	bool typeless;	/* of parameters: no type stands before them */
	char separator; /* of parameters */
};

/* Headers that are not known have any text. Names have no case. */
const struct client_value_form *client_value_form(struct slice name);

#endif
