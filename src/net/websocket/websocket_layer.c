/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * In: octets of the transport, decoded in place. Out: one frame for each message, whose length is
 * known because the connection pulls whole messages. Control frames go in between.
 */
#include "net/websocket/websocket_layer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/context_state.h"
#include "net/websocket/websocket_upgrade.h"

struct net_websocket *net_websocket_new(struct net_websocket_settings *settings, bool either)
{
	struct net_websocket *ws = calloc(1, sizeof(*ws));

	if (!ws)
		return NULL;
	ws->settings = net_websocket_settings_ref(settings);
	ws->either = either;
	return ws;
}

struct net_websocket *net_websocket_free(struct net_websocket *ws)
{
	if (!ws)
		return NULL;
	net_websocket_settings_unref(ws->settings);
	buf_done(&ws->early);
	free(ws);
	return NULL;
}

/* An MSRP message begins like this, perhaps after an empty line. */
static bool may_be_msrp(struct slice in)
{
	static const char start[] = "MSRP ";
	size_t len = in.len < sizeof(start) - 1 ? in.len : sizeof(start) - 1;

	return (in.len > 0 && (in.p[0] == '\r' || in.p[0] == '\n')) ||
	       memcmp(in.p, start, len) == 0;
}

/* Both protocols show by their first octets; one is enough to tell HTTP. */
static bool is_msrp(struct net_websocket *ws)
{
	struct slice in = buf_slice(&ws->early);

	if (ws->either && !may_be_msrp(in))
		ws->either = false;
	return ws->either && (in.len >= sizeof("MSRP ") - 1 || in.p[0] == '\r' || in.p[0] == '\n');
}

/* The answer is short, and the output is empty. */
static int answer_upgrade(struct net_transport *t, struct buf *out)
{
	size_t taken;
	int r;

	if (buf_failed(out))
		return -ENOMEM;
	r = t->ops->write(t, buf_data(out), out->len, &taken);
	if (r == 0)
		r = net_output_flush(&t->output);
	return r < 0 ? r : 0;
}

static int refuse_upgrade(struct net_websocket *ws, struct net_transport *t,
			  enum net_http_status status, const char *why)
{
	char text[NET_WHY_MAX];

	ws->phase = NET_WEBSOCKET_IS_BROKEN;
	snprintf(text, sizeof(text), "answered %d: %s", status, why);
	net_transport_explain(t, text);
	return NET_REFUSED;
}

/* The head is complete, and END long; or too long, and END is 0. */
static int upgrade(struct net_websocket *ws, struct net_transport *t, size_t end)
{
	struct net_websocket_upgrade upgraded = { .why = "a head that does not end" };
	enum net_http_status status = NET_HTTP_HEAD_TOO_LARGE;
	struct slice head = slice_first(buf_slice(&ws->early), end);
	struct buf out = { 0 };
	int err;

	if (end > 0)
		status = net_websocket_upgrade(ws->settings, head, &out, &upgraded);
	else
		net_websocket_refuse(status, upgraded.why, &out);
	ws->address = upgraded.address;
	err = answer_upgrade(t, &out);
	buf_done(&out);
	if (err)
		return err;
	if (status != NET_HTTP_SWITCHING)
		return refuse_upgrade(ws, t, status, upgraded.why);
	buf_consume(&ws->early, end);
	if (ws->early.len == 0)
		buf_done(&ws->early);
	ws->phase = NET_WEBSOCKET_OPEN;
	ws->ping_ms = ws->settings->ping_ms;
	ws->settings = net_websocket_settings_unref(ws->settings);
	return 0;
}

