/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Structs of <msrp.h> that programs fill end in reserved members, so that later versions can add to
 * them. This detects a program that uses such an addition.
 */
#ifndef BASE_RESERVED_H
#define BASE_RESERVED_H

#include <stdbool.h>
#include <stddef.h>

enum { RESERVED_MEMBERS = 4 }; /* as in all structs of <msrp.h> that programs fill */

static inline bool reserved_is_any_set(void *const reserved[RESERVED_MEMBERS])
{
	for (size_t i = 0; i < RESERVED_MEMBERS; i++)
		if (reserved[i])
			return true;
	return false;
}

/*
 * Does the struct at OPTIONS ask for something that this library does not know, as a program for a
 * newer one may? Ignoring it would be worse than refusing.
 */
#define IS_NEWER(options) reserved_is_any_set((options)->reserved)

#endif
