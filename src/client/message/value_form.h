/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The form of a header's value, by the header's name. Decoding and encoding use the same table.
 */
#ifndef CLIENT_MESSAGE_VALUE_FORM_H
#define CLIENT_MESSAGE_VALUE_FORM_H

#include "base/slice.h"
#include "client/msrp/message.h"

/* The form of a header's value. */
struct client_value_form {
	const char *name;
	enum msrp_value_kind kind;
	/* For text: false if it is malformed; otherwise *TEXT, as written, becomes the value. */
	bool (*read)(struct slice *text);
	bool quoted;	/* text: is written as a quoted string */
	bool typeless;	/* parameters: no type precedes them */
	char separator; /* between parameters */
};

/* Unknown headers have any text. Names are compared regardless of case. */
const struct client_value_form *client_value_form(struct slice name);

#endif
