/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text of others, before it reaches a terminal, a log or JSON. Only what Unicode allows is taken:
 * no overlong forms, no surrogates.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

/*
 * How many bytes the UTF-8 character at the start of S has, and the character
 * itself; 0 when there is none (RFC 3629: overlong forms, surrogates and what
 * is beyond U+10FFFF are none).
 */
size_t utf8_decode(struct slice s, uint32_t *ret_character);

/* Is S a row of such characters? An empty one is. */
bool utf8_is_valid(struct slice s);

/* The same of a text that comes in pieces, cut anywhere. Zeroed at its beginning. */
struct utf8_check {
	uint8_t left; /* bytes of the character that has begun which have not come */
	uint8_t low;  /* the next of them lies between these */
	uint8_t high;
};

/* False: S cannot go on what came before it. */
bool utf8_check_feed(struct utf8_check *check, struct slice s);

/* Does the text end where a character does? */
bool utf8_check_is_whole(const struct utf8_check *check);

#endif
