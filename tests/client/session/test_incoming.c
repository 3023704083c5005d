/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <stdio.h>
#include <string.h>

#include "client/call.h"
#include "support/expect.h"
#include "support/run.h"

/*
 * A session that is called by a scripted endpoint, which sends it all sorts of chunks.
 */
struct world {
	struct call call;
	size_t n_reports; /* of success */
};

static void note_report(struct script *s, const struct msrp_message *m)
{
	struct call *c = s->data;
	struct world *w = c->data;

	w->n_reports += m->is_request && m->method == MSRP_REPORT;
}

static void start(struct world *w, const char *const *accept_types)
{
	*w = (struct world){ 0 };
	w->call.pair.caller.accept_types = accept_types;
	w->call.on_message = note_report;
	w->call.data = w;
	call_start(&w->call, NULL, NULL, NULL);
	PAIR_RUN_UNTIL(&w->call.pair, w->call.pair.caller.session);
}

/* Sends a chunk with HEADERS besides Message-ID, and returns the status of its answer. */
static unsigned send_chunk(struct world *w, const char *id, const char *headers, const char *body,
			   char flag)
{
	size_t before = w->call.script.n_responses;
	char lines[512];

	snprintf(lines, sizeof(lines), "Message-ID: %s\r\n%s", id, headers);
	call_request(&w->call, "SEND", lines, body, flag);
	PAIR_RUN_UNTIL(&w->call.pair, w->call.script.n_responses > before);
	return w->call.script.status;
}

#define TEXT "Content-Type: text/plain\r\n"

/* ---- chunks without a body ---- */

START_TEST(abort_without_a_body_ends_its_message)
{
	struct world w;
	struct side *s = &w.call.pair.caller;
	char id[32];

	start(&w, NULL);
	for (size_t i = 0; i < 100; i++) {
		snprintf(id, sizeof(id), "message-%zu", i);
		ck_assert_uint_eq(send_chunk(&w, id, "Byte-Range: 1-5/12\r\n" TEXT, "hello", '+'),
				  200);
		ck_assert_uint_eq(send_chunk(&w, id, "", NULL, '#'), 200);
		ck_assert_uint_eq(s->n_aborted, i + 1);
	}
	ck_assert_uint_eq(send_chunk(&w, "last", "Byte-Range: 1-5/5\r\n" TEXT, "hello", '$'), 200);
	ck_assert_uint_eq(s->n_complete, 1);
	call_done(&w.call);
}
END_TEST

static const struct {
	const char *first;  /* Byte-Range of a chunk with "hello" and the flag '+' */
	const char *second; /* headers of one without body and with the flag '$' */
	bool whole;
} ends[] = {
	{ "1-5/5", "Byte-Range: 6-5/5\r\n", true },
	{ "1-5/*", "Byte-Range: 6-5/5\r\n", true },
	{ "1-*/*", "Byte-Range: 6-*/*\r\n", true },
	{ "1-*/*", "Byte-Range: 1-0/*\r\n", true },
	{ "1-5/*", "", true },
	{ "1-5/5", "", true },
	{ "1-5/6", "", false },
	{ "1-*/*", "Byte-Range: 7-6/6\r\n", false },
	{ "2-6/*", "", false },
};

START_TEST(end_without_a_body_ends_its_message)
{
	static const char *const types[] = { "text/plain", NULL };
	struct world w;
	char range[64];

	start(&w, types);
	snprintf(range, sizeof(range), "Byte-Range: %s\r\n" TEXT, ends[_i].first);
	ck_assert_uint_eq(send_chunk(&w, "m1xx", range, "hello", '+'), 200);
	ck_assert_uint_eq(send_chunk(&w, "m1xx", ends[_i].second, NULL, '$'), 200);
	ck_assert_uint_eq(w.call.pair.caller.n_complete, ends[_i].whole);
	ck_assert_str_eq(w.call.pair.caller.flags, "+$");
	call_done(&w.call);
}
END_TEST

static const struct {
	const char *headers;
	const char *body;
	char flag;
} keep_alives[] = {
	{ "", NULL, '$' },
	{ "", NULL, '#' },
	{ "Byte-Range: 1-0/0\r\n", NULL, '$' },
	{ "", "", '$' },
	{ "Byte-Range: 1-0/0\r\n", "", '$' },
	{ "Keep-Alive: yes\r\nSuccess-Report: yes\r\n", "", '$' },
	{ "", "", '+' },
};

/* Whatever types are accepted, and in the middle of another message, too. */
START_TEST(nothing_without_a_type_is_no_message)
{
	static const char *const types[] = { "text/plain", NULL };
	struct world w;

	start(&w, types);
	send_chunk(&w, "m1xx", "Byte-Range: 1-5/12\r\n" TEXT, "hello", '+');
	ck_assert_uint_eq(send_chunk(&w, "k33p", keep_alives[_i].headers, keep_alives[_i].body,
				     keep_alives[_i].flag),
			  200);
	ck_assert_uint_eq(w.call.pair.caller.n_begun, 1);
	ck_assert_str_eq(w.call.pair.caller.flags, "+");
	ck_assert_uint_eq(w.n_reports, 0);
	call_done(&w.call);
}
END_TEST

