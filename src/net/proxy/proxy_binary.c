/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Section 2.2: a signature, a command, a family, a length, addresses, and then TLVs, of which only
 * the checksum matters to us.
 */
#include "net/proxy/proxy_binary.h"

#include <string.h>

#include "base/crc32c.h"
#include "base/slice.h"

const uint8_t net_proxy_signature[NET_PROXY_SIGNATURE_LEN] = { 0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d,
							       0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a };

enum {
	AT_COMMAND = NET_PROXY_SIGNATURE_LEN,
	AT_FAMILY,
	AT_LEN,
	START_LEN = AT_LEN + 2, /* where the addresses are */

	LOCAL = 0x20, /* version 2, and the origin of the connection */
	PROXY = 0x21,

	UNSPECIFIED = 0x00,
	TCP_IPV4 = 0x11,
	TCP_IPV6 = 0x21,
	UNIX_STREAM = 0x31,

	TLV_START_LEN = 3,
	TLV_CRC32C = 0x03,
	TLV_UNIQUE_ID = 0x05,
	TLV_SSL = 0x20,
	CRC32C_LEN = 4,
	UNIQUE_ID_MAX = 128,
	SSL_START_LEN = 5, /* flags, and whether the certificate verified; TLVs of its own follow */
};

static unsigned u16_at(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

/* Takes the next TLV. False: it is incomplete. */
static bool take_tlv(struct slice *rest, uint8_t *ret_type, struct slice *ret_value)
{
	const uint8_t *p = (const uint8_t *)rest->p;
	size_t len;

	if (rest->len < TLV_START_LEN)
		return false;
	len = u16_at(p + 1);
	if (len > rest->len - TLV_START_LEN)
		return false;
	*ret_type = p[0];
	*ret_value = slice_make(p + TLV_START_LEN, len);
	*rest = slice_skip(*rest, TLV_START_LEN + len);
	return true;
}

static bool are_tlvs(struct slice rest)
{
	struct slice value;
	uint8_t type;

	while (rest.len > 0)
		if (!take_tlv(&rest, &type, &value))
			return false;
	return true;
}

/* The checksum covers the whole header, with zeros in its own place. */
static bool is_checksum(struct slice header, struct slice value)
{
	static const uint8_t zero[CRC32C_LEN];
	const uint8_t *p = (const uint8_t *)value.p;
	size_t before = (size_t)(value.p - header.p);
	uint32_t crc;

	if (value.len != CRC32C_LEN)
		return false;
	crc = crc32c(0, header.p, before);
	crc = crc32c(crc, zero, sizeof(zero));
	crc = crc32c(crc, value.p + value.len, header.len - before - value.len);
	return crc == ((uint32_t)u16_at(p) << 16 | u16_at(p + 2));
}

/* With two checksums it would be unclear which was zero for the other. */
static bool check_tlvs(struct slice header, struct slice rest)
{
	bool has_checksum = false, fine = true;
	struct slice value;
	uint8_t type;

	while (fine && rest.len > 0) {
		if (!take_tlv(&rest, &type, &value))
			return false;
		if (type == TLV_CRC32C)
			fine = !has_checksum && is_checksum(header, value);
		else if (type == TLV_UNIQUE_ID)
			fine = value.len <= UNIQUE_ID_MAX;
		else if (type == TLV_SSL)
			fine = value.len >= SSL_START_LEN &&
			       are_tlvs(slice_skip(value, SSL_START_LEN));
		has_checksum |= type == TLV_CRC32C;
	}
	return fine;
}

/* The length of both addresses of FAMILY; 0: FAMILY is not for connections. */
static size_t addresses_len(uint8_t family)
{
	switch (family) {
	case TCP_IPV4:
		return 12;
	case TCP_IPV6:
		return 36;
	case UNIX_STREAM:
		return 216;
	default:
		return 0;
	}
}

static void take_source(uint8_t family, const uint8_t *p, struct net_address *ret_source)
{
	struct net_address source = { .len = 0 };

	if (family == TCP_IPV4) {
		source.v4.sin_family = AF_INET;
		memcpy(&source.v4.sin_addr, p, 4);
		memcpy(&source.v4.sin_port, p + 8, 2);
		source.len = sizeof(source.v4);
	} else if (family == TCP_IPV6) {
		source.v6.sin6_family = AF_INET6;
		memcpy(&source.v6.sin6_addr, p, 16);
		memcpy(&source.v6.sin6_port, p + 32, 2);
		source.len = sizeof(source.v6);
	}
	*ret_source = source;
}

/* The header is complete. Without an address it is the proxy's own business. */
static int parse_whole(const uint8_t *in, struct net_proxy_header *header)
{
	uint8_t family = in[AT_FAMILY];
	size_t len = addresses_len(family);

	if (in[AT_COMMAND] == LOCAL || family == UNSPECIFIED)
		return 0;
	if (len == 0)
		header->why = "a PROXY header for what is no connection";
	else if (len > header->len - START_LEN)
		header->why = "a PROXY header that is too short";
	else if (!check_tlvs(slice_make(in, header->len),
			     slice_make(in + START_LEN + len, header->len - START_LEN - len)))
		header->why = "a PROXY header with a TLV that is wrong";
	else
		take_source(family, in + START_LEN, &header->source);
	return header->why ? NET_PROXY_BAD : 0;
}

int net_proxy_binary_parse(const uint8_t *in, size_t len, struct net_proxy_header *header)
{
	header->why = NULL;
	if (len > AT_COMMAND && in[AT_COMMAND] != LOCAL && in[AT_COMMAND] != PROXY) {
		header->why = "a PROXY header of another version";
		return NET_PROXY_BAD;
	}
	if (len < START_LEN)
		return NET_PROXY_MORE;
	header->len = START_LEN + u16_at(in + AT_LEN);
	if (header->len > NET_PROXY_HEADER_MAX) {
		header->why = "a PROXY header that is too long";
		return NET_PROXY_BAD;
	}
	return len < header->len ? NET_PROXY_MORE : parse_whole(in, header);
}
