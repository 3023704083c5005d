/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes nonces for challenges, and judges those that come back with an AUTH. A nonce contains
 * everything, under a MAC, so a challenge costs no memory.
 */
#include "relay/auth/nonce.h"

#include "base/ascii.h"
#include "base/siphash.h"
#include "msrp/digest.h"
#include "relay/peer.h"
#include "relay/state.h"

static void write_nonce_hex(char *out, uint64_t value, size_t digits)
{
	for (size_t i = 0; i < digits; i++)
		out[i] = "0123456789abcdef"[(value >> (4 * (digits - 1 - i))) & 15];
}

static bool read_nonce_hex(struct slice text, uint64_t *ret_value)
{
	uint64_t value = 0;

	for (size_t i = 0; i < text.len; i++) {
		int digit = ascii_hex_value(text.p[i]);

		if (digit < 0)
			return false;
		value = value << 4 | (uint64_t)digit;
	}
	*ret_value = value;
	return true;
}

/* Unique over all workers, and does not reveal how many connections there have been. */
static uint64_t mark_of(const struct relay_peer *peer)
{
	const uint64_t input[2] = { peer->relay->config->worker, peer->number };

	return siphash(peer->relay->nonce_key, input, sizeof(input));
}

struct parts {
	uint64_t made_ms;
	uint64_t serial; /* on the connection */
	uint64_t mark;	 /* identifies the connection */
};

/* Builds the nonce of these PARTS, to hand it out or to check it. */
static int build_nonce(const struct relay *relay, const struct parts *parts,
		       char ret_nonce[RELAY_NONCE_LEN + 1])
{
	uint64_t input[3] = { parts->made_ms, parts->serial, parts->mark };
	uint8_t mac[MSRP_MAC_LEN];
	int err =
	    msrp_digest_mac(relay->nonce_key, sizeof(relay->nonce_key), input, sizeof(input), mac);

	if (err)
		return err;
	write_nonce_hex(ret_nonce, parts->made_ms, 16);
	write_nonce_hex(ret_nonce + 16, parts->serial, 8);
	write_nonce_hex(ret_nonce + 24, parts->mark, 16);
	for (size_t i = 0; i < RELAY_NONCE_MAC / 2; i++)
		write_nonce_hex(ret_nonce + 40 + 2 * i, mac[i], 2);
	ret_nonce[RELAY_NONCE_LEN] = '\0';
	return 0;
}

int relay_nonce_make(struct relay_peer *peer, char ret_nonce[RELAY_NONCE_LEN + 1])
{
	const struct parts parts = { peer->relay->now_ms, ++peer->nonce_serial, mark_of(peer) };

	return build_nonce(peer->relay, &parts, ret_nonce);
}

static bool is_our_nonce(const struct relay *relay, struct slice nonce, struct parts *ret_parts)
{
	char want[RELAY_NONCE_LEN + 1];

	return nonce.len == RELAY_NONCE_LEN &&
	       read_nonce_hex(slice_first(nonce, 16), &ret_parts->made_ms) &&
	       read_nonce_hex(slice_first(slice_skip(nonce, 16), 8), &ret_parts->serial) &&
	       read_nonce_hex(slice_first(slice_skip(nonce, 24), 16), &ret_parts->mark) &&
	       build_nonce(relay, ret_parts, want) == 0 &&
	       msrp_digest_equal(nonce, slice_make(want, RELAY_NONCE_LEN));
}

static struct relay_nonce_count *find_count(struct relay_peer *peer, uint32_t serial)
{
	for (size_t i = 0; i < RELAY_NONCES; i++) {
		if (peer->nonce[i].nc > 0 && peer->nonce[i].serial == serial)
			return &peer->nonce[i];
	}
	return NULL;
}

/*
 * A place for the count of a nonce. The oldest is dropped, and no nonce of its age is accepted any
 * more.
 */
static struct relay_nonce_count *add_count(struct relay_peer *peer, uint32_t serial)
{
	struct relay_nonce_count *oldest = &peer->nonce[0];

	for (size_t i = 1; i < RELAY_NONCES; i++) {
		if (peer->nonce[i].serial < oldest->serial)
			oldest = &peer->nonce[i];
	}
	if (oldest->nc > 0 && oldest->serial > peer->nonces_forgotten)
		peer->nonces_forgotten = oldest->serial;
	*oldest = (struct relay_nonce_count){ .serial = serial };
	return oldest;
}

enum relay_nonce_result relay_nonce_use(struct relay_peer *peer, struct slice nonce, uint32_t nc)
{
	const struct relay *relay = peer->relay;
	struct relay_nonce_count *count;
	struct parts parts;

	if (nc == 0 || !is_our_nonce(relay, nonce, &parts))
		return RELAY_NONCE_FORGED;
	if (parts.mark != mark_of(peer) ||
	    relay->now_ms - parts.made_ms > (uint64_t)relay->config->auth.nonce_lifetime * 1000 ||
	    parts.serial <= peer->nonces_forgotten)
		return RELAY_NONCE_STALE;
	count = find_count(peer, (uint32_t)parts.serial);
	if (count && nc <= count->nc)
		return RELAY_NONCE_REPLAYED;
	if (!count)
		count = add_count(peer, (uint32_t)parts.serial);
	count->nc = nc;
	return RELAY_NONCE_FINE;
}
