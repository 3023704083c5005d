/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "client/memory_file.h"
#include "support/expect.h"
#include "support/oom.h"
#include "support/run.h"

/* A loop, a hash in it, and a file. */
struct world {
	uv_loop_t loop;
	struct msrp_file_hash *hash;
	int fd;
	bool done;
	int err;
};

static void world_init(struct world *w, const void *bytes, size_t len)
{
	*w = (struct world){ .fd = memfd_create("hash", MFD_CLOEXEC) };
	ck_assert_int_eq(uv_loop_init(&w->loop), 0);
	ck_assert_int_eq(msrp_file_hash_new(&w->loop, &w->hash), 0);
	ck_assert_int_eq(write(w->fd, bytes, len), (ssize_t)len);
}

static void world_done(struct world *w)
{
	w->hash = msrp_file_hash_free(w->hash);
	uv_run(&w->loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&w->loop), 0);
	if (w->fd >= 0)
		close(w->fd);
}

static void on_done(void *arg, int err)
{
	struct world *w = arg;

	ck_assert(!w->done);
	w->done = true;
	w->err = err;
}

static int read_all(struct world *w, uint64_t size)
{
	w->done = false;
	ck_assert_int_eq(msrp_file_hash_read(w->hash, w->fd, size, on_done, w), 0);
	ck_assert(!w->done);
	while (!w->done)
		uv_run(&w->loop, UV_RUN_ONCE);
	return w->err;
}

/* FIPS 180-4, the example "abc". */
static const uint8_t abc_sha1[] = { 0xa9, 0x99, 0x3e, 0x36, 0x47, 0x06, 0x81, 0x6a, 0xba, 0x3e,
				    0x25, 0x71, 0x78, 0x50, 0xc2, 0x6c, 0x9c, 0xd0, 0xd8, 0x9d };
static const uint8_t abc_sha256[] = { 0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea,
				      0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23,
				      0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c,
				      0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad };

static void assert_abc(const struct world *w)
{
	struct msrp_file_selector s = { .name = "n" };

	ck_assert_int_eq(msrp_file_hash_result(w->hash, &s), 0);
	ck_assert(s.has_size && s.has_sha1 && s.has_sha256);
	ck_assert_uint_eq(s.size, 3);
	ck_assert_mem_eq(s.sha1, abc_sha1, sizeof(abc_sha1));
	ck_assert_mem_eq(s.sha256, abc_sha256, sizeof(abc_sha256));
	ck_assert_str_eq(s.name, "n");
}

START_TEST(hashes_are_those_of_fips_180)
{
	struct world w;

	world_init(&w, "abc", 3);
	ck_assert_int_eq(read_all(&w, 3), 0);
	assert_abc(&w);
	world_done(&w);
}
END_TEST

START_TEST(octets_count_once_and_in_their_order)
{
	struct world w;

	world_init(&w, "abc", 3);
	msrp_file_hash_add(w.hash, 0, "a", 1);
	msrp_file_hash_add(w.hash, 0, "a", 1);
	msrp_file_hash_add(w.hash, 2, "c", 1);
	ck_assert_uint_eq(msrp_file_hash_size(w.hash), 1);
	msrp_file_hash_add(w.hash, 1, "b", 1);
	ck_assert_uint_eq(msrp_file_hash_size(w.hash), 2);
	ck_assert_int_eq(read_all(&w, 3), 0);
	assert_abc(&w);
	world_done(&w);
}
END_TEST

START_TEST(result_does_not_end_it)
{
	struct msrp_file_selector s = { 0 };
	struct world w;

	world_init(&w, "", 0);
	ck_assert_int_eq(msrp_file_hash_result(w.hash, &s), 0);
	ck_assert_uint_eq(s.size, 0);
	msrp_file_hash_add(w.hash, 0, "abc", 3);
	assert_abc(&w);
	world_done(&w);
}
END_TEST

