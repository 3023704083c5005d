/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/allocation.h"

#include <stdint.h>

/*
 * The linker's --wrap=malloc sends calls of malloc() to __wrap_malloc(), and
 * __real_malloc() to the library. calloc() is there because compilers make it
 * of malloc() and memset().
 */
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *block, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *block, size_t size);

static size_t n_left = SIZE_MAX;
static bool has_failed;

void support_allocation_fail_after(size_t n_good)
{
	n_left = n_good;
	has_failed = false;
}

void support_allocation_recover(void)
{
	n_left = SIZE_MAX;
}

size_t support_allocation_left(void)
{
	return n_left;
}

bool support_allocation_has_failed(void)
{
	return has_failed;
}

static bool may_allocate(void)
{
	if (n_left == 0) {
		has_failed = true;
		return false;
	}
	if (n_left != SIZE_MAX)
		n_left--;
	return true;
}

void *__wrap_malloc(size_t size)
{
	return may_allocate() ? __real_malloc(size) : NULL;
}

void *__wrap_calloc(size_t n, size_t size)
{
	return may_allocate() ? __real_calloc(n, size) : NULL;
}

void *__wrap_realloc(void *block, size_t size)
{
	return may_allocate() ? __real_realloc(block, size) : NULL;
}
