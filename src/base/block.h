/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Blocks of addresses, as configurations write them: "192.0.2.0/24". For policies on whom to
 * connect to, and whom to believe.
 */
#ifndef BASE_BLOCK_H
#define BASE_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	BLOCK_ADDRESS_LEN = 16, /* of IPv6; IPv4 is ::ffff:a.b.c.d */
	BLOCK_MAPPED_BITS = 96, /* ::ffff:0:0/96, in which IPv4 addresses are written */
};

/* All addresses that begin with the first BITS bits of PREFIX. */
struct block {
	uint8_t prefix[BLOCK_ADDRESS_LEN];
	unsigned bits;
};

/* A zeroed one is empty. */
struct block_list {
	struct block *block;
	size_t n;
};

/* For an IPv4 address. */
#define BLOCK_MAPPED(a, b, c, d)                                                                   \
	{                                                                                          \
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d                               \
	}

bool block_covers(const struct block *block, const uint8_t address[BLOCK_ADDRESS_LEN]);

/*
 * Likewise as an operator means it: "::/0" is every IPv6 address; he need not know that we write
 * IPv4 inside it.
 */
bool block_fits(const struct block *block, const uint8_t address[BLOCK_ADDRESS_LEN]);

/* "address", or "address/bits" with no bit set beyond these. Returns 0 or -EINVAL. */
int block_parse(const char *text, struct block *ret_block);

/* TEXT is as above. Returns 0, -EINVAL or -ENOMEM. */
int block_list_add(struct block_list *list, const char *text);
bool block_list_fits(const struct block_list *list, const uint8_t address[BLOCK_ADDRESS_LEN]);
void block_list_done(struct block_list *list);

#endif