/* As long as several steps; others have their turn between them. */
START_TEST(long_file_is_read_in_steps)
{
	struct memory_file f = make_file(20 * MIB + 1);
	struct msrp_file_selector read = { 0 }, added = { 0 };
	struct world w;

	world_init(&w, f.bytes, f.len);
	ck_assert_int_eq(msrp_file_hash_read(w.hash, w.fd, f.len, on_done, &w), 0);
	/* It has a descriptor of its own. */
	close(w.fd);
	w.fd = -1;
	ck_assert_int_eq(msrp_file_hash_read(w.hash, w.fd, f.len, on_done, &w), -EBUSY);
	ck_assert_int_eq(msrp_file_hash_result(w.hash, &read), -EBUSY);
	ck_assert_uint_eq(msrp_file_hash_size(w.hash), 0);
	msrp_file_hash_add(w.hash, 0, f.bytes, 1);
	while (!w.done)
		uv_run(&w.loop, UV_RUN_ONCE);
	ck_assert_int_eq(w.err, 0);
	ck_assert_int_eq(msrp_file_hash_result(w.hash, &read), 0);
	msrp_file_hash_free(w.hash);
	ck_assert_int_eq(msrp_file_hash_new(&w.loop, &w.hash), 0);
	msrp_file_hash_add(w.hash, 0, f.bytes, f.len);
	ck_assert_int_eq(msrp_file_hash_result(w.hash, &added), 0);
	ck_assert_mem_eq(read.sha256, added.sha256, sizeof(read.sha256));
	world_done(&w);
	free(f.bytes);
}
END_TEST

