/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SipHash-2-4 (Aumasson and Bernstein, 2012). Without the key nobody can find texts whose hashes
 * collide, so tables that others fill stay fast. libcrypto has it, too, but allocates objects for
 * each hash, and base may not use libcrypto.
 */
#ifndef BASE_SIPHASH_H
#define BASE_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

enum { SIPHASH_KEY_LEN = 16 };

/* Hashes the LEN bytes at DATA. */
uint64_t siphash(const uint8_t key[SIPHASH_KEY_LEN], const void *data, size_t len);

#endif
