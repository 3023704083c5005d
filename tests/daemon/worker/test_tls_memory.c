/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <check.h>
#include <openssl/crypto.h>
#include <pthread.h>
#include <string.h>

#include "daemon/worker/tls_memory.h"
#include "support/run.h"

enum {
	RECORD = 16 * 1024 + 300, /* one of OpenSSL's buffers; the other one is not as large */
	CRUMB = 40,
};

/* Fills it: what is kept must not be anybody else's. */
static void *take(size_t size)
{
	void *p = OPENSSL_malloc(size);

	ck_assert_ptr_nonnull(p);
	memset(p, 'x', size);
	return p;
}

static size_t n_crumbs(const struct tls_memory *memory)
{
	size_t n = 0;

	for (size_t i = 0; i < TLS_MEMORY_KINDS; i++)
		n += memory->crumbs[i].n;
	return n;
}

START_TEST(a_buffer_for_a_record_serves_the_next_of_any_size)
{
	struct tls_memory memory = { 0 };
	void *p;

	tls_memory_enter(&memory);
	p = take(RECORD);
	OPENSSL_free(p);
	ck_assert_uint_eq(memory.records.n, 1);
	ck_assert_ptr_eq(take(RECORD - 128), p);
	ck_assert_uint_eq(memory.records.n, 0);
	OPENSSL_free(p);
	tls_memory_leave(&memory);
	ck_assert_uint_eq(memory.records.n, 0);
}
END_TEST

START_TEST(crumbs_serve_again_where_they_are_large_enough)
{
	struct tls_memory memory = { 0 };

	tls_memory_enter(&memory);
	for (size_t size = 1; size < 400; size++) {
		void *p = take(size), *q = take(size + 7);

		OPENSSL_free(p);
		OPENSSL_free(q);
		p = take(size + 7);
		q = take(size);
		OPENSSL_free(p);
		OPENSSL_free(q);
	}
	ck_assert_uint_gt(n_crumbs(&memory), TLS_MEMORY_KINDS);
	tls_memory_leave(&memory);
	ck_assert_uint_eq(n_crumbs(&memory), 0);
}
END_TEST

START_TEST(no_more_are_kept_than_a_few)
{
	struct tls_memory memory = { 0 };
	void *record[TLS_MEMORY_KEPT + 1], *crumb[TLS_MEMORY_KEPT + 1];

	tls_memory_enter(&memory);
	for (size_t i = 0; i <= TLS_MEMORY_KEPT; i++) {
		record[i] = take(RECORD);
		crumb[i] = take(CRUMB);
	}
	for (size_t i = 0; i <= TLS_MEMORY_KEPT; i++) {
		OPENSSL_free(record[i]);
		OPENSSL_free(crumb[i]);
	}
	ck_assert_uint_eq(memory.records.n, TLS_MEMORY_KEPT);
	ck_assert_uint_eq(n_crumbs(&memory), TLS_MEMORY_KEPT);
	/* As long as a large one, and nothing of it in between. */
	OPENSSL_free(take(100 * 1000));
	OPENSSL_free(take(1000));
	ck_assert_uint_eq(memory.records.n, TLS_MEMORY_KEPT);
	tls_memory_leave(&memory);
}
END_TEST

static void *give_back(void *p)
{
	OPENSSL_free(p);
	return NULL;
}

START_TEST(a_thread_without_a_struct_keeps_nothing)
{
	struct tls_memory memory = { 0 };
	pthread_t thread;

	tls_memory_enter(&memory);
	ck_assert_int_eq(pthread_create(&thread, NULL, give_back, take(CRUMB)), 0);
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
	ck_assert_uint_eq(n_crumbs(&memory), 0);
	tls_memory_leave(&memory);
	OPENSSL_free(take(CRUMB));
	ck_assert_uint_eq(n_crumbs(&memory), 0);
}
END_TEST

START_TEST(a_block_that_grows_keeps_what_it_has)
{
	struct tls_memory memory = { 0 };
	char *p;

	tls_memory_enter(&memory);
	p = take(CRUMB);
	p = OPENSSL_realloc(p, RECORD);
	ck_assert_ptr_nonnull(p);
	for (size_t i = 0; i < CRUMB; i++)
		ck_assert_int_eq(p[i], 'x');
	OPENSSL_free(p);
	tls_memory_leave(&memory);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("daemon/worker/tls_memory");
	TCase *tcase = tcase_create("tls_memory");

	tls_memory_start();
	tcase_add_test(tcase, a_buffer_for_a_record_serves_the_next_of_any_size);
	tcase_add_test(tcase, crumbs_serve_again_where_they_are_large_enough);
	tcase_add_test(tcase, no_more_are_kept_than_a_few);
	tcase_add_test(tcase, a_thread_without_a_struct_keeps_nothing);
	tcase_add_test(tcase, a_block_that_grows_keeps_what_it_has);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
