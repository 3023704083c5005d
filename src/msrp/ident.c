/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Idents are base32 in lower case, session-ids base64url, which is shorter: one function encodes
 * both.
 */
#include "msrp/ident.h"

#include <assert.h>
#include <string.h>

#include "base/ascii.h"

enum {
	IDENT_BITS = 5,
	IDENT_BYTES = MSRP_IDENT_LEN * IDENT_BITS / 8,
	SESSION_BITS = 6,
	SESSION_BYTES = 16,
};

/* Base32 and base64url (RFC 4648), the former in lower case. */
static const char ident_alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
static const char session_alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void msrp_random_init(struct msrp_random *random, void (*fill)(void *arg, uint8_t *out, size_t len),
		      void *arg)
{
	*random = (struct msrp_random){ .fill = fill, .arg = arg };
}

void msrp_random_bytes(struct msrp_random *random, uint8_t *out, size_t len)
{
	uint8_t *from;

	assert(len <= sizeof(random->pool));
	if (random->left < len) {
		random->fill(random->arg, random->pool, sizeof(random->pool));
		random->left = sizeof(random->pool);
	}
	from = random->pool + sizeof(random->pool) - random->left;
	memcpy(out, from, len);
	/* These bytes now name a live session, and must not be found here. */
	memset(from, 0, len);
	random->left -= len;
}

static bool is_ident_char(char c)
{
	return ascii_is_alnum(c) || c == '.' || c == '-' || c == '+' || c == '%' || c == '=';
}

bool msrp_ident_valid(struct slice text)
{
	if (text.len < MSRP_IDENT_MIN || text.len > MSRP_IDENT_MAX || !ascii_is_alnum(text.p[0]))
		return false;
	for (size_t i = 1; i < text.len; i++) {
		if (!is_ident_char(text.p[i]))
			return false;
	}
	return true;
}

/* Encodes LEN bytes as letters of BITS bits each; zero bits pad the last one. */
static void encode(const uint8_t *in, size_t len, unsigned bits, const char *alphabet, char *out)
{
	uint32_t pending = 0;
	unsigned n_pending = 0;

	for (size_t i = 0; i < len; i++) {
		pending = (pending << 8 | in[i]) & 0xffff;
		for (n_pending += 8; n_pending >= bits; n_pending -= bits)
			*out++ = alphabet[pending >> (n_pending - bits) & ((1U << bits) - 1)];
	}
	if (n_pending > 0)
		*out++ = alphabet[pending << (bits - n_pending) & ((1U << bits) - 1)];
	*out = '\0';
}

void msrp_ident_make(struct msrp_random *random, char ret_ident[MSRP_IDENT_LEN + 1])
{
	uint8_t bytes[IDENT_BYTES];

	msrp_random_bytes(random, bytes, sizeof(bytes));
	encode(bytes, sizeof(bytes), IDENT_BITS, ident_alphabet, ret_ident);
}

void msrp_session_id_make(struct msrp_random *random, char ret_id[MSRP_SESSION_LEN + 1])
{
	uint8_t bytes[SESSION_BYTES];

	msrp_random_bytes(random, bytes, sizeof(bytes));
	encode(bytes, sizeof(bytes), SESSION_BITS, session_alphabet, ret_id);
}
