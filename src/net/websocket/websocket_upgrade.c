/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks the request field by field (RFC 6455 4.2.1), then answers (4.2.2). The subprotocol "msrp"
 * must be among those offered (RFC 7977 4.1).
 */
#include "net/websocket/websocket_upgrade.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include "base/ascii.h"

enum {
	KEY_LEN = 24, /* 16 octets in base64 */
	ACCEPT_LEN = 28,
};

/* RFC 6455 1.3 */
static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/* The part of the request that we use. */
struct request {
	struct slice path;
	struct slice key;
	struct slice version;
	struct slice origin;
	struct slice forwarded; /* the last X-Forwarded-For */
	unsigned n_hosts, n_keys, n_versions, n_origins;
	bool upgrade;	 /* Upgrade: websocket */
	bool connection; /* Connection: Upgrade */
	bool msrp;
	bool body;
};

static bool has_element(struct slice list, struct slice wanted)
{
	struct slice element;

	while (net_http_take_element(&list, &element))
		if (slice_equal_nocase(element, wanted))
			return true;
	return false;
}

/* RFC 6455 4.1: names of subprotocols are case-sensitive. */
static bool offers_msrp(struct slice list)
{
	struct slice element;

	while (net_http_take_element(&list, &element))
		if (slice_equal(element, SLICE("msrp")))
			return true;
	return false;
}

static void take_field(struct request *r, const struct net_http_field *field)
{
	struct slice name = field->name, value = field->value;

	if (slice_equal_nocase(name, SLICE("Host"))) {
		r->n_hosts++;
	} else if (slice_equal_nocase(name, SLICE("Upgrade"))) {
		r->upgrade |= has_element(value, SLICE("websocket"));
	} else if (slice_equal_nocase(name, SLICE("Connection"))) {
		r->connection |= has_element(value, SLICE("Upgrade"));
	} else if (slice_equal_nocase(name, SLICE("Sec-WebSocket-Key"))) {
		r->key = value;
		r->n_keys++;
	} else if (slice_equal_nocase(name, SLICE("Sec-WebSocket-Version"))) {
		r->version = value;
		r->n_versions++;
	} else if (slice_equal_nocase(name, SLICE("Sec-WebSocket-Protocol"))) {
		r->msrp |= offers_msrp(value);
	} else if (slice_equal_nocase(name, SLICE("Origin"))) {
		r->origin = value;
		r->n_origins++;
	} else if (slice_equal_nocase(name, SLICE("X-Forwarded-For"))) {
		r->forwarded = value;
	} else if (slice_equal_nocase(name, SLICE("Transfer-Encoding")) ||
		   (slice_equal_nocase(name, SLICE("Content-Length")) &&
		    !slice_equal(value, SLICE("0")))) {
		r->body = true;
	}
}

/* RFC 6455 4.2.1: a path, or an absolute URI; empty: neither. */
static struct slice path_of(struct slice target)
{
	static const struct slice scheme[] = {
		{ .p = "http://", .len = 7 },
		{ .p = "https://", .len = 8 },
	};

	for (size_t i = 0; i < 2; i++) {
		if (target.len <= scheme[i].len ||
		    !slice_equal_nocase(slice_first(target, scheme[i].len), scheme[i]))
			continue;
		target = slice_skip(target, scheme[i].len);
		target = slice_skip(target, slice_find(target, '/'));
		if (target.len == 0)
			return SLICE("/");
	}
	if (target.len == 0 || target.p[0] != '/')
		return SLICE("");
	return slice_first(target, slice_find(target, '?'));
}

static enum net_http_status parse_upgrade(struct slice whole, struct request *r, const char **why)
{
	struct net_http_head head;
	struct net_http_field field;
	enum net_http_status status = net_http_head_begin(&head, whole);

	*why = "not a request of HTTP/1.1";
	if (status != NET_HTTP_OK)
		return status;
	r->path = path_of(head.target);
	while ((status = net_http_head_next(&head, &field)) == NET_HTTP_OK)
		take_field(r, &field);
	if (status != NET_HTTP_SWITCHING)
		return status;
	*why = "a WebSocket is opened with GET";
	if (!slice_equal(head.method, SLICE("GET")))
		return NET_HTTP_BAD_METHOD;
	*why = "not a request of HTTP/1.1";
	return head.has_minor && r->path.len > 0 && !r->body ? NET_HTTP_OK : NET_HTTP_BAD_REQUEST;
}

/* 22 digits, the last of which has only two bits, and the padding. */
static bool is_key(struct slice key)
{
	if (key.len != KEY_LEN || !slice_equal(slice_skip(key, KEY_LEN - 2), SLICE("==")))
		return false;
	for (size_t i = 0; i < KEY_LEN - 2; i++)
		if (!ascii_is_alnum(key.p[i]) && key.p[i] != '+' && key.p[i] != '/')
			return false;
	return slice_find(SLICE("AQgw"), key.p[KEY_LEN - 3]) < 4;
}

/* A client without an Origin is no browser, so no foreign page can misuse it. */
static bool may_come(const struct net_websocket_settings *settings, const struct request *r)
{
	if (settings->n_origins == 0 || r->n_origins == 0)
		return true;
	for (size_t i = 0; i < settings->n_origins; i++)
		if (net_websocket_origin_fits(slice_from(settings->origin[i]), r->origin))
			return true;
	return false;
}

