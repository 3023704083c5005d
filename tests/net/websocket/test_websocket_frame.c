/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The decoder of frames: the result of each row of the table, in every split; and that unmasking is
 * the same for all lengths.
 */
#include "net/websocket/websocket_frame.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "support/expect.h"
#include "support/feed.h"
#include "support/run.h"

/* The result: data, and a letter for each event with its contents. */
struct outcome {
	struct net_websocket_decoder decoder;
	struct buf data;
	struct buf events;
	bool over;
	int row;
};

#define S(text)                                                                                    \
	{                                                                                          \
		.p = (text), .len = sizeof(text) - 1                                               \
	}

/* A mask of zeroes leaves the text readable. */
#define M "\0\0\0\0"

static const struct {
	struct slice in;
	struct slice data;
	const char *events;
	unsigned code;
} rows[] = {
	/* messages: whole, empty, in fragments, one after the other */
	{ S("\x81\x85" M "hello"), S("hello"), "", 0 },
	{ S("\x82\x83\x01\x02\x03\x04"
	    "`\x60\x60"),
	  S("abc"), "", 0 },
	{ S("\x82\x80" M), S(""), "", 0 },
	{ S("\x01\x82" M "he"
	    "\x00\x80" M "\x00\x81" M "l"
	    "\x80\x82" M "lo"),
	  S("hello"), "", 0 },
	{ S("\x81\x82" M "ab"
	    "\x82\x82" M "cd"),
	  S("abcd"), "", 0 },
	{ S("\x82\xfe\x00\x7e" M
	    "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234"
	    "56789012345678901234567890123456789012345"),
	  S("0123456789012345678901234567890123456789012345678901234567890123456789012345678901234"
	    "56789012345678901234567890123456789012345"),
	  "", 0 },
	/* control frames, also in the middle of a message */
	{ S("\x89\x83" M "abc"), S(""), "p(abc)", 0 },
	{ S("\x8a\x80" M), S(""), "P()", 0 },
	{ S("\x01\x82" M "he"
	    "\x89\x81\x01\x01\x01\x01"
	    "a"
	    "\x80\x83" M "llo"),
	  S("hello"), "p(`)", 0 },
	/* Close: input after it is ignored */
	{ S("\x88\x80" M "\x81\x81" M "x"), S(""), "c", 1005 },
	{ S("\x88\x82" M "\x03\xe8"), S(""), "c", 1000 },
	{ S("\x88\x87" M "\x0f\xa0"
	    "b\xc3\xbc"
	    "e!"),
	  S(""), "c", 4000 },
	{ S("\x81\x81" M "x"
	    "\x88\x82" M "\x03\xe9"),
	  S("x"), "c", 1001 },
	{ S("\x88\x81" M "\x03"), S(""), "!", 1002 },
	{ S("\x88\x82" M "\x03\xec"), S(""), "!", 1002 },
	{ S("\x88\x82" M "\x03\xed"), S(""), "!", 1002 },
	{ S("\x88\x82" M "\x03\xf7"), S(""), "!", 1002 },
	{ S("\x88\x82" M "\x0b\xb7"), S(""), "!", 1002 },
	{ S("\x88\x82" M "\x13\x88"), S(""), "!", 1002 },
	{ S("\x88\x83" M "\x03\xe8\xff"), S(""), "!", 1007 },
	/* mistakes in a header */
	{ S("\x81\x05"
	    "hello"),
	  S(""), "!", 1002 },
	{ S("\xc1\x80" M), S(""), "!", 1002 },
	{ S("\xa1\x80" M), S(""), "!", 1002 },
	{ S("\x91\x80" M), S(""), "!", 1002 },
	{ S("\x83\x80" M), S(""), "!", 1002 },
	{ S("\x8b\x80" M), S(""), "!", 1002 },
	{ S("\x80\x80" M), S(""), "!", 1002 },
	{ S("\x01\x80" M "\x01\x80" M), S(""), "!", 1002 },
	{ S("\x09\x80" M), S(""), "!", 1002 },
	{ S("\x89\xfe\x00\x7e" M), S(""), "!", 1002 },
	{ S("\x82\xfe\x00\x7d" M), S(""), "!", 1002 },
	{ S("\x82\xff\0\0\0\0\0\0\xff\xff" M), S(""), "!", 1002 },
	{ S("\x82\xff\x80\0\0\0\0\0\0\0" M), S(""), "!", 1002 },
	{ S("\x82\xff\x00\x20\0\0\0\0\0\0" M), S(""), "!", 1009 },
	{ S("\x82\xff\x00\x1f\0\0\0\0\0\0" M "abc"), S("abc"), "", 0 },
	/* text, RFC 6455 8.1: a character may be split between fragments, but has to be complete */
	{ S("\x01\x81" M "\xc3"
	    "\x89\x80" M "\x80\x81" M "\xbc"),
	  S("\xc3\xbc"), "p()", 0 },
	{ S("\x81\x82" M "a\xff"), S("a\xff"), "!", 1007 },
	{ S("\x81\x81" M "\xc3"), S("\xc3"), "!", 1007 },
	{ S("\x01\x81" M "\xc3"
	    "\x80\x81" M "a"),
	  S("\xc3"
	    "a"),
	  "!", 1007 },
	{ S("\x01\x81" M "\xc3"
	    "\x80\x80" M),
	  S("\xc3"), "!", 1007 },
	{ S("\x82\x81" M "\xff"), S("\xff"), "", 0 },
};

