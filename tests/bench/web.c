/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The frames of a browser. They carry MSRP, so control frames are ignored.
 */
#include "bench/web.h"

#include <stdlib.h>
#include <string.h>

#include "net/websocket/websocket_frame.h"

const char web_request[] = "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
			   "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
			   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
			   "Sec-WebSocket-Protocol: msrp\r\n\r\n";

static size_t header_size(const struct web *w)
{
	unsigned len = w->header_len > 1 ? w->header[1] : 0;

	return len == 126 ? 4 : len == 127 ? 10 : 2;
}

static void read_length(struct web *w)
{
	w->left = w->header[1];
	if (w->header_len > 2)
		w->left = 0;
	for (size_t i = 2; i < w->header_len; i++)
		w->left = w->left << 8 | w->header[i];
	w->header_len = 0;
}

size_t web_decode(struct web *w, uint8_t *block, size_t len)
{
	uint8_t *in = block, *out = block, *end = block + len;

	while (in < end) {
		size_t n = (size_t)(end - in);

		if (w->left == 0) {
			w->header[w->header_len++] = *in++;
			if (w->header_len >= 2 && w->header_len == header_size(w))
				read_length(w);
			continue;
		}
		if (n > w->left)
			n = (size_t)w->left;
		memmove(out, in, n);
		in += n;
		out += n;
		w->left -= n;
	}
	return (size_t)(out - block);
}

void web_encode(struct slice bytes, struct buf *out)
{
	static const uint8_t key[4] = { 0x37, 0xfa, 0x21, 0x3d };
	uint8_t header[NET_WEBSOCKET_HEADER_MAX];
	size_t len = net_websocket_encode(NET_WEBSOCKET_BINARY, bytes.len, header);
	uint8_t mask[4];
	uint8_t *room;

	header[1] |= 0x80;
	buf_add(out, header, len);
	buf_add(out, key, sizeof(key));
	room = buf_reserve(out, bytes.len);
	if (!room)
		return;
	memcpy(mask, key, sizeof(mask));
	net_websocket_mask(mask, (const uint8_t *)bytes.p, bytes.len, room);
	buf_commit(out, bytes.len);
}
