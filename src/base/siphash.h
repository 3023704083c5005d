/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BASE_SIPHASH_H
#define BASE_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

enum { SIPHASH_KEY_LEN = 16 };

/*
 * SipHash-2-4 of the LEN bytes at DATA (Aumasson and Bernstein, 2012). Nobody who does not know
 * KEY can find texts whose hashes collide, so tables that others fill stay quick.
 */
uint64_t siphash(const uint8_t key[SIPHASH_KEY_LEN], const void *data, size_t len);

#endif
