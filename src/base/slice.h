/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text that is looked at where it lies. Parsers return slices of their input, and copies are made
 * on purpose, by the functions at the end.
 */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * A run of bytes that somebody else owns. It is not terminated and says
 * nothing about how long the bytes live; whoever hands one out does.
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

/* Bytes FROM up to the end; FROM must not exceed the length. */
static inline struct slice slice_skip(struct slice s, size_t from)
{
	/* The empty slice may be NULL, to which not even 0 may be added (C11 6.5.6). */
	return slice_make(from > 0 ? s.p + from : s.p, s.len - from);
}

/* The first LEN bytes; LEN must not exceed the length. */
static inline struct slice slice_first(struct slice s, size_t len)
{
	return slice_make(s.p, len);
}

/* Equal when ASCII letters are taken without case, whatever the locale. */
bool slice_equal_nocase(struct slice a, struct slice b);

/* Without the spaces and tabs around it. */
struct slice slice_trim(struct slice s);

bool slice_starts_with(struct slice s, struct slice prefix);

/* Where C first stands in S, or s.len. */
size_t slice_find(struct slice s, char c);

/*
 * Reads S, which must be decimal digits only, at least one. False when it is
 * not, or when the number does not fit.
 */
bool slice_to_u64(struct slice s, uint64_t *ret_value);

/*
 * Copies S, terminated, to *AT, where there is room for it, and moves *AT behind
 * that: for strings that share a block. Returns where the copy stands.
 */
char *slice_pack(struct slice s, char **at);

/* A terminated copy on the heap that the caller frees; NULL without memory. */
char *slice_dup(struct slice s);

/* Replaces the string at *AT, which may be NULL, by a copy of S. 0; or -ENOMEM, and it stays. */
int slice_replace(char **at, struct slice s);

#endif
