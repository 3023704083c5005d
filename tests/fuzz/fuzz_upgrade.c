/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Requests that want to become a WebSocket: every head gets an HTTP answer, and only one with
 * everything that RFC 6455 requires is accepted. The first byte picks settings.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "net/websocket/websocket_upgrade.h"

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

static void check(bool holds)
{
	if (!holds)
		abort();
}

static bool contains(struct slice text, const char *what)
{
	return text.len > 0 && memmem(text.p, text.len, what, strlen(what)) != NULL;
}

static void ask(const struct net_websocket_settings *settings, struct slice head)
{
	struct net_websocket_upgrade upgrade;
	struct buf out = { 0 };
	enum net_http_status status = net_websocket_upgrade(settings, head, &out, &upgrade);
	struct slice answer = buf_slice(&out);

	check(upgrade.why && net_http_head_find_end(answer) > 0);
	check(slice_starts_with(answer, SLICE("HTTP/1.1 ")));
	if (status == NET_HTTP_SWITCHING) {
		check(slice_starts_with(head, SLICE("GET ")) && contains(head, "msrp"));
		check(contains(head, "13") && contains(head, "==\r\n"));
		check(net_http_head_find_end(answer) == answer.len);
	} else {
		check(contains(answer, "close\r\n"));
	}
	buf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	static const char *const origins[] = { "https://*.example.com", "http://localhost:8080" };
	struct net_websocket_options options = { .path = "", .origin = origins };
	struct net_websocket_settings *settings;
	struct slice all;
	size_t end;

	if (len == 0)
		return 0;
	options.path = in[0] & 1 ? "/msrp" : "";
	options.n_origins = in[0] & 2 ? 2 : 0;
	options.behind_proxy = in[0] & 4;
	settings = net_websocket_settings_new(&options);
	check(settings);
	all = slice_make(in + 1, len - 1);
	end = net_http_head_find_end(all);
	if (end > 0) {
		/* In a block of its own, so that the sanitizer sees its end. */
		char *copy = malloc(end);

		check(copy);
		memcpy(copy, all.p, end);
		ask(settings, slice_make(copy, end));
		free(copy);
	}
	net_websocket_is_origin(all);
	net_websocket_origin_fits(slice_from(origins[0]), all);
	net_websocket_settings_unref(settings);
	return 0;
}
