/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The decoder: header -> payload -> header ..., with the rules of RFC 6455 5 and 7.4 on their
 * order. Payload passes through; that of a control frame, which is short, is kept.
 */
#include "net/websocket/websocket_frame.h"

#include <string.h>

enum {
	FIN = 0x80,
	RESERVED = 0x70, /* for extensions, and we offer none */
	OPCODE = 0x0f,
	CONTROL = 0x08, /* set in the opcodes of control frames */
	MASKED = 0x80,
	LEN = 0x7f,
	LEN_16 = 126,
	LEN_64 = 127,
	/*
	 * A frame may have any length, because it is not held. Nobody can count beyond this: in a
	 * browser, integers end here.
	 */
	FRAME_BITS = 53,
};

void net_websocket_mask(uint8_t mask[4], const uint8_t *in, size_t len, uint8_t *out)
{
	uint8_t turned[4];
	uint64_t mask8, word;
	size_t i = 0;

	memcpy(&mask8, mask, 4);
	memcpy((uint8_t *)&mask8 + 4, mask, 4);
	/* Each word is read before it is overwritten, because OUT is not behind IN. */
	for (; i + sizeof(word) <= len; i += sizeof(word)) {
		memcpy(&word, in + i, sizeof(word));
		word ^= mask8;
		memcpy(out + i, &word, sizeof(word));
	}
	for (; i < len; i++)
		out[i] = in[i] ^ mask[i % 4];
	for (i = 0; i < 4; i++)
		turned[i] = mask[(i + len) % 4];
	memcpy(mask, turned, 4);
}

static enum net_websocket_event broken(struct net_websocket_decoder *d,
				       enum net_websocket_code code, const char *problem)
{
	d->code = code;
	d->problem = problem;
	return NET_WEBSOCKET_BROKEN;
}

/* The length of the header, as far as it is known yet. */
static size_t header_size(const struct net_websocket_decoder *d)
{
	unsigned len = d->header_len > 1 ? d->header[1] & LEN : 0;
	size_t size = 2;

	if (len == LEN_16)
		size += 2;
	if (len == LEN_64)
		size += 8;
	if (d->header_len > 1 && d->header[1] & MASKED)
		size += 4;
	return size;
}

static uint64_t read_big_endian(const uint8_t *p, size_t len)
{
	uint64_t number = 0;

	while (len-- > 0)
		number = number << 8 | *p++;
	return number;
}

static const char *length_problem(const struct net_websocket_decoder *d, unsigned short_len)
{
	if (short_len == LEN_16 && d->left < LEN_16)
		return "a length that takes more octets than it needs";
	if (short_len == LEN_64 && d->left <= UINT16_MAX)
		return "a length that takes more octets than it needs";
	return d->left >> 63 ? "a length of 64 bits" : NULL;
}

static const char *control_problem(const struct net_websocket_decoder *d)
{
	if (!d->fin)
		return "a control frame in fragments";
	if (d->left > NET_WEBSOCKET_CONTROL_MAX)
		return "a control frame that is too long";
	if (d->opcode != NET_WEBSOCKET_CLOSE && d->opcode != NET_WEBSOCKET_PING &&
	    d->opcode != NET_WEBSOCKET_PONG)
		return "a control frame of an unknown kind";
	return NULL;
}

static const char *data_problem(const struct net_websocket_decoder *d)
{
	if (d->opcode > NET_WEBSOCKET_BINARY)
		return "a frame of an unknown kind";
	if (d->opcode == NET_WEBSOCKET_CONTINUATION && !d->in_message)
		return "a fragment without a message";
	if (d->opcode != NET_WEBSOCKET_CONTINUATION && d->in_message)
		return "a message in the middle of another";
	return NULL;
}

static const char *header_problem(const struct net_websocket_decoder *d)
{
	const char *problem = length_problem(d, d->header[1] & LEN);

	if (d->header[0] & RESERVED)
		return "a reserved bit is set";
	if (!(d->header[1] & MASKED)) /* RFC 6455 5.1 */
		return "a frame without a mask";
	if (problem)
		return problem;
	return d->opcode & CONTROL ? control_problem(d) : data_problem(d);
}

static void begin_payload(struct net_websocket_decoder *d)
{
	d->in_payload = true;
	d->header_len = 0;
	if (d->opcode & CONTROL) {
		d->control_len = 0;
		return;
	}
	if (d->opcode != NET_WEBSOCKET_CONTINUATION) {
		d->is_text = d->opcode == NET_WEBSOCKET_TEXT;
		d->utf8 = (struct utf8_check){ 0 };
	}
	d->in_message = !d->fin;
}

/* The header is complete. */
static enum net_websocket_event take_header(struct net_websocket_decoder *d)
{
	size_t size = header_size(d);
	unsigned short_len = d->header[1] & LEN;
	const char *problem;

