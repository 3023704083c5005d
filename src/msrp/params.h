/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The list of parameters that several headers share, parsed and written. credentials.c and the
 * values of libmsrp are built on it.
 */
#ifndef MSRP_PARAMS_H
#define MSRP_PARAMS_H

#include "base/buf.h"
#include "base/slice.h"

/*
 * Parameters of several headers: name=value or name="value", separated by ',' in the headers of
 * digest authentication and by ';' in Content-Disposition. Blanks may surround everything, and
 * extra separators are harmless.
 */

/* Returns 0 to go on. Backslash escapes of VALUE have been undone. */
typedef int (*msrp_param_fn)(void *arg, struct slice name, struct slice value);

/*
 * Calls FN for each parameter of TEXT. Values are slices of TEXT, or of SCRATCH if they had an
 * escape; SCRATCH belongs to the caller, and must not be passed to a second call while slices still
 * point into it, because that may move its bytes. Returns 0; MSRP_BAD for anything that is not a
 * parameter, a string that does not end, or a control character; -ENOMEM; or the result of FN.
 */
int msrp_params_parse(struct slice text, char separator, struct buf *scratch, msrp_param_fn fn,
		      void *arg);

/* A single quoted string, which is all of TEXT. SCRATCH and results as above. */
int msrp_quoted_parse(struct slice text, struct buf *scratch, struct slice *ret_value);
void msrp_quoted_format(struct slice value, struct buf *out);

/* Joins parameters with SEPARATOR, a string such as ", ". */
struct msrp_params_writer {
	struct buf *out;
	struct slice separator;
	bool begun; /* a separator precedes the next one */
};

/* Adds VALUE as it is: it needs no quotes. */
void msrp_params_add_plain(struct msrp_params_writer *w, struct slice name, struct slice value);
void msrp_params_add_quoted(struct msrp_params_writer *w, struct slice name, struct slice value);

#endif
