/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Judges addresses before the relay connects to them, by the configured lists and by built-in ones.
 * The host asks, with addresses as they were resolved.
 */
#include "relay/shared/policy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/block.h"
#include "base/slice.h"

struct ports {
	uint16_t first;
	uint16_t last;
};

struct relay_policy {
	struct block_list allow;
	struct block_list deny;
	struct ports *ports;
	size_t n_ports;
	relay_own_fn is_own; /* NULL: no address is our own */
};

/* Rule 4. Packets to these reach the relay's own machine, its link, or everybody. */
static const struct block builtin[] = {
	/* "This network", which Linux takes for itself. */
	{ BLOCK_MAPPED(0, 0, 0, 0), BLOCK_MAPPED_BITS + 8 },
	{ BLOCK_MAPPED(127, 0, 0, 0), BLOCK_MAPPED_BITS + 8 },
	{ BLOCK_MAPPED(169, 254, 0, 0), BLOCK_MAPPED_BITS + 16 },
	{ BLOCK_MAPPED(224, 0, 0, 0), BLOCK_MAPPED_BITS + 4 },
	{ BLOCK_MAPPED(255, 255, 255, 255), BLOCK_MAPPED_BITS + 32 },
	{ { 0 }, 128 },
	{ { [15] = 1 }, 128 },
	{ { 0xfe, 0x80 }, 10 },
	{ { 0xff }, 8 },
};

/*
 * IPv6 blocks whose addresses lead a packet on to the IPv4 address at byte AT, each byte of it
 * XORed with MASK.
 */
static const struct embedding {
	struct block block;
	unsigned at;
	uint8_t mask;
} embeddings[] = {
	{ { { 0 }, 96 }, 12, 0 },		       /* compatible, RFC 4291 2.5.5.1 */
	{ { { [8] = 0xff, [9] = 0xff }, 96 }, 12, 0 }, /* translated, RFC 2765 2.1 */
	{ { { 0x20, 0x02 }, 16 }, 2, 0 },	       /* 6to4, RFC 3056 */
	{ { { 0x00, 0x64, 0xff, 0x9b }, 96 }, 12, 0 }, /* NAT64, RFC 6052 */
	{ { { 0x00, 0x64, 0xff, 0x9b, 0x00, 0x01 }, 48 }, 12, 0 }, /* NAT64, RFC 8215 */
	{ { { 0x20, 0x01, 0x00, 0x00 }, 32 }, 4, 0 },		   /* Teredo: the server */
	{ { { 0x20, 0x01, 0x00, 0x00 }, 32 }, 12, 0xff },	   /* Teredo: the client */
};

static bool is_builtin(const uint8_t *address)
{
	for (size_t i = 0; i < sizeof(builtin) / sizeof(builtin[0]); i++)
		if (block_fits(&builtin[i], address))
			return true;
	return false;
}

/* Of any address. */
static bool allows_port(const struct relay_policy *policy, uint16_t port)
{
	for (size_t i = 0; i < policy->n_ports; i++)
		if (policy->ports[i].first <= port && port <= policy->ports[i].last)
			return true;
	return policy->n_ports == 0;
}

static bool allows_address(const struct relay_policy *policy, const uint8_t *address)
{
	if (block_list_fits(&policy->allow, address))
		return true;
	if (block_list_fits(&policy->deny, address) || is_builtin(address))
		return false;
	return !policy->is_own || !policy->is_own(address);
}

/* :: and ::1 are in the block of compatible addresses, but stand for themselves. */
static bool carries_ipv4(const uint8_t *address)
{
	static const uint8_t zero[BLOCK_ADDRESS_LEN - 1];

	return memcmp(address, zero, sizeof(zero)) != 0 || address[BLOCK_ADDRESS_LEN - 1] > 1;
}

static void unfold_ipv4(const struct embedding *embedding, const uint8_t *address,
			uint8_t ret_mapped[BLOCK_ADDRESS_LEN])
{
	static const uint8_t prefix[BLOCK_ADDRESS_LEN] = BLOCK_MAPPED(0, 0, 0, 0);

	memcpy(ret_mapped, prefix, BLOCK_ADDRESS_LEN);
	for (unsigned i = 0; i < 4; i++)
		ret_mapped[12 + i] = address[embedding->at + i] ^ embedding->mask;
}

bool relay_policy_check(const struct relay_policy *policy, const uint8_t address[16], uint16_t port)
{
	uint8_t mapped[BLOCK_ADDRESS_LEN];

	if (!allows_port(policy, port) || !allows_address(policy, address))
		return false;
	if (!carries_ipv4(address))
		return true;
	for (size_t i = 0; i < sizeof(embeddings) / sizeof(embeddings[0]); i++) {
		if (!block_covers(&embeddings[i].block, address))
			continue;
		unfold_ipv4(&embeddings[i], address, mapped);
		if (!allows_address(policy, mapped))
			return false;
	}
	return true;
}

struct relay_policy *relay_policy_new(void)
{
	return calloc(1, sizeof(struct relay_policy));
}

struct relay_policy *relay_policy_free(struct relay_policy *policy)
{
	if (policy) {
		block_list_done(&policy->allow);
		block_list_done(&policy->deny);
		free(policy->ports);
		free(policy);
	}
	return NULL;
}

int relay_policy_allow(struct relay_policy *policy, const char *block)
{
	return block_list_add(&policy->allow, block);
}

int relay_policy_deny(struct relay_policy *policy, const char *block)
{
	return block_list_add(&policy->deny, block);
}

static bool parse_policy_port(struct slice text, uint16_t *ret_port)
{
	uint64_t port;

	if (!slice_to_u64(text, &port) || port < 1 || port > UINT16_MAX)
		return false;
	*ret_port = (uint16_t)port;
	return true;
}

int relay_policy_ports(struct relay_policy *policy, const char *range)
{
	struct slice whole = slice_from(range);
	size_t dash = slice_find(whole, '-');
	struct slice last = dash == whole.len ? whole : slice_skip(whole, dash + 1);
	struct ports ports;
	struct ports *grown;

	if (!parse_policy_port(slice_first(whole, dash), &ports.first) ||
	    !parse_policy_port(last, &ports.last) || ports.first > ports.last)
		return -EINVAL;
	grown = reallocarray(policy->ports, policy->n_ports + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	grown[policy->n_ports++] = ports;
	policy->ports = grown;
	return 0;
}

void relay_policy_set_own(struct relay_policy *policy, relay_own_fn is_own)
{
	policy->is_own = is_own;
}