/* Some clients send this. A session that accepts all types accepts none at all, too. */
START_TEST(something_without_a_type_is_a_message)
{
	static const char *const types[] = { "text/plain", NULL };
	struct world w;

	start(&w, _i ? types : NULL);
	ck_assert_uint_eq(send_chunk(&w, "m1xx", "Byte-Range: 1-5/5\r\n", "hello", '$'),
			  _i ? 415 : 200);
	ck_assert_uint_eq(w.call.pair.caller.n_complete, !_i);
	ck_assert_uint_eq(send_chunk(&w, "m2xx", "Byte-Range: 1-5/5\r\n" TEXT, "hello", '$'), 200);
	call_done(&w.call);
}
END_TEST

/* A typed message of no octets is one. */
START_TEST(empty_text_is_a_message)
{
	struct world w;

	start(&w, NULL);
	ck_assert_uint_eq(send_chunk(&w, "m1xx", "Byte-Range: 1-0/0\r\n" TEXT, "", '$'), 200);
	ck_assert_uint_eq(w.call.pair.caller.n_complete, 1);
	call_done(&w.call);
}
END_TEST

/* They keep their hole for ever, and give way to new ones. */
START_TEST(messages_with_holes_do_not_fill_the_session)
{
	struct world w;
	struct side *s = &w.call.pair.caller;
	char id[32];

	start(&w, NULL);
	for (size_t i = 0; i < 100; i++) {
		snprintf(id, sizeof(id), "message-%zu", i);
		ck_assert_uint_eq(send_chunk(&w, id, "Byte-Range: 6-10/10\r\n" TEXT, "hello", '$'),
				  200);
	}
	ck_assert_uint_eq(s->n_begun, 100);
	ck_assert_uint_eq(s->n_complete, 0);
	ck_assert_uint_ge(s->n_aborted, 30);
	call_done(&w.call);
}
END_TEST

/* ---- headers ---- */

static char seen[128];

static int see_headers(void *arg, struct msrp_incoming *message)
{
	const struct msrp_header *id = msrp_chunk_header(message->head, "Content-ID");
	const struct msrp_header *own = msrp_chunk_header(message->head, "x-own");

	snprintf(seen, sizeof(seen), "%s %s %s", msrp_header_encoded(id), msrp_header_encoded(own),
		 msrp_header_encoded(msrp_chunk_header(message->head, "From-Path")));
	return 0;
}

static void make_session(void *arg, int err, const char *why, struct msrp_transport *transport)
{
	static const struct msrp_session_callbacks callbacks = { .begin = see_headers };
	struct world *w = arg;

	ck_assert_int_eq(
	    msrp_session_new(transport, NULL, &callbacks, w, &w->call.pair.caller.session), 0);
}

START_TEST(headers_of_a_message_can_be_read)
{
	struct world w = { 0 };
	char want[128];

	call_start(&w.call, NULL, make_session, &w);
	PAIR_RUN_UNTIL(&w.call.pair, w.call.pair.caller.session);
	send_chunk(&w, "m1xx", "Content-ID: <a@b>\r\nX-Own: mine\r\n" TEXT, "hello", '$');
	snprintf(want, sizeof(want), "<a@b> mine %s", w.call.path);
	ck_assert_str_eq(seen, want);
	call_done(&w.call);
}
END_TEST

/* ---- Byte-Range in characters ---- */

static const struct {
	const char *what;
	const char *type;
	struct {
		const char *range;
		const char *body;
		char flag;
		unsigned want;
	} chunk[4];
	const char *whole; /* NULL: it is not */
} counts[] = {
	{ "characters",
	  "text/plain",
	  { { "1-4/4", "f\u00fc\u00dfe", '$', 200 } },
	  "f\u00fc\u00dfe" },
	{ "characters of message/cpim",
	  "message/cpim",
	  { { "1-4/4", "f\u00fc\u00dfe", '$', 200 } },
	  "f\u00fc\u00dfe" },
	{ "a type with parameters",
	  "Text/Plain; charset=utf-8",
	  { { "1-1/1", "\u20ac", '$', 200 } },
	  "\u20ac" },
	{ "in two chunks",
	  "text/html",
	  { { "1-2/4", "f\u00fc", '+', 200 }, { "3-4/4", "\u00dfe", '$', 200 } },
	  "f\u00fc\u00dfe" },
	{ "in three, of no known length",
	  "text/html",
	  { { "1-2/*", "f\u00fc", '+', 200 },
	    { "3-4/*", "\u00dfe", '+', 200 },
	    { "5-5/*", "!", '$', 200 } },
	  "f\u00fc\u00dfe!" },
	{ "more in the first chunk than all is said to be",
	  "text/plain",
	  { { "1-3/4", "\u20ac\u20ac\u20ac", '+', 200 }, { "4-4/4", "!", '$', 200 } },
	  "\u20ac\u20ac\u20ac!" },
	{ "an end that is not told",
	  "text/plain",
	  { { "1-*/4", "f\u00fc\u00dfe", '$', 200 } },
	  "f\u00fc\u00dfe" },
	{ "octets", "text/plain", { { "1-6/6", "f\u00fc\u00dfe", '$', 200 } }, "f\u00fc\u00dfe" },
	{ "fewer than all", "text/plain", { { "1-5/12", "hello", '$', 200 } }, NULL },
	{ "fewer than the range", "text/plain", { { "1-12/*", "hello", '$', 200 } }, NULL },
	{ "fewer, and then the others",
	  "text/plain",
	  { { "1-5/12", "hello", '$', 200 }, { "6-12/12", ", world", '+', 200 } },
	  "hello, world" },
	{ "more after a gap", "text/plain", { { "3-4/4", "\u00fc\u00dfe", '$', 200 } }, NULL },
	{ "more of what is no text", "image/png", { { "1-4/4", "hello", '$', 400 } }, NULL },
	{ "more after the end",
	  "text/plain",
	  { { "6-10/10", "world", '$', 200 }, { "9-13/*", "hello", '+', 400 } },
	  NULL },
};

