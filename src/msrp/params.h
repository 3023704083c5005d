/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The list of parameters that several headers share, read and written. credentials.c and the
 * values of libmsrp are made of it.
 */
#ifndef MSRP_PARAMS_H
#define MSRP_PARAMS_H

#include "base/buf.h"
#include "base/slice.h"

/*
 * Parameters as several headers have them: name=value or name="value", with a
 * separator between each two, which is ',' in the headers of digest
 * authentication and ';' in Content-Disposition. Blanks may stand around
 * everything, and a separator too many does no harm.
 */

/* Returns 0 to go on. Backslash escapes of VALUE have been undone. */
typedef int (*msrp_param_fn)(void *arg, struct slice name, struct slice value);

/*
 * Calls FN for each parameter of TEXT. Values are slices of TEXT, or of SCRATCH when they had an
 * escape; SCRATCH is the caller's, and must not be given to a second call while slices still point
 * into it, which may move its bytes. 0; MSRP_BAD for what is no parameter, a string that does not
 * end, or a control character; -ENOMEM; or what FN returned.
 */
int msrp_params_parse(struct slice text, char separator, struct buf *scratch, msrp_param_fn fn,
		      void *arg);

/* A quoted string alone, which is all of TEXT. SCRATCH and results as above. */
int msrp_quoted_parse(struct slice text, struct buf *scratch, struct slice *ret_value);
void msrp_quoted_format(struct slice value, struct buf *out);

/* Puts parameters together, with SEPARATOR (a string such as ", ") between each two. */
struct msrp_params_writer {
	struct buf *out;
	struct slice separator;
	bool begun; /* a separator comes before the next one */
};

/* VALUE as it is: it needs no quotes. */
void msrp_params_add_plain(struct msrp_params_writer *w, struct slice name, struct slice value);
void msrp_params_add_quoted(struct msrp_params_writer *w, struct slice name, struct slice value);

#endif
