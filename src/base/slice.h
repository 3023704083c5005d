/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text that is read in place. Parsers return slices of their input; copies are made on purpose, by
 * the functions at the end.
 */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * A run of bytes that somebody else owns. It is not NUL-terminated and does not say how long the
 * bytes live; the function that returns one does.
 */
struct slice {
	const char *p;
	size_t len;
};

/* For printf: printf("%" SLICE_FMT, SLICE_ARG(s)). */
#define SLICE_FMT    ".*s"
#define SLICE_ARG(s) (int)(s).len, (s).p

/* A slice of a string literal. */
#define SLICE(literal) ((struct slice){ .p = (literal), .len = sizeof(literal) - 1 })

static inline struct slice slice_make(const void *p, size_t len)
{
	return (struct slice){ .p = p, .len = len };
}

/* STRING may be NULL, which gives the empty slice. */
static inline struct slice slice_from(const char *string)
{
	return (struct slice){ .p = string, .len = string ? strlen(string) : 0 };
}

static inline bool slice_equal(struct slice a, struct slice b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

/* The bytes from FROM to the end; FROM must not exceed the length. */
static inline struct slice slice_skip(struct slice s, size_t from)
{
	/* The empty slice may be NULL, and not even 0 may be added to that (C11 6.5.6). */
	return slice_make(from > 0 ? s.p + from : s.p, s.len - from);
}

/* The first LEN bytes; LEN must not exceed the length. */
static inline struct slice slice_first(struct slice s, size_t len)
{
	return slice_make(s.p, len);
}

/* Equal if the case of ASCII letters is ignored, whatever the locale. */
bool slice_equal_nocase(struct slice a, struct slice b);

/* Is S WORD, but for the case? */
static inline bool slice_is_nocase(struct slice s, const char *word)
{
	return slice_equal_nocase(s, slice_from(word));
}

/* Is C a space or a tab? */
static inline bool slice_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Without the spaces and tabs around it. */
struct slice slice_trim(struct slice s);

bool slice_starts_with(struct slice s, struct slice prefix);

/* The position of the first C in S, or s.len. */
size_t slice_find(struct slice s, char c);

/*
 * Reads S as a decimal number. False unless it consists of digits only, at least one, and the
 * number fits.
 */
bool slice_to_u64(struct slice s, uint64_t *ret_value);

/*
 * Copies S, NUL-terminated, to *AT, where there is room for it, and moves *AT behind the copy: for
 * strings that share a block. Returns where the copy is.
 */
char *slice_pack(struct slice s, char **at);

/* A NUL-terminated copy on the heap that the caller frees; NULL without memory. */
char *slice_dup(struct slice s);

/*
 * Replaces the string at *AT, which may be NULL, by a copy of S. Returns 0; or -ENOMEM, and the old
 * string stays.
 */
int slice_replace(char **at, struct slice s);

#endif
