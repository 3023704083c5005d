/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SUPPORT_TEMPLATE_H
#define SUPPORT_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/list.h"
#include "base/slice.h"

/*
 * Text with names in braces. When written, {name} is replaced by the name's value; when compared
 * with other text, an unbound name is bound to the text at its place: up to the next blank, quote
 * or line for a name that ends in "uri", letters, digits and "._+%=-" for the others. A name of "t"
 * and digits is a transaction id, and has to match one.
 *
 * {fill N} stands for N bytes of a long text that is nowhere like itself a little later, {fill N
 * from M} for N bytes of it after the first M.
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
 * Does GOT begin as TEXT says? *ret_len: the length of that beginning, or the position of the first
 * difference. Names may have been bound even if the result is false.
 */
bool template_match(struct bindings *all, struct slice text, struct slice got, size_t *ret_len);

#endif
