/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Intrusive lists of <sys/queue.h>, and the way back from a member to its struct. Nothing else
 * includes that header.
 */
#ifndef BASE_LIST_H
#define BASE_LIST_H

#include <stddef.h>
#include <sys/queue.h>

/* glibc's <sys/queue.h> lacks the loops that permit removing the current element. */
#define LIST_FOREACH_SAFE(var, head, field, next)                                                  \
	for ((var) = LIST_FIRST(head); (var) && ((next) = LIST_NEXT(var, field), 1); (var) = (next))

#define TAILQ_FOREACH_SAFE(var, head, field, next)                                                 \
	for ((var) = TAILQ_FIRST(head); (var) && ((next) = TAILQ_NEXT(var, field), 1);             \
	     (var) = (next))

/* The struct of TYPE whose FIELD is at POINTER. */
#define CONTAINER_OF(pointer, type, field)                                                         \
	((type *)(void *)((char *)(pointer)-offsetof(type, field)))

#endif
