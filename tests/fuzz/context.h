/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef FUZZ_CONTEXT_H
#define FUZZ_CONTEXT_H

#include <uv.h>

#include "client/link/context.h"

/*
 * For all inputs of a program, which must leave nothing behind in them: a context takes long to
 * make, because it reads the authorities.
 */
extern uv_loop_t fuzz_loop;
extern struct msrp_context *fuzz_context; /* NULL: not made yet */

/* Makes both; they are freed, and looked at once more, when the program ends. */
void fuzz_context_make(void);

#endif
