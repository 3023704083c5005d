/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/worker/ring.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "support/oom.h"
#include "support/run.h"

enum { TOTAL = 4 * 1024 * 1024 };

/* The byte at AT of a stream that does not repeat with the ring. */
static uint8_t byte_at(size_t at)
{
	return (uint8_t)(at * 7 + at / 251);
}

static size_t put(struct ring *ring, size_t at, size_t len)
{
	uint8_t bytes[1000];
	size_t taken;

	ck_assert_uint_le(len, sizeof(bytes));
	for (size_t i = 0; i < len; i++)
		bytes[i] = byte_at(at + i);
	ck_assert_int_eq(ring_write(ring, bytes, len, &taken), 0);
	return taken;
}

/* Takes as much as is available in one piece. */
static size_t get(struct ring *ring, size_t at)
{
	const uint8_t *p;
	size_t len = ring_peek(ring, &p);

	size_t n_wrong = 0;

	for (size_t i = 0; i < len; i++)
		n_wrong += p[i] != byte_at(at + i);
	ck_assert_uint_eq(n_wrong, 0);
	ring_consume(ring, len);
	return len;
}

START_TEST(what_goes_in_comes_out_in_order_also_around_the_end)
{
	struct ring ring = { 0 };
	size_t in = 0, out = 0;

	while (in < 3 * RING_SIZE) {
		in += put(&ring, in, 777);
		if (in % 2 == 0)
			out += get(&ring, out);
	}
	while (out < in) {
		size_t len = get(&ring, out);

		ck_assert_uint_gt(len, 0);
		out += len;
	}
	ck_assert_uint_eq(get(&ring, out), 0);
	ring_done(&ring);
}
END_TEST

START_TEST(it_takes_no_more_than_there_is_room_for)
{
	struct ring ring = { 0 };
	size_t in = 0, taken;

	ck_assert(ring_has_room(&ring));
	do {
		taken = put(&ring, in, 1000);
		in += taken;
	} while (taken == 1000);
	ck_assert_uint_eq(in, RING_SIZE);
	ck_assert_uint_eq(ring_written(&ring), RING_SIZE);
	ck_assert(!ring_has_room(&ring));
	ck_assert_uint_eq(put(&ring, in, 1), 0);
	ck_assert_uint_eq(get(&ring, 0), RING_SIZE);
	ck_assert(ring_has_room(&ring));
	ring_done(&ring);
}
END_TEST

START_TEST(its_block_is_there_while_bytes_are)
{
	struct ring ring = { 0 };

	ck_assert_ptr_null(ring.block);
	put(&ring, 0, 10);
	ring_trim(&ring);
	ck_assert_ptr_nonnull(ring.block);
	ck_assert_uint_eq(get(&ring, 0), 10);
	ring_trim(&ring);
	ck_assert_ptr_null(ring.block);
	/* It goes on where it was. */
	put(&ring, 10, 10);
	ck_assert_uint_eq(get(&ring, 10), 10);
	ring_done(&ring);
}
END_TEST

START_TEST(without_memory_nothing_is_taken)
{
	struct ring ring = { 0 };
	size_t taken = 1;
	int err;

	support_oom_start(0, true);
	err = ring_write(&ring, (const uint8_t *)"x", 1, &taken);
	support_oom_stop();
	ck_assert_int_eq(err, -ENOMEM);
	ck_assert_uint_eq(taken, 0);
	ck_assert_uint_eq(ring_written(&ring), 0);
	ck_assert_int_eq(ring_write(&ring, (const uint8_t *)"x", 1, &taken), 0);
	ck_assert_uint_eq(taken, 1);
	ring_done(&ring);
}
END_TEST

/* Trims whenever it can, so that blocks come and go while the reader reads. */
static void *write_all(void *arg)
{
	struct ring *ring = arg;
	size_t in = 0;

	while (in < TOTAL) {
		size_t len = 1 + in % 1000;
		size_t taken = put(ring, in, len < TOTAL - in ? len : TOTAL - in);

		in += taken;
		if (taken == 0)
			sched_yield();
		if (in % 3 == 0)
			ring_trim(ring);
	}
	return NULL;
}

START_TEST(two_threads_share_it_without_a_lock)
{
	struct ring ring = { 0 };
	pthread_t writer;
	size_t out = 0;

	ck_assert_int_eq(pthread_create(&writer, NULL, write_all, &ring), 0);
	while (out < TOTAL) {
		size_t len = get(&ring, out);

		out += len;
		if (len == 0)
			sched_yield();
	}
	pthread_join(writer, NULL);
	ring_done(&ring);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("ring");
	TCase *tc = tcase_create("ring");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, what_goes_in_comes_out_in_order_also_around_the_end);
	tcase_add_test(tc, it_takes_no_more_than_there_is_room_for);
	tcase_add_test(tc, its_block_is_there_while_bytes_are);
	tcase_add_test(tc, without_memory_nothing_is_taken);
	tcase_add_test(tc, two_threads_share_it_without_a_lock);
	suite_add_tcase(suite, tc);
	return support_run(suite);
}
