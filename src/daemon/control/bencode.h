/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bencode, the form of requests and answers between SIP proxies and msrpd at the control socket:
 * "4:text", "i42e", lists "l...e" and dictionaries "dKEY VALUE...e" whose keys are strings. Reading
 * copies nothing and needs no memory; results point into the input.
 */
#ifndef DAEMON_CONTROL_BENCODE_H
#define DAEMON_CONTROL_BENCODE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

enum bencode_type {
	BENCODE_STRING,
	BENCODE_INTEGER,
	BENCODE_LIST,
	BENCODE_DICTIONARY,
};

enum {
	/* Proxies send lists in a dictionary, which is 2 levels. Deeper nesting is an attack. */
	BENCODE_DEPTH_MAX = 32,
};

struct bencode {
	enum bencode_type type;
	struct slice
	    text;	/* of a string; or the inside of a list or dictionary, for bencode_next() */
	int64_t number; /* of an integer; clamped if it does not fit */
};

enum bencode_result {
	BENCODE_BAD = 1, /* not bencode, or nested too deep */
	BENCODE_END,	 /* the input is empty */
};

/*
 * Takes the first value off *REST. Everything inside the value has been checked, so its own values
 * never give BENCODE_BAD. *REST is unchanged unless 0 is returned.
 */
int bencode_next(struct slice *rest, struct bencode *ret_value);

/*
 * Writing: open a list or dictionary, put its values, close it. The buffer remembers a lack of
 * memory until the end.
 */
void bencode_put(struct buf *out, struct slice string);
void bencode_put_number(struct buf *out, int64_t number);
void bencode_open_list(struct buf *out);
void bencode_open_dictionary(struct buf *out);
void bencode_close(struct buf *out);

#endif
