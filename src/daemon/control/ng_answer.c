/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes the dictionaries of answers, with the keys in rtpengine's order.
 */
#include "daemon/control/ng_answer.h"

#include "daemon/control/bencode.h"

const char ng_answer_full[] = "Parallel session limit reached";

static void put_answer_text(struct buf *out, const char *key, const char *text)
{
	bencode_put(out, slice_from(key));
	bencode_put(out, slice_from(text));
}

static void put_number(struct buf *out, const char *key, uint64_t number)
{
	bencode_put(out, slice_from(key));
	bencode_put_number(out, number < INT64_MAX ? (int64_t)number : INT64_MAX);
}

void ng_answer_error(struct buf *out, const char *reason)
{
	bencode_open_dictionary(out);
	put_answer_text(out, "result", "error");
	put_answer_text(out, "error-reason", reason);
	bencode_close(out);
}

void ng_answer_pong(struct buf *out)
{
	bencode_open_dictionary(out);
	put_answer_text(out, "result", "pong");
	bencode_close(out);
}

void ng_answer_sdp(struct buf *out, struct slice sdp)
{
	bencode_open_dictionary(out);
	bencode_put(out, SLICE("sdp"));
	bencode_put(out, sdp);
	put_answer_text(out, "result", "ok");
	bencode_close(out);
}

void ng_answer_ok(struct buf *out, const char *warning)
{
	bencode_open_dictionary(out);
	if (warning)
		put_answer_text(out, "warning", warning);
	put_answer_text(out, "result", "ok");
	bencode_close(out);
}

static void put_totals(struct buf *out, const char *key, uint64_t packets, uint64_t bytes)
{
	bencode_put(out, slice_from(key));
	bencode_open_dictionary(out);
	put_number(out, "packets", packets);
	put_number(out, "bytes", bytes);
	put_number(out, "errors", 0);
	bencode_close(out);
}

/* Proxies look for chunks and bytes where audio has its packets. */
void ng_answer_call(struct buf *out, const struct relay_call_view *view, uint64_t now_s)
{
	bencode_open_dictionary(out);
	put_number(out, "created", now_s - view->age_ms / 1000);
	put_number(out, "last signal", now_s - view->signal_ms / 1000);
	bencode_put(out, SLICE("SSRC"));
	bencode_open_dictionary(out);
	bencode_close(out);
	bencode_put(out, SLICE("tags"));
	bencode_open_dictionary(out);
	bencode_close(out);
	bencode_put(out, SLICE("totals"));
	bencode_open_dictionary(out);
	put_totals(out, "RTP", view->chunks[0] + view->chunks[1], view->bytes[0] + view->bytes[1]);
	put_totals(out, "RTCP", 0, 0);
	bencode_close(out);
	put_answer_text(out, "result", "ok");
	bencode_close(out);
}