static enum net_http_status judge_upgrade(const struct net_websocket_settings *settings,
					  const struct request *r, const char **why)
{
	*why = "no such path";
	if (*settings->path && !slice_equal(r->path, slice_from(settings->path)))
		return NET_HTTP_NOT_FOUND;
	*why = "there is nothing here but WebSockets";
	if (!r->upgrade || !r->connection)
		return NET_HTTP_UPGRADE_REQUIRED;
	*why = "a WebSocket of another version than 13";
	if (r->n_versions != 1 || !slice_equal(r->version, SLICE("13")))
		return NET_HTTP_UPGRADE_REQUIRED;
	*why = "no Host, or several";
	if (r->n_hosts != 1)
		return NET_HTTP_BAD_REQUEST;
	*why = "no valid Sec-WebSocket-Key";
	if (r->n_keys != 1 || !is_key(r->key))
		return NET_HTTP_BAD_REQUEST;
	*why = "the subprotocol msrp is not offered";
	if (!r->msrp)
		return NET_HTTP_BAD_REQUEST;
	*why = "several Origins";
	if (r->n_origins > 1)
		return NET_HTTP_BAD_REQUEST;
	*why = "pages of this origin are not allowed";
	return may_come(settings, r) ? NET_HTTP_SWITCHING : NET_HTTP_FORBIDDEN;
}

static void add_status(enum net_http_status status, struct buf *out)
{
	buf_add_slice(out, SLICE("HTTP/1.1 "));
	buf_add_u64(out, status);
	buf_add_char(out, ' ');
	buf_add_slice(out, slice_from(net_http_reason(status)));
	buf_add_slice(out, SLICE("\r\n"));
}

static void accept_request(const struct request *r, struct buf *out)
{
	unsigned char digest[SHA_DIGEST_LENGTH];
	unsigned char text[ACCEPT_LEN + 1];
	char input[KEY_LEN + sizeof(guid) - 1];

	memcpy(input, r->key.p, KEY_LEN);
	memcpy(input + KEY_LEN, guid, sizeof(guid) - 1);
	SHA1((const unsigned char *)input, sizeof(input), digest);
	EVP_EncodeBlock(text, digest, sizeof(digest));
	add_status(NET_HTTP_SWITCHING, out);
	buf_add_slice(out, SLICE("Upgrade: websocket\r\nConnection: Upgrade\r\n"
				 "Sec-WebSocket-Accept: "));
	buf_add(out, text, ACCEPT_LEN);
	buf_add_slice(out, SLICE("\r\nSec-WebSocket-Protocol: msrp\r\n"));
	/* RFC 7977 section 7 */
	if (r->n_origins == 1) {
		buf_add_slice(out, SLICE("Access-Control-Allow-Origin: "));
		buf_add_slice(out, r->origin);
		buf_add_slice(out, SLICE("\r\n"));
	}
	buf_add_slice(out, SLICE("\r\n"));
}

void net_websocket_refuse(enum net_http_status status, const char *why, struct buf *out)
{
	add_status(status, out);
	if (status == NET_HTTP_BAD_METHOD)
		buf_add_slice(out, SLICE("Allow: GET\r\n"));
	/* RFC 9110 15.5.22, RFC 6455 4.4 */
	if (status == NET_HTTP_UPGRADE_REQUIRED)
		buf_add_slice(out, SLICE("Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"));
	buf_add_slice(out, SLICE("Content-Type: text/plain\r\nContent-Length: "));
	buf_add_u64(out, strlen(why) + 1);
	buf_add_slice(out, SLICE("\r\nCache-Control: no-store\r\nConnection: "));
	if (status == NET_HTTP_UPGRADE_REQUIRED)
		buf_add_slice(out, SLICE("Upgrade, "));
	buf_add_slice(out, SLICE("close\r\n\r\n"));
	buf_add_slice(out, slice_from(why));
	buf_add_char(out, '\n');
}

/* The last one is added by the proxy; the client may invent those before it. */
static void find_forwarded_address(struct slice forwarded, struct net_address *ret_address)
{
	char text[NET_ADDRESS_TEXT_MAX];
	struct slice last = { 0 };

	while (net_http_take_element(&forwarded, &last))
		;
	if (last.len == 0 || last.len >= sizeof(text))
		return;
	memcpy(text, last.p, last.len);
	text[last.len] = '\0';
	net_address_parse(text, 0, ret_address);
}

enum net_http_status net_websocket_upgrade(const struct net_websocket_settings *settings,
					   struct slice head, struct buf *out,
					   struct net_websocket_upgrade *ret_upgrade)
{
	struct request request = { 0 };
	enum net_http_status status;

	*ret_upgrade = (struct net_websocket_upgrade){ 0 };
	status = parse_upgrade(head, &request, &ret_upgrade->why);
	if (status == NET_HTTP_OK)
		status = judge_upgrade(settings, &request, &ret_upgrade->why);
	if (status == NET_HTTP_SWITCHING)
		accept_request(&request, out);
	else
		net_websocket_refuse(status, ret_upgrade->why, out);
	if (settings->behind_proxy)
		find_forwarded_address(request.forwarded, &ret_upgrade->address);
	return status;
}
