/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <errno.h>
#include <stdlib.h>

#include "client/memory_file.h"
#include "support/expect.h"
#include "support/run.h"

static const struct {
	int transport;
	size_t len;
	uint64_t chunk_size;
} files[] = {
	{ WITH_TCP, 4 * MIB + 1, 0 },
	{ WITH_TLS, 4 * MIB + 1, 0 },
	{ WITH_TCP, MIB, 2048 },
	{ WITH_TLS, MIB + 77, 2048 },
	{ WITH_TCP, 3 * MIB, 100 * 1000 },
	{ WITH_TCP, 1000, 7 },
	{ WITH_TCP, 1, 0 },
	{ WITH_TCP, 0, 0 },
	{ WITH_TCP, 2048, 2048 },
	{ WITH_TCP, 2049, 0 },
};

START_TEST(file_arrives_as_it_was)
{
	struct memory_file f = make_file(files[_i].len);
	struct pair p;

	pair_init(&p, files[_i].transport, NULL);
	pair_connect(&p, files[_i].transport);
	send_memory(&p.caller, &f, f.len, files[_i].chunk_size);
	PAIR_RUN_UNTIL(&p, p.caller.n_delivered);
	ck_assert_int_eq(p.caller.response, 200);
	ck_assert_int_eq(p.caller.delivered, 200);
	ck_assert_uint_eq(p.callee.n_complete, 1);
	ck_assert_str_eq(p.callee.disposition, "attachment; filename=\"a \\\"name\\\"\"");
	ck_assert_str_eq(p.callee.content_type, "application/octet-stream");
	assert_in(&p.callee, f.bytes, f.len);
	pair_done(&p);
	free(f.bytes);
}
END_TEST

static const struct {
	uint64_t position;
	uint64_t chunk_size;
} positions[] = { { 1, 0 }, { MIB / 2, 0 }, { MIB / 2, 2048 }, { MIB - 1, 0 }, { MIB, 0 } };

/* RFC 4975 7.1.1: the range is the chunk's place in the message. */
START_TEST(file_goes_on_at_a_position)
{
	struct memory_file f = make_file(MIB);
	struct msrp_file_options options = { .position = positions[_i].position,
					     .chunk_size = positions[_i].chunk_size };
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	p.callee.have = options.position;
	pair_connect(&p, WITH_TCP);
	buf_add(&p.callee.in, f.bytes, options.position);
	f.n_read = options.position; /* the first octet that is read */
	send_memory_with(&p.caller, &f, f.len, &options);
	PAIR_RUN_UNTIL(&p, p.caller.n_delivered);
	ck_assert_int_eq(p.caller.response, 200);
	ck_assert_int_eq(p.caller.delivered, 200);
	assert_in(&p.callee, f.bytes, f.len);
	pair_done(&p);
	free(f.bytes);
}
END_TEST

START_TEST(position_beyond_the_end_is_invalid)
{
	struct msrp_file_options options = { .position = 6 };
	struct msrp_outgoing_file *file;

	ck_assert_int_eq(msrp_outgoing_file_new(-1, 5, &options, &file), -EINVAL);
}
END_TEST

START_TEST(message_passes_a_file)
{
	struct memory_file f = make_file(8 * MIB);
	struct msrp_send_options options;
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	pair_connect(&p, WITH_TCP);
	options = side_options(&p.caller);
	send_memory(&p.caller, &f, f.len, 0);
	PAIR_RUN_UNTIL(&p, p.callee.n_data > 0);
	ck_assert_int_eq(msrp_session_send(p.caller.session, "x", 1, &options, NULL), 0);
	PAIR_RUN_UNTIL(&p, p.callee.n_complete == 1);
	ck_assert_uint_lt(f.n_read, f.len); /* the file was interrupted for it */
	PAIR_RUN_UNTIL(&p, p.caller.n_delivered);
	ck_assert_uint_eq(p.callee.n_complete, 2);
	pair_done(&p);
	free(f.bytes);
}
END_TEST

