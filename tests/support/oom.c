/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/oom.h"

#include <errno.h>
#include <stdint.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *block, size_t size);
char *__real_strdup(const char *text);
void __real_free(void *block);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *block, size_t size);
char *__wrap_strdup(const char *text);
void __wrap_free(void *block);

/* The wrapped functions have no argument to carry this. */
static struct {
	bool is_on;
	bool all_after;
	bool struck;
	size_t n;    /* the allocation that fails */
	size_t seen; /* allocations so far */
	size_t live; /* blocks allocated and not freed */
} oom;

void support_oom_start(size_t n, bool all_after)
{
	oom.is_on = true;
	oom.all_after = all_after;
	oom.struck = false;
	oom.n = n;
	oom.seen = 0;
	oom.live = 0;
}

size_t support_oom_stop(void)
{
	oom.is_on = false;
	return oom.live;
}

size_t support_oom_left(void)
{
	if (oom.n == SIZE_MAX)
		return SIZE_MAX;
	return oom.seen < oom.n ? oom.n - oom.seen : 0;
}

bool support_oom_struck(void)
{
	return oom.struck;
}

static bool strikes(void)
{
	size_t at = oom.seen;

	if (!oom.is_on)
		return false;
	oom.seen++;
	if (at != oom.n && !(oom.all_after && at > oom.n))
		return false;
	oom.struck = true;
	errno = ENOMEM;
	return true;
}

static void *count(void *block)
{
	if (block && oom.is_on)
		oom.live++;
	return block;
}

void *__wrap_malloc(size_t size)
{
	return strikes() ? NULL : count(__real_malloc(size));
}

void *__wrap_calloc(size_t n, size_t size)
{
	return strikes() ? NULL : count(__real_calloc(n, size));
}

void *__wrap_realloc(void *block, size_t size)
{
	void *moved;

	if (strikes())
		return NULL;
	moved = __real_realloc(block, size);
	return block ? moved : count(moved);
}

char *__wrap_strdup(const char *text)
{
	return strikes() ? NULL : count(__real_strdup(text));
}

void __wrap_free(void *block)
{
	if (block && oom.is_on)
		oom.live--;
	__real_free(block);
}
