/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Hash tables. Their keys nearly always come from the network: session-ids, transaction ids,
 * addresses, names of users.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/siphash.h"

/*
 * uthash as we use it: running out of memory does not end the process, and nobody can choose keys
 * that collide. The owner of each table has a SEED of random bytes, SIPHASH_KEY_LEN of them, which
 * stays the same while the table lives. uthash's own macros to find and add would bypass it, and do
 * not compile.
 */
#define HASH_NONFATAL_OOM		    1
#define uthash_nonfatal_oom(element)	    ((element)->hh.tbl = NULL)
#define HASH_FUNCTION(key, key_len, result) use_the_macros_with_a_seed(key)
#include <uthash.h>

/* OUT: the element with the KEY_LEN bytes at KEY as its key, or NULL. */
#define HASH_FIND_SEEDED(seed, head, key, key_len, out)                                            \
	do {                                                                                       \
		unsigned hash_ = (unsigned)siphash(seed, key, key_len);                            \
                                                                                                   \
		HASH_FIND_BYHASHVALUE(hh, head, key, key_len, hash_, out);                         \
	} while (0)

/* KEY is in ELEMENT, or lives as long. element->hh.tbl is NULL if it could not be added. */
#define HASH_ADD_SEEDED(seed, head, key, key_len, element)                                         \
	do {                                                                                       \
		unsigned hash_ = (unsigned)siphash(seed, key, key_len);                            \
                                                                                                   \
		HASH_ADD_KEYPTR_BYHASHVALUE(hh, head, key, key_len, hash_, element);               \
	} while (0)

#endif
