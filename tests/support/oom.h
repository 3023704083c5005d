/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SUPPORT_OOM_H
#define SUPPORT_OOM_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Makes allocations fail, and counts blocks that are not freed. It stands between malloc(),
 * calloc(), realloc(), strdup(), free() and their callers in the program and its static libraries
 * (-Wl,--wrap), which check is one of: assert nothing while it is on. It does not see allocations
 * of shared libraries.
 */

/*
 * From now on allocation number N fails, the first being 0, and if ALL_AFTER all later ones.
 * SIZE_MAX: none does.
 */
void support_oom_start(size_t n, bool all_after);

/* Allocations do not fail any more. Returns how many blocks were not freed since the start. */
size_t support_oom_stop(void);

/*
 * Calls MAKE(ARG), which makes something and frees it again, while one allocation after the other
 * fails, and asserts that it returns -ENOMEM, returns 0 once none has failed, and never leaks a
 * block. Returns the number of calls.
 */
size_t support_oom_each(int (*make)(const void *arg), const void *arg);

/* How many allocations would succeed now; SIZE_MAX when none is to fail. */
size_t support_oom_left(void);

/* Did any fail since the start? */
bool support_oom_struck(void);

#endif
