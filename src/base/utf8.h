/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks text of others before it reaches a terminal, a log or JSON. Accepts only valid Unicode: no
 * overlong forms, no surrogates.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

/*
 * Returns the length in bytes of the UTF-8 character at the start of S, and the character itself; 0
 * if there is none (RFC 3629: overlong forms, surrogates and anything beyond U+10FFFF are invalid).
 */
size_t utf8_decode(struct slice s, uint32_t *ret_character);

/* Does S consist of such characters only? An empty one does. */
bool utf8_is_valid(struct slice s);

/* The same for a text that comes in pieces, split anywhere. Zeroed at its beginning. */
struct utf8_check {
	uint8_t left; /* missing bytes of the character that has begun */
	uint8_t low;  /* range of the next of them */
	uint8_t high;
};

/* False: S cannot continue the text before it. */
bool utf8_check_feed(struct utf8_check *check, struct slice s);

/* Does the text end at the end of a character? */
bool utf8_check_is_whole(const struct utf8_check *check);

#endif