/* One read. 0: continue; the phase tells whether it is finished. */
static int read_head(struct net_websocket *ws, struct net_transport *t)
{
	size_t before = ws->early.len > 3 ? ws->early.len - 3 : 0;
	uint8_t *in = t->context->in;
	size_t end, len;
	int r = t->ops->read(t, in, NET_HTTP_HEAD_MAX - ws->early.len, &len);

	if (r == NET_EOF) {
		net_transport_explain(t, "the other side closed the connection");
		return -ECONNRESET;
	}
	if (r)
		return r;
	buf_add(&ws->early, in, len);
	if (buf_failed(&ws->early))
		return -ENOMEM;
	if (is_msrp(ws)) {
		ws->phase = NET_WEBSOCKET_NONE;
		return 0;
	}
	end = net_http_head_find_end(slice_skip(buf_slice(&ws->early), before));
	if (end > 0)
		return upgrade(ws, t, before + end);
	return ws->early.len < NET_HTTP_HEAD_MAX ? 0 : upgrade(ws, t, 0);
}

int net_websocket_handshake(struct net_websocket *ws, struct net_transport *t)
{
	int r = t->ops->handshake(t);

	ws->under_done |= r == 0;
	while (r == 0 && ws->phase == NET_WEBSOCKET_HEAD)
		r = read_head(ws, t);
	return r;
}

bool net_websocket_waive(struct net_websocket *ws)
{
	if (!ws->either || !ws->under_done || ws->early.len > 0)
		return false;
	ws->phase = NET_WEBSOCKET_NONE;
	return true;
}

void net_websocket_set_code(struct net_websocket *ws, enum net_websocket_code code)
{
	if (ws->code == 0)
		ws->code = code;
}

void net_websocket_break(struct net_websocket *ws, enum net_websocket_code code)
{
	net_websocket_set_code(ws, code);
	ws->phase = NET_WEBSOCKET_IS_BROKEN;
	buf_done(&ws->early);
}

/* Of several waiting pings only the last is answered, so that this is never a queue. */
static void keep_pong(struct net_websocket *ws)
{
	ws->wants_pong = true;
	ws->pong_len = ws->decoder.control_len;
	memcpy(ws->pong, ws->decoder.control, ws->pong_len);
}

/* Decodes LEN octets at IN; the payload is written there, too. Returns its length. */
static size_t decode_frames(struct net_websocket *ws, struct net_transport *t, uint8_t *in,
			    size_t len)
{
	enum net_websocket_event event;
	uint8_t *out = in, *start = in;

	while ((event = net_websocket_decode(&ws->decoder, &in, &len, &out)) !=
	       NET_WEBSOCKET_NOTHING) {
		if (event == NET_WEBSOCKET_GOT_PING) {
			keep_pong(ws);
		} else if (event == NET_WEBSOCKET_GOT_CLOSE) {
			net_websocket_set_code(ws, ws->decoder.code);
			ws->phase = NET_WEBSOCKET_CLOSED;
			break;
		} else if (event == NET_WEBSOCKET_BROKEN) {
			net_transport_explain(t, ws->decoder.problem);
			net_websocket_break(ws, ws->decoder.code);
			break;
		}
	}
	return (size_t)(out - start);
}

static int read_raw(struct net_websocket *ws, struct net_transport *t, uint8_t *out, size_t size,
		    size_t *ret_len)
{
	if (ws->early.len == 0)
		return t->ops->read(t, out, size, ret_len);
	*ret_len = ws->early.len < size ? ws->early.len : size;
	memcpy(out, buf_data(&ws->early), *ret_len);
	buf_consume(&ws->early, *ret_len);
	if (ws->early.len == 0)
		buf_done(&ws->early);
	return 0;
}

int net_websocket_read(struct net_websocket *ws, struct net_transport *t, uint8_t *out, size_t size,
		       size_t *ret_len)
{
	size_t len;
	int r;

	/* Everything before it has been delivered. */
	if (ws->phase == NET_WEBSOCKET_CLOSED ||
	    (ws->phase == NET_WEBSOCKET_IS_BROKEN && !ws->end_told))
		return NET_EOF;
	r = read_raw(ws, t, out, size, &len);
	if (r)
		return r;
	if (ws->phase == NET_WEBSOCKET_IS_BROKEN)
		return NET_NEXT_TURN;
	ws->heard = true;
	*ret_len = decode_frames(ws, t, out, len);
	if (*ret_len > 0)
		return 0;
	/* More may follow control frames, and pongs have to be sent. */
	return ws->phase == NET_WEBSOCKET_OPEN ? NET_NEXT_TURN : NET_EOF;
}