START_TEST(octets_count)
{
	struct world w;
	struct side *s = &w.call.pair.caller;
	char headers[128];

	start(&w, NULL);
	for (size_t i = 0; i < 4 && counts[_i].chunk[i].range; i++) {
		ck_assert_uint_eq(s->n_complete, 0);
		snprintf(headers, sizeof(headers), "Byte-Range: %s\r\nContent-Type: %s\r\n",
			 counts[_i].chunk[i].range, counts[_i].type);
		ck_assert_msg(send_chunk(&w, "m1xx", headers, counts[_i].chunk[i].body,
					 counts[_i].chunk[i].flag) == counts[_i].chunk[i].want,
			      "%s: %u", counts[_i].what, w.call.script.status);
	}
	ck_assert_msg(s->n_complete == (counts[_i].whole != NULL), "%s", counts[_i].what);
	if (counts[_i].whole) {
		ck_assert_uint_eq(s->in.len, strlen(counts[_i].whole));
		ck_assert(memcmp(buf_data(&s->in), counts[_i].whole, s->in.len) == 0);
	}
	call_done(&w.call);
}
END_TEST

/* ---- Success-Report ---- */

/* RFC 4975 7.1.3 */
static const struct {
	const char *what;
	const char *range[3];
	int asking; /* the chunk that asks */
} askers[] = {
	{ "the first", { "1-1/3", "2-2/3", "3-3/3" }, 0 },
	{ "the second", { "1-1/3", "2-2/3", "3-3/3" }, 1 },
	{ "the last", { "1-1/3", "2-2/3", "3-3/3" }, 2 },
	{ "the last, which comes first", { "3-3/3", "2-2/3", "1-1/3" }, 0 },
	{ "the first, which comes last", { "3-3/3", "2-2/3", "1-1/3" }, 2 },
	{ "none", { "1-1/3", "2-2/3", "3-3/3" }, -1 },
};

START_TEST(any_chunk_may_ask_for_the_report)
{
	struct world w;
	char headers[128];

	start(&w, NULL);
	for (int i = 0; i < 3; i++) {
		snprintf(headers, sizeof(headers), "Byte-Range: %s\r\n%s" TEXT, askers[_i].range[i],
			 askers[_i].asking == i ? "Success-Report: yes\r\n" : "");
		send_chunk(&w, "m1xx", headers, "x", askers[_i].range[i][0] == '3' ? '$' : '+');
	}
	/* By the time of this answer, everything before it has been sent. */
	send_chunk(&w, "k33p", "", NULL, '$');
	ck_assert_msg(w.n_reports == (askers[_i].asking >= 0), "%s", askers[_i].what);
	call_done(&w.call);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/incoming");
	TCase *empty = tcase_create("empty");
	TCase *ranges = tcase_create("ranges");

	tcase_add_test(empty, abort_without_a_body_ends_its_message);
	tcase_add_loop_test(empty, end_without_a_body_ends_its_message, 0, SUPPORT_COUNT(ends));
	tcase_add_loop_test(empty, nothing_without_a_type_is_no_message, 0,
			    SUPPORT_COUNT(keep_alives));
	tcase_add_loop_test(empty, something_without_a_type_is_a_message, 0, 2);
	tcase_add_test(empty, empty_text_is_a_message);
	tcase_add_test(empty, messages_with_holes_do_not_fill_the_session);
	suite_add_tcase(suite, empty);
	tcase_add_test(ranges, headers_of_a_message_can_be_read);
	tcase_add_loop_test(ranges, octets_count, 0, SUPPORT_COUNT(counts));
	tcase_add_loop_test(ranges, any_chunk_may_ask_for_the_report, 0, SUPPORT_COUNT(askers));
	suite_add_tcase(suite, ranges);
	return support_run(suite);
}
