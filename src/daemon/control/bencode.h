/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bencode, the form of what SIP proxies and msrpd say to each other at the control socket:
 * "4:text", "i42e", lists "l...e" and dictionaries "dKEY VALUE...e" whose keys are strings.
 * Reading copies nothing and needs no memory; what comes out points into the input.
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
	/* Proxies send lists in a dictionary, which is 2. Whoever nests deeper wants to see a bug.
	 */
	BENCODE_DEPTH_MAX = 32,
};

struct bencode {
	enum bencode_type type;
	struct slice
	    text; /* of a string; or what stands in a list or dictionary, for bencode_next() */
	int64_t number; /* of an integer; the nearest there is when it does not fit */
};

enum bencode_result {
	BENCODE_BAD = 1, /* no bencode, or nested too deep */
	BENCODE_END,	 /* there is nothing */
};

/*
 * Takes the value off with which *REST begins. All that is in it has been looked at, so
 * its own values come without BENCODE_BAD. *REST stays as it is unless 0 is returned.
 */
int bencode_next(struct slice *rest, struct bencode *ret_value);

/*
 * Writing: a list or dictionary is opened, gets its values, and is closed. Without memory the
 * buffer says so in the end.
 */
void bencode_put(struct buf *out, struct slice string);
void bencode_put_number(struct buf *out, int64_t number);
void bencode_open_list(struct buf *out);
void bencode_open_dictionary(struct buf *out);
void bencode_close(struct buf *out);

#endif