START_TEST(what_cannot_be_read_is_told)
{
	struct world w;

	world_init(&w, "abc", 3);
	ck_assert_int_eq(read_all(&w, 4), -ENODATA);
	ck_assert_int_eq(msrp_file_hash_read(w.hash, w.fd, 2, on_done, &w), -EINVAL);
	ck_assert_int_eq(msrp_file_hash_read(w.hash, w.fd, 3, NULL, &w), -EINVAL);
	ck_assert_int_eq(msrp_file_hash_read(w.hash, -1, 3, on_done, &w), -EBADF);
	assert_abc(&w);
	world_done(&w);
	world_init(&w, "abc", 3);
	close(w.fd);
	w.fd = open("/dev", O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(read_all(&w, 4), -EISDIR);
	world_done(&w);
}
END_TEST

START_TEST(it_may_be_freed_while_it_reads)
{
	struct memory_file f = make_file(20 * MIB);
	struct world w;

	world_init(&w, f.bytes, f.len);
	ck_assert_int_eq(msrp_file_hash_read(w.hash, w.fd, f.len, on_done, &w), 0);
	world_done(&w);
	ck_assert(!w.done);
	free(f.bytes);
}
END_TEST

/* ---- selectors ---- */

#define HASHES .has_sha1 = true, .has_sha256 = true

static const struct {
	struct msrp_file_selector wanted, found;
	bool match;
} selectors[] = {
	{ { 0 }, { 0 }, true },
	{ { .name = "a" }, { 0 }, true },
	{ { 0 }, { .name = "a", .type = "a/b", .has_size = true, HASHES }, true },
	{ { .name = "a" }, { .name = "a" }, true },
	{ { .name = "a" }, { .name = "A" }, false },
	{ { .type = "a/b" }, { .type = "A/B; c=d" }, true },
	{ { .type = "a/b" }, { .type = "a/bc" }, false },
	{ { .has_size = true }, { .has_size = true }, true },
	{ { .has_size = true, .size = 1 }, { .has_size = true, .size = 2 }, false },
	{ { .size = 1 }, { .has_size = true, .size = 2 }, true },
	{ { HASHES }, { HASHES }, true },
	{ { HASHES, .sha1 = { 1 } }, { HASHES }, false },
	{ { HASHES, .sha256 = { [31] = 1 } }, { HASHES }, false },
	{ { HASHES, .sha256 = { [31] = 1 } }, { .has_sha1 = true }, true },
};

START_TEST(each_selector_that_both_have_must_match)
{
	ck_assert_int_eq(msrp_file_selector_matches(&selectors[_i].wanted, &selectors[_i].found),
			 selectors[_i].match);
	ck_assert_int_eq(msrp_file_selector_matches(&selectors[_i].found, &selectors[_i].wanted),
			 selectors[_i].match);
}
END_TEST

static const struct {
	uint64_t start, stop; /* as they are offered */
	uint64_t have;
	int err;
	uint64_t want_start, want_stop;
} ranges[] = {
	{ 0, 0, 0, 0, 0, 0 },
	{ 0, 0, 7, 0, 8, MSRP_TOTAL_UNKNOWN },
	{ 1, MSRP_TOTAL_UNKNOWN, 0, 0, 1, MSRP_TOTAL_UNKNOWN },
	{ 1, 100, 7, 0, 8, 100 },
	{ 8, 100, 7, 0, 8, 100 },
	{ 8, 100, 6, -ERANGE, 0, 0 },
	{ 8, 100, 0, -ERANGE, 0, 0 },
	{ 0, 0, 100, 0, 101, MSRP_TOTAL_UNKNOWN },
	{ 0, 0, 101, -ERANGE, 0, 0 },
};

START_TEST(range_of_an_answer_goes_on_where_it_ended)
{
	struct msrp_sdp_media offer = {
		.has_file = true,
		.file = { .has_size = true, .size = 100, .name = "n" },
		.file_transfer_id = "id",
		.file_disposition = "attachment",
		.file_start = ranges[_i].start,
		.file_stop = ranges[_i].stop,
	};
	struct msrp_sdp_media answer = { .port = 7 };

	ck_assert_int_eq(msrp_file_accept(&offer, ranges[_i].have, &answer), ranges[_i].err);
	ck_assert_uint_eq(answer.file_start, ranges[_i].want_start);
	ck_assert_uint_eq(answer.file_stop, ranges[_i].want_stop);
	ck_assert_uint_eq(answer.port, 7);
	ck_assert_ptr_null(answer.file_disposition);
	if (!ranges[_i].err)
		ck_assert(answer.direction == MSRP_RECVONLY && answer.has_file &&
			  answer.file.size == 100);
}
END_TEST

static int make(const void *arg)
{
	uv_loop_t *loop = (uv_loop_t *)(uintptr_t)arg;
	struct msrp_file_hash *hash;
	int err = msrp_file_hash_new(loop, &hash);

	if (!err)
		msrp_file_hash_free(hash);
	return err;
}

START_TEST(memory_may_run_out)
{
	struct world w;

	world_init(&w, "abc", 3);
	support_oom_each(make, &w.loop);
	support_oom_start(0, true);
	w.err = msrp_file_hash_read(w.hash, w.fd, 3, on_done, &w);
	support_oom_stop();
	ck_assert_int_eq(w.err, -ENOMEM);
	ck_assert_int_eq(read_all(&w, 3), 0);
	assert_abc(&w);
	world_done(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/file_hash");
	TCase *tcase = tcase_create("file_hash");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, hashes_are_those_of_fips_180);
	tcase_add_test(tcase, octets_count_once_and_in_their_order);
	tcase_add_test(tcase, result_does_not_end_it);
	tcase_add_test(tcase, long_file_is_read_in_steps);
	tcase_add_test(tcase, what_cannot_be_read_is_told);
	tcase_add_test(tcase, it_may_be_freed_while_it_reads);
	tcase_add_loop_test(tcase, each_selector_that_both_have_must_match, 0,
			    SUPPORT_COUNT(selectors));
	tcase_add_loop_test(tcase, range_of_an_answer_goes_on_where_it_ended, 0,
			    SUPPORT_COUNT(ranges));
	tcase_add_test(tcase, memory_may_run_out);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
