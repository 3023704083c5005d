/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SUPPORT_ALLOCATION_H
#define SUPPORT_ALLOCATION_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Lets malloc() and its like run dry in the code under test; a program that wants this
 * names failing_allocations among its dependencies. The next N_GOOD calls
 * succeed, and all after them fail until support_allocation_recover(), which
 * has to come before the next assertion: libcheck needs memory, too.
 */
void support_allocation_fail_after(size_t n_good);
void support_allocation_recover(void);

/*
 * How many calls would succeed now, and whether one has failed since
 * support_allocation_fail_after().
 */
size_t support_allocation_left(void);
bool support_allocation_has_failed(void);

#endif