START_TEST(who_stops_reading_stops_the_sender)
{
	struct memory_file f = make_file(32 * MIB);
	size_t before;
	struct pair p;

	pair_init(&p, _i, NULL);
	pair_connect(&p, _i);
	send_memory(&p.caller, &f, f.len, 0);
	msrp_session_set_reading(p.callee.session, false);
	do { /* until the sockets are full and nothing moves */
		before = f.n_read;
		for (int i = 0; i < 200; i++)
			uv_run(&p.loop, UV_RUN_NOWAIT);
	} while (f.n_read != before);
	ck_assert_uint_lt(f.n_read, f.len);
	msrp_session_set_reading(p.callee.session, true);
	PAIR_RUN_UNTIL(&p, p.caller.n_delivered);
	assert_in(&p.callee, f.bytes, f.len);
	pair_done(&p);
	free(f.bytes);
}
END_TEST

START_TEST(cancelled_file_ends_with_a_hash)
{
	struct memory_file f = make_file(32 * MIB);
	struct msrp_outgoing_file *file;
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	pair_connect(&p, WITH_TCP);
	file = send_memory(&p.caller, &f, f.len, 0);
	PAIR_RUN_UNTIL(&p, p.callee.n_data > 0);
	ck_assert_uint_gt(msrp_outgoing_file_sent(file), 0);
	msrp_outgoing_file_cancel(file);
	ck_assert_int_eq(p.caller.response, -ECANCELED);
	PAIR_RUN_UNTIL(&p, p.callee.n_aborted == 1);
	ck_assert_uint_lt(p.callee.in.len, f.len);
	ck_assert_uint_eq(p.callee.n_complete, 0);
	pair_done(&p);
	free(f.bytes);
}
END_TEST

START_TEST(file_that_cannot_be_read_is_aborted)
{
	struct memory_file f = make_file(MIB);
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	pair_connect(&p, WITH_TCP);
	f.err = _i ? -EIO : 0;
	send_memory(&p.caller, &f, 2 * MIB, 0); /* it is half as long as stated */
	PAIR_RUN_UNTIL(&p, p.caller.n_responses);
	ck_assert_int_eq(p.caller.response, _i ? -EIO : -ENODATA);
	ck_assert_uint_eq(p.caller.n_delivered, 0);
	pair_done(&p);
	free(f.bytes);
}
END_TEST

START_TEST(refused_file_is_not_sent_to_its_end)
{
	struct memory_file f = make_file(32 * MIB);
	struct pair p;

	pair_init(&p, WITH_TCP, NULL);
	pair_connect(&p, WITH_TCP);
	p.callee.data_result = 413;
	send_memory(&p.caller, &f, f.len, 0);
	PAIR_RUN_UNTIL(&p, p.caller.n_responses);
	ck_assert_int_eq(p.caller.response, 413);
	ck_assert_uint_lt(f.n_read, f.len);
	ck_assert_uint_eq(p.callee.n_data, 1);
	ck_assert_uint_eq(p.callee.n_aborted, 1);
	pair_done(&p);
	free(f.bytes);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/outgoing_file");
	TCase *tcase = tcase_create("outgoing_file");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, file_arrives_as_it_was, 0, SUPPORT_COUNT(files));
	tcase_add_loop_test(tcase, file_goes_on_at_a_position, 0, SUPPORT_COUNT(positions));
	tcase_add_test(tcase, position_beyond_the_end_is_invalid);
	tcase_add_test(tcase, message_passes_a_file);
	tcase_add_loop_test(tcase, who_stops_reading_stops_the_sender, 0, N_TRANSPORTS);
	tcase_add_test(tcase, cancelled_file_ends_with_a_hash);
	tcase_add_loop_test(tcase, file_that_cannot_be_read_is_aborted, 0, 2);
	tcase_add_test(tcase, refused_file_is_not_sent_to_its_end);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
