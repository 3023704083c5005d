/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SUPPORT_TEMPLATE_H
#define SUPPORT_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/list.h"
#include "base/slice.h"

/*
 * Text with names in braces. Written out, {name} is replaced by what the name
 * is bound to; compared with other text, a name that is not bound yet is bound
 * to what stands there: up to the next blank, quote or line for a name that
 * ends in "uri", letters, digits and "._+%=-" for the others. A name of "t" and
 * digits is a transaction id, and has to be one.
 *
 * {fill N} stands for N bytes of a long text that is nowhere like itself a
 * little later, {fill N from M} for N bytes of it after the first M.
 */
struct binding {
	char *name;
	char *value;
	TAILQ_ENTRY(binding) in_list;
};

TAILQ_HEAD(bindings, binding);

void bindings_done(struct bindings *all);
const char *bindings_find(const struct bindings *all, struct slice name);
void bindings_set(struct bindings *all, struct slice name, struct slice value);
void bindings_remove(struct bindings *all, struct slice name);

/* Appends TEXT to OUT. False: the name in *ret_missing is not bound; it is left out. */
bool template_expand(const struct bindings *all, struct slice text, struct buf *out,
		     struct slice *ret_missing);

/*
 * Does GOT begin as TEXT says? *ret_len: how much of GOT that is, or where the
 * first difference stands. Names may have been bound when the answer is false.
 */
bool template_match(struct bindings *all, struct slice text, struct slice got, size_t *ret_len);

#endif
