/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "client/raw.h"
#include "support/expect.h"
#include "support/run.h"

#define HELLO "Content-Type: text/plain\r\n\r\nhello\r\n"

#define HEAD(range)                                                                                \
	"MSRP ssss SEND\r\nTo-Path: " RAW_PATH "\r\nFrom-Path: msrp://127.0.0.1:1/r3m0te;tcp\r\n"  \
	"Message-ID: m1xx\r\n" range "Content-Type: a/b\r\n\r\n"

START_TEST(end_is_told_once_and_after_what_had_come)
{
	struct raw_world w;

	raw_world_init(&w);
	w.raw.n_wanted = 1;
	raw_world_send(&w, "aaaa", "SEND", HELLO, '$');
	raw_world_send(&w, "bbbb", "SEND", HELLO, '$');
	script_send(&w.script, HEAD("") "half of");
	net_conn_close(w.script.net);
	PAIR_RUN_UNTIL(&w.pair, w.raw.n == 1);
	w.raw.n_wanted = SIZE_MAX;
	raw_read(&w.raw);
	PAIR_RUN_UNTIL(&w.pair, w.raw.ended);
	ck_assert_uint_eq(w.raw.n, 2);
	ck_assert_int_eq(w.raw.err, MSRP_ERROR_CLOSED);
	ck_assert_int_eq(msrp_transport_read_chunk(w.raw.transport, 0, NULL, NULL), -EINVAL);
	w.raw.n_wanted = 0;
	raw_world_done(&w);
}
END_TEST

START_TEST(what_is_no_msrp_is_the_end)
{
	struct raw_world w;

	raw_world_init(&w);
	raw_world_send(&w, "aaaa", "SEND", HELLO, '$');
	script_send(&w.script, "GET / HTTP/1.1\r\n\r\n");
	PAIR_RUN_UNTIL(&w.pair, w.raw.ended);
	ck_assert_uint_eq(w.raw.n, 1);
	ck_assert_int_eq(w.raw.err, MSRP_ERROR_PROTOCOL);
	raw_world_done(&w);
}
END_TEST

/* The reader does not get it, because it knows nothing of the SEND that binds. */
START_TEST(report_that_the_binding_failed_is_the_end)
{
	char report[200];
	struct raw_world w;

	raw_world_init(&w);
	raw_world_send(&w, "aaaa", "REPORT", "Message-ID: other\r\nStatus: 000 481 No\r\n", '$');
	snprintf(report, sizeof(report), "Message-ID: %s\r\nStatus: 000 481 No\r\n", w.first_id);
	raw_world_send(&w, "bbbb", "REPORT", report, '$');
	PAIR_RUN_UNTIL(&w.pair, w.raw.ended);
	ck_assert_str_eq(w.raw.log, "REPORT - $0.\n");
	ck_assert_int_eq(w.raw.err, MSRP_ERROR_BIND);
	raw_world_done(&w);
}
END_TEST

static void free_transport(struct raw *r, struct msrp_chunk *chunk)
{
	r->transport = msrp_transport_free(r->transport);
}

START_TEST(transport_is_freed_by_who_reads)
{
	struct raw_world w;

	raw_world_init(&w);
	w.raw.on_chunk = free_transport;
	raw_world_send(&w, "aaaa", "SEND", HELLO, '$');
	raw_world_send(&w, "bbbb", "SEND", HELLO, '$');
	PAIR_RUN_UNTIL(&w.pair, w.raw.n == 1 && !w.script.net);
	ck_assert_uint_eq(w.raw.n, 1);
	raw_world_done(&w);
}
END_TEST

/* With parts, and while it waits for the timer. */
START_TEST(transport_is_freed_while_parts_are_read)
{
	struct raw_world w;

	raw_world_init(&w);
	w.raw.n_wanted = 1;
	raw_world_send(&w, "aaaa", "SEND", HELLO, '$');
	raw_world_send(&w, "bbbb", "SEND", HELLO, '$');
	PAIR_RUN_UNTIL(&w.pair, w.raw.n == 1);
	w.raw.n_wanted = 2;
	w.raw.size = 0;
	raw_read(&w.raw);
	w.raw.transport = msrp_transport_free(w.raw.transport);
	PAIR_RUN_UNTIL(&w.pair, !w.script.net);
	ck_assert_uint_eq(w.raw.n, 1);
	raw_world_done(&w);
}
END_TEST

/* There is no read, and no connector any more to be told. */
START_TEST(transport_that_nobody_reads_from_may_be_closed)
{
	struct raw_pair p;

	raw_pair_init(&p, WITH_TCP);
	p.caller.n_wanted = 0;
	raw_pair_connect(&p, WITH_TCP);
	p.pair.caller.connector = msrp_connector_cleanup(p.pair.caller.connector);
	p.callee.transport = msrp_transport_free(p.callee.transport);
	while (msrp_transport_write(p.caller.transport, "x", 1, NULL, NULL) == 0)
		uv_run(&p.pair.loop, UV_RUN_ONCE);
	p.caller.n_wanted = 1;
	raw_read(&p.caller);
	ck_assert(!p.caller.ended);
	PAIR_RUN_UNTIL(&p.pair, p.caller.ended);
	raw_pair_done(&p);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/transport_end");
	TCase *end = tcase_create("end");

	tcase_set_timeout(end, 60);
	tcase_add_test(end, end_is_told_once_and_after_what_had_come);
	tcase_add_test(end, what_is_no_msrp_is_the_end);
	tcase_add_test(end, report_that_the_binding_failed_is_the_end);
	tcase_add_test(end, transport_is_freed_by_who_reads);
	tcase_add_test(end, transport_is_freed_while_parts_are_read);
	tcase_add_test(end, transport_that_nobody_reads_from_may_be_closed);
	suite_add_tcase(suite, end);
	return support_run(suite);
}