	d->fin = d->header[0] & FIN;
	d->opcode = d->header[0] & OPCODE;
	d->left = short_len;
	if (short_len >= LEN_16)
		d->left = read_big_endian(d->header + 2, short_len == LEN_16 ? 2 : 8);
	problem = header_problem(d);
	if (problem)
		return broken(d, NET_WEBSOCKET_PROTOCOL_ERROR, problem);
	if (d->left >> FRAME_BITS)
		return broken(d, NET_WEBSOCKET_TOO_BIG, "a frame beyond all measure");
	memcpy(d->mask, d->header + size - 4, 4);
	begin_payload(d);
	return NET_WEBSOCKET_NOTHING;
}

static enum net_websocket_event read_header(struct net_websocket_decoder *d, uint8_t **in,
					    size_t *len)
{
	while (*len > 0) {
		d->header[d->header_len++] = *(*in)++;
		(*len)--;
		/* An error in the first two octets need not wait for the rest. */
		if (d->header_len == 2 && !(d->header[1] & MASKED))
			return broken(d, NET_WEBSOCKET_PROTOCOL_ERROR, "a frame without a mask");
		if (d->header_len >= 2 && d->header_len == header_size(d))
			return take_header(d);
	}
	return NET_WEBSOCKET_NOTHING;
}

/* RFC 6455 7.4.2, and IANA's registry: may CODE appear in a Close? */
static bool is_code(unsigned code)
{
	return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
	       (code >= 3000 && code <= 4999);
}

static enum net_websocket_event take_close(struct net_websocket_decoder *d)
{
	size_t len = d->control_len;

	d->code = NET_WEBSOCKET_NO_CODE;
	if (len == 0)
		return NET_WEBSOCKET_GOT_CLOSE;
	if (len == 1 || !is_code((unsigned)read_big_endian(d->control, 2)))
		return broken(d, NET_WEBSOCKET_PROTOCOL_ERROR, "a Close with no valid code");
	if (!utf8_is_valid(slice_make(d->control + 2, len - 2)))
		return broken(d, NET_WEBSOCKET_NOT_TEXT, "a Close whose reason is not UTF-8");
	d->code = (uint16_t)read_big_endian(d->control, 2);
	return NET_WEBSOCKET_GOT_CLOSE;
}

/* The payload is complete. */
static enum net_websocket_event end_payload(struct net_websocket_decoder *d)
{
	d->in_payload = false;
	switch (d->opcode) {
	case NET_WEBSOCKET_CLOSE:
		return take_close(d);
	case NET_WEBSOCKET_PING:
		return NET_WEBSOCKET_GOT_PING;
	case NET_WEBSOCKET_PONG:
		return NET_WEBSOCKET_GOT_PONG;
	}
	if (d->is_text && d->fin && !utf8_check_is_whole(&d->utf8))
		return broken(d, NET_WEBSOCKET_NOT_TEXT, "text that is not UTF-8");
	return NET_WEBSOCKET_NOTHING;
}

static enum net_websocket_event read_payload(struct net_websocket_decoder *d, uint8_t **in,
					     size_t *len, uint8_t **out)
{
	size_t n = *len < d->left ? *len : (size_t)d->left;
	bool is_control = d->opcode & CONTROL;
	uint8_t *to = is_control ? d->control + d->control_len : *out;

	/* While there are no gaps in the input it is unmasked in place. */
	if (is_control) {
		memcpy(to, *in, n);
		net_websocket_mask(d->mask, to, n, to);
		d->control_len = (uint8_t)(d->control_len + n);
	} else {
		net_websocket_mask(d->mask, *in, n, to);
		*out += n;
	}
	*in += n;
	*len -= n;
	d->left -= n;
	if (!is_control && d->is_text && !utf8_check_feed(&d->utf8, slice_make(to, n)))
		return broken(d, NET_WEBSOCKET_NOT_TEXT, "text that is not UTF-8");
	return d->left == 0 ? end_payload(d) : NET_WEBSOCKET_NOTHING;
}

enum net_websocket_event net_websocket_decode(struct net_websocket_decoder *d, uint8_t **in,
					      size_t *len, uint8_t **out)
{
	enum net_websocket_event event = NET_WEBSOCKET_NOTHING;

	/* A frame without payload ends with its header. */
	while (event == NET_WEBSOCKET_NOTHING && (*len > 0 || (d->in_payload && d->left == 0)))
		event = d->in_payload ? read_payload(d, in, len, out) : read_header(d, in, len);
	return event;
}

size_t net_websocket_encode(enum net_websocket_opcode opcode, uint64_t len,
			    uint8_t ret_header[NET_WEBSOCKET_HEADER_MAX])
{
	size_t n_len = len < LEN_16 ? 0 : len <= UINT16_MAX ? 2 : 8;

	ret_header[0] = (uint8_t)(FIN | opcode);
	ret_header[1] = (uint8_t)(n_len == 0 ? len : n_len == 2 ? LEN_16 : LEN_64);
	for (size_t i = 0; i < n_len; i++)
		ret_header[2 + i] = (uint8_t)(len >> (8 * (n_len - 1 - i)));
	return 2 + n_len;
}
