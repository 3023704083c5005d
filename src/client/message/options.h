/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLIENT_MESSAGE_OPTIONS_H
#define CLIENT_MESSAGE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

enum { CLIENT_RESERVED = 4 };

static inline bool client_is_any_set(void *const reserved[CLIENT_RESERVED])
{
	for (size_t i = 0; i < CLIENT_RESERVED; i++)
		if (reserved[i])
			return true;
	return false;
}

/*
 * Does the struct that OPTIONS points to ask for what this library does not know, as programs for
 * a newer one may? To ignore it would be worse than to refuse.
 */
#define CLIENT_IS_NEWER(options) client_is_any_set((options)->reserved)

#endif
