/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BASE_HASH_H
#define BASE_HASH_H

/*
 * uthash as we use it: running out of memory is not the end of the process.
 * After HASH_ADD_KEYPTR the element's hh.tbl is NULL when it was not added.
 */
#define HASH_NONFATAL_OOM	     1
#define uthash_nonfatal_oom(element) ((element)->hh.tbl = NULL)
#include <uthash.h>

#endif