static int write_frame(struct net_transport *t, enum net_websocket_opcode opcode, const void *p,
		       size_t len)
{
	uint8_t frame[NET_WEBSOCKET_HEADER_MAX + NET_WEBSOCKET_CONTROL_MAX];
	size_t header = net_websocket_encode(opcode, len, frame);
	size_t taken;

	memcpy(frame + header, p, len);
	return t->ops->write(t, frame, header + len, &taken);
}

int net_websocket_write_control(struct net_websocket *ws, struct net_transport *t)
{
	int r = 0;

	if (ws->left > 0 || ws->phase == NET_WEBSOCKET_IS_BROKEN)
		return 0;
	if (ws->wants_pong) {
		r = write_frame(t, NET_WEBSOCKET_PONG, ws->pong, ws->pong_len);
		ws->wants_pong = r != 0;
	}
	if (r == 0 && ws->wants_ping) {
		r = write_frame(t, NET_WEBSOCKET_PING, "", 0);
		ws->wants_ping = r != 0;
		ws->pinged = r == 0;
	}
	return r;
}

/*
 * Writes the header, and as much of the message as fits with it in one TLS record. That is short
 * enough to be taken whole or not at all.
 */
static int begin_message(struct net_websocket *ws, struct net_transport *t, const uint8_t *p,
			 size_t len, size_t *ret_len)
{
	bool is_text = utf8_is_valid(slice_make(p, len));
	uint8_t *frame = t->context->in;
	size_t header =
	    net_websocket_encode(is_text ? NET_WEBSOCKET_TEXT : NET_WEBSOCKET_BINARY, len, frame);
	size_t first = NET_WHOLE_MAX - header;
	size_t taken;
	int r;

	*ret_len = 0;
	if (first > len)
		first = len;
	memcpy(frame + header, p, first);
	r = t->ops->write(t, frame, header + first, &taken);
	if (taken == 0)
		return r;
	ws->left = len - first;
	*ret_len = first;
	return r;
}

int net_websocket_write(struct net_websocket *ws, struct net_transport *t, const uint8_t *p,
			size_t len, size_t *ret_len)
{
	size_t taken = 0;
	int r;

	*ret_len = 0;
	if (ws->left == 0) {
		r = net_websocket_write_control(ws, t);
		if (r == 0)
			r = begin_message(ws, t, p, len, ret_len);
		if (r || ws->left == 0)
			return r;
	}
	if (len - *ret_len > ws->left)
		len = *ret_len + ws->left;
	r = t->ops->write(t, p + *ret_len, len - *ret_len, &taken);
	ws->left -= taken;
	*ret_len += taken;
	return r;
}

/* RFC 6455 5.5.1: a Close answers theirs with the same code. It is the last frame. */
void net_websocket_say_end(struct net_websocket *ws, struct net_transport *t)
{
	unsigned code = ws->code ? ws->code : NET_WEBSOCKET_NORMAL;
	uint8_t payload[2] = { (uint8_t)(code >> 8), (uint8_t)code };

	if (ws->settings || ws->left > 0)
		return;
	write_frame(t, NET_WEBSOCKET_CLOSE, payload, code == NET_WEBSOCKET_NO_CODE ? 0 : 2);
}

bool net_websocket_look(struct net_websocket *ws, bool is_read)
{
	if (!ws->heard && ws->pinged && is_read)
		return false;
	ws->pinged &= !ws->heard;
	ws->heard = false;
	ws->wants_ping = !ws->pinged;
	return true;
}