static void begin(void *arg)
{
	struct outcome *o = arg;

	*o = (struct outcome){ .row = o->row };
}

static void note(struct outcome *o, enum net_websocket_event event)
{
	static const char letters[] = {
		[NET_WEBSOCKET_GOT_PING] = 'p',
		[NET_WEBSOCKET_GOT_PONG] = 'P',
		[NET_WEBSOCKET_GOT_CLOSE] = 'c',
		[NET_WEBSOCKET_BROKEN] = '!',
	};

	buf_add_char(&o->events, letters[event]);
	o->over = event == NET_WEBSOCKET_GOT_CLOSE || event == NET_WEBSOCKET_BROKEN;
	if (o->over)
		return;
	buf_add_char(&o->events, '(');
	buf_add(&o->events, o->decoder.control, o->decoder.control_len);
	buf_add_char(&o->events, ')');
}

static void feed(void *arg, const uint8_t *in, size_t len)
{
	struct outcome *o = arg;
	uint8_t *block = malloc(len > 0 ? len : 1), *next = block, *out = block;
	enum net_websocket_event event;

	ck_assert_ptr_nonnull(block);
	memcpy(block, in, len);
	while (!o->over && (event = net_websocket_decode(&o->decoder, &next, &len, &out)) !=
			       NET_WEBSOCKET_NOTHING)
		note(o, event);
	ck_assert(o->over || len == 0);
	ck_assert(out <= next);
	buf_add(&o->data, block, (size_t)(out - block));
	free(block);
}

static void end(void *arg)
{
	struct outcome *o = arg;

	expect_slice(buf_slice(&o->events), rows[o->row].events);
	/* How much of broken text comes out depends on the pieces. */
	if (rows[o->row].code != NET_WEBSOCKET_NOT_TEXT)
		ck_assert(slice_equal(buf_slice(&o->data), rows[o->row].data));
	if (o->over)
		ck_assert_uint_eq(o->decoder.code, rows[o->row].code);
	buf_done(&o->data);
	buf_done(&o->events);
}

START_TEST(frames_come_to_the_same_in_every_split)
{
	struct outcome o = { .row = _i };

	support_feed_all(rows[_i].in.p, rows[_i].in.len, begin, feed, end, &o);
}
END_TEST

START_TEST(a_mask_goes_on_where_it_was)
{
	static const uint8_t key[4] = { 0x12, 0x34, 0x56, 0x78 };
	uint8_t in[61], out[61 + 3], want[61];

	for (size_t i = 0; i < sizeof(in); i++) {
		in[i] = (uint8_t)(i * 7);
		want[i] = in[i] ^ key[i % 4];
	}
	for (size_t cut = 0; cut <= sizeof(in); cut++) {
		uint8_t mask[4];

		memcpy(mask, key, sizeof(mask));
		/* Over itself, three octets back. */
		memcpy(out + 3, in, sizeof(in));
		net_websocket_mask(mask, out + 3, cut, out);
		net_websocket_mask(mask, out + 3 + cut, sizeof(in) - cut, out + cut);
		ck_assert_mem_eq(out, want, sizeof(want));
	}
}
END_TEST

START_TEST(a_header_has_the_shortest_length)
{
	static const struct {
		uint64_t len;
		struct slice header;
	} headers[] = {
		{ 0, S("\x82\x00") },
		{ 125, S("\x82\x7d") },
		{ 126, S("\x82\x7e\x00\x7e") },
		{ 65535, S("\x82\x7e\xff\xff") },
		{ 65536, S("\x82\x7f\0\0\0\0\0\x01\0\0") },
	};

	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		uint8_t header[NET_WEBSOCKET_HEADER_MAX];
		size_t len = net_websocket_encode(NET_WEBSOCKET_BINARY, headers[i].len, header);

		ck_assert(slice_equal(slice_make(header, len), headers[i].header));
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("websocket_frame");
	TCase *tcase = tcase_create("websocket_frame");

	tcase_add_loop_test(tcase, frames_come_to_the_same_in_every_split, 0,
			    (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(tcase, a_mask_goes_on_where_it_was);
	tcase_add_test(tcase, a_header_has_the_shortest_length);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
