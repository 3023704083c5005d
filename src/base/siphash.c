/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Our own, because libc has no such function and this room may use nothing else. The test has its
 * authors' vectors.
 */
#include "base/siphash.h"

struct state {
	uint64_t v[4];
};

static uint64_t rotate(uint64_t x, unsigned bits)
{
	return x << bits | x >> (64 - bits);
}

/* LEN is 8 at most; missing bytes count as zeros. */
static uint64_t read_little_endian(const uint8_t *p, size_t len)
{
	uint64_t word = 0;

	for (size_t i = 0; i < len; i++)
		word |= (uint64_t)p[i] << (8 * i);
	return word;
}

static void mix_rounds(struct state *s, unsigned rounds)
{
	uint64_t *v = s->v;

	for (; rounds > 0; rounds--) {
		v[0] += v[1];
		v[1] = rotate(v[1], 13) ^ v[0];
		v[0] = rotate(v[0], 32);
		v[2] += v[3];
		v[3] = rotate(v[3], 16) ^ v[2];
		v[0] += v[3];
		v[3] = rotate(v[3], 21) ^ v[0];
		v[2] += v[1];
		v[1] = rotate(v[1], 17) ^ v[2];
		v[2] = rotate(v[2], 32);
	}
}

static void absorb_word(struct state *s, uint64_t word)
{
	s->v[3] ^= word;
	mix_rounds(s, 2);
	s->v[0] ^= word;
}

uint64_t siphash(const uint8_t key[SIPHASH_KEY_LEN], const void *data, size_t len)
{
	uint64_t k0 = read_little_endian(key, 8), k1 = read_little_endian(key + 8, 8);
	struct state s = { { k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d,
			     k0 ^ 0x6c7967656e657261, k1 ^ 0x7465646279746573 } };
	const uint8_t *p = data;
	size_t rest = len;

	for (; rest >= 8; rest -= 8, p += 8)
		absorb_word(&s, read_little_endian(p, 8));
	absorb_word(&s, (uint64_t)len << 56 | read_little_endian(p, rest));
	s.v[2] ^= 0xff;
	mix_rounds(&s, 4);
	return s.v[0] ^ s.v[1] ^ s.v[2] ^ s.v[3];
}
