/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * IPv4 is written inside IPv6, so that there is one comparison for both.
 */
#include "base/block.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/slice.h"

enum { ADDRESS_BITS = 8 * BLOCK_ADDRESS_LEN };

static const uint8_t mapped_prefix[BLOCK_ADDRESS_LEN] = BLOCK_MAPPED(0, 0, 0, 0);

static bool is_mapped(const uint8_t *address)
{
	return memcmp(address, mapped_prefix, BLOCK_MAPPED_BITS / 8) == 0;
}

bool block_covers(const struct block *block, const uint8_t address[BLOCK_ADDRESS_LEN])
{
	unsigned whole = block->bits / 8;
	unsigned rest = block->bits % 8;

	if (memcmp(block->prefix, address, whole) != 0)
		return false;
	return rest == 0 || ((block->prefix[whole] ^ address[whole]) >> (8 - rest)) == 0;
}

bool block_fits(const struct block *block, const uint8_t address[BLOCK_ADDRESS_LEN])
{
	if (is_mapped(address) && block->bits < BLOCK_MAPPED_BITS)
		return false;
	return block_covers(block, address);
}

static int parse_address(struct slice text, struct block *ret_block)
{
	char copy[INET6_ADDRSTRLEN];

	if (text.len >= sizeof(copy))
		return -EINVAL;
	memcpy(copy, text.p, text.len);
	copy[text.len] = '\0';
	memcpy(ret_block->prefix, mapped_prefix, BLOCK_ADDRESS_LEN);
	ret_block->bits = BLOCK_MAPPED_BITS;
	if (inet_pton(AF_INET, copy, ret_block->prefix + BLOCK_MAPPED_BITS / 8) == 1)
		return 0;
	ret_block->bits = 0;
	return inet_pton(AF_INET6, copy, ret_block->prefix) == 1 ? 0 : -EINVAL;
}

/*
 * A slip such as 10.0.0.1/8 is more likely a wrong length than a wrong
 * address, so nothing is guessed.
 */
static bool has_stray_bits(const struct block *block)
{
	for (unsigned bit = block->bits; bit < ADDRESS_BITS; bit++)
		if (block->prefix[bit / 8] & (0x80 >> bit % 8))
			return true;
	return false;
}

int block_parse(const char *text, struct block *ret_block)
{
	struct slice whole = slice_from(text);
	size_t slash = slice_find(whole, '/');
	struct block block;
	uint64_t bits;
	int err;

	err = parse_address(slice_first(whole, slash), &block);
	if (err)
		return err;
	if (slash == whole.len) {
		bits = ADDRESS_BITS - block.bits;
	} else if (!slice_to_u64(slice_skip(whole, slash + 1), &bits) ||
		   bits > ADDRESS_BITS - block.bits) {
		return -EINVAL;
	}
	block.bits += (unsigned)bits;
	if (has_stray_bits(&block))
		return -EINVAL;
	*ret_block = block;
	return 0;
}

int block_list_add(struct block_list *list, const char *text)
{
	struct block block;
	struct block *grown;
	int err;

	err = block_parse(text, &block);
	if (err)
		return err;
	grown = reallocarray(list->block, list->n + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	grown[list->n++] = block;
	list->block = grown;
	return 0;
}

bool block_list_fits(const struct block_list *list, const uint8_t address[BLOCK_ADDRESS_LEN])
{
	for (size_t i = 0; i < list->n; i++)
		if (block_fits(&list->block[i], address))
			return true;
	return false;
}

void block_list_done(struct block_list *list)
{
	free(list->block);
	*list = (struct block_list){ 0 };
}
