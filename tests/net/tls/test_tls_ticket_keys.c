/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys of session tickets: files in both forms and what is none, which key makes tickets, and when
 * keys turn over. */
#include "net/tls/tls_ticket_keys.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/expect.h"
#include "support/run.h"

/* A file as long as a test. */
struct file {
	char path[32];
	FILE *stream;
};

static void begin(struct file *file)
{
	int fd;

	snprintf(file->path, sizeof(file->path), "/tmp/tickets-XXXXXX");
	fd = mkstemp(file->path);
	ck_assert_int_ge(fd, 0);
	file->stream = fdopen(fd, "w");
	ck_assert_ptr_nonnull(file->stream);
}

/* LEN octets, all of which are C. */
static void add_octets(struct file *file, int c, size_t len)
{
	for (size_t i = 0; i < len; i++)
		fputc(c, file->stream);
}

static void add_line(struct file *file, int c, size_t len, const char *end)
{
	unsigned char octets[128], text[256];

	memset(octets, c, len);
	EVP_EncodeBlock(text, octets, (int)len);
	fprintf(file->stream, "%s%s", text, end);
}

static int load(const struct file *file, size_t n, char error[200],
		struct net_tls_ticket_keys **ret_keys)
{
	const char *path[4];
	size_t fault;

	for (size_t i = 0; i < n; i++)
		path[i] = file[i].path;
	return net_tls_ticket_keys_load(path, n, &fault, error, 200, ret_keys);
}

/* Loads N files; '0': there is no such key, else the one that makes tickets. */
static int current_of(struct file *file, size_t n, struct net_tls_ticket_keys **ret_keys)
{
	struct net_tls_ticket_key key;
	char error[200];

	for (size_t i = 0; i < n; i++)
		fclose(file[i].stream);
	ck_assert_msg(load(file, n, error, ret_keys) == 0, "%s", error);
	for (size_t i = 0; i < n; i++)
		unlink(file[i].path);
	/* However much later: those of files do not turn over. */
	ck_assert(net_tls_ticket_keys_current(*ret_keys, 1, &key));
	ck_assert(net_tls_ticket_keys_current(*ret_keys, 1000000, &key));
	return key.name[0];
}

static bool has(struct net_tls_ticket_keys *keys, int c, size_t secret_len)
{
	uint8_t name[NET_TLS_TICKET_NAME_LEN];
	struct net_tls_ticket_key key;
	bool current;

	memset(name, c, sizeof(name));
	if (!net_tls_ticket_keys_find(keys, name, &key, &current))
		return false;
	ck_assert_uint_eq(key.secret_len, secret_len);
	for (size_t i = 0; i < secret_len; i++)
		ck_assert(key.mac[i] == c && key.cipher[i] == c);
	return true;
}

START_TEST(files_of_octets_have_a_key_each)
{
	struct net_tls_ticket_keys *keys;
	struct file file[2];

	begin(&file[0]);
	begin(&file[1]);
	add_octets(&file[0], 'a', 80);
	add_octets(&file[1], 'b', 48);
	ck_assert_int_eq(current_of(file, 2, &keys), 'a');
	ck_assert(has(keys, 'a', 32) && has(keys, 'b', 16) && !has(keys, 'c', 16));
	net_tls_ticket_keys_unref(keys);
}
END_TEST

START_TEST(of_lines_that_before_the_last_makes_tickets)
{
	static const char want[] = { 'a', 'a', 'b', 'c' };
	struct net_tls_ticket_keys *keys;
	struct file file;

	begin(&file);
	for (int i = 0; i <= _i; i++)
		add_line(&file, 'a' + i, i & 1 ? 48 : 80, i < _i ? "\r\n\n" : "");
	ck_assert_int_eq(current_of(&file, 1, &keys), want[_i]);
	for (int i = 0; i <= _i; i++)
		ck_assert(has(keys, 'a' + i, i & 1 ? 16 : 32));
	net_tls_ticket_keys_unref(keys);
}
END_TEST

static const struct {
	const char *text;
	const char *error; /* behind the path */
} wrong[] = {
	{ "", ": is not a key" },
	{ "\n\n", ":2: is not a key" },
	{ "x", ":1: is not a key" },
	{ "QUFB\n", ":1: is not a key" },
	/* 48 octets, then as many characters with something else among them */
	{ "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB\nx",
	  ":2: is not a key" },
	{ "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB=UFBQUFBQUFBQUFBQUFBQUFBQUFB\n",
	  ":1: is not a key" },
	{ " UFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB\n",
	  ":1: is not a key" },
	{ "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB!UFBQUFBQUFBQUFBQUFBQUFBQUFB\n",
	  ":1: is not a key" },
	{ "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB\n"
	  "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFC\n",
	  ":2: a key begins with the same" },
};

START_TEST(what_is_no_key_is_told_with_its_line)
{
	struct net_tls_ticket_keys *keys = NULL;
	char error[200], want[200];
	struct file file;

	begin(&file);
	fputs(wrong[_i].text, file.stream);
	fclose(file.stream);
	ck_assert_int_eq(load(&file, 1, error, &keys), -EINVAL);
	ck_assert_ptr_null(keys);
	snprintf(want, sizeof(want), "%s%s", file.path, wrong[_i].error);
	ck_assert_msg(strncmp(error, want, strlen(want)) == 0, "%s", error);
	unlink(file.path);
	ck_assert_int_eq(load(&file, 1, error, &keys), -ENOENT);
}
END_TEST

START_TEST(so_many_keys_and_no_more)
{
	struct net_tls_ticket_keys *keys = NULL;
	struct file file;
	char error[200];

	begin(&file);
	for (int i = 0; i < NET_TLS_TICKET_KEYS_MAX; i++)
		add_line(&file, 'A' + i, 80, "\n");
	ck_assert_int_eq(fflush(file.stream), 0);
	ck_assert_int_eq(load(&file, 1, error, &keys), 0);
	net_tls_ticket_keys_unref(keys);
	add_line(&file, 'z' + 1, 80, "\n");
	fclose(file.stream);
	ck_assert_int_eq(load(&file, 1, error, &keys), -EINVAL);
	ck_assert_ptr_nonnull(strstr(error, ":33: more than 32 keys are too many"));
	unlink(file.path);
}
END_TEST

START_TEST(own_keys_turn_over_and_the_last_one_is_kept)
{
	struct net_tls_ticket_key first, key, next, third, found;
	struct net_tls_ticket_keys *keys;
	int64_t begin_s = 1000;
	bool current;

	ck_assert_int_eq(net_tls_ticket_keys_make(&keys), 0);
	ck_assert(net_tls_ticket_keys_current(keys, begin_s, &first));
	ck_assert(net_tls_ticket_keys_current(keys, begin_s + NET_TLS_TICKET_TURN_S - 1, &key));
	ck_assert_int_eq(memcmp(&key, &first, sizeof(key)), 0);
	ck_assert(net_tls_ticket_keys_current(keys, begin_s + NET_TLS_TICKET_TURN_S, &next));
	ck_assert_int_ne(memcmp(next.name, first.name, sizeof(next.name)), 0);
	ck_assert_int_ne(memcmp(next.cipher, first.cipher, sizeof(next.cipher)), 0);
	ck_assert(net_tls_ticket_keys_find(keys, first.name, &found, &current) && !current);
	ck_assert(net_tls_ticket_keys_find(keys, next.name, &found, &current) && current);
	ck_assert(net_tls_ticket_keys_current(keys, begin_s + 2 * NET_TLS_TICKET_TURN_S, &third));
	ck_assert(!net_tls_ticket_keys_find(keys, first.name, &found, &current));
	ck_assert(net_tls_ticket_keys_find(keys, next.name, &found, &current) && !current);
	net_tls_ticket_keys_unref(net_tls_ticket_keys_ref(keys));
	net_tls_ticket_keys_unref(keys);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("net/tls_ticket_keys");
	TCase *tcase = tcase_create("tls_ticket_keys");

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, files_of_octets_have_a_key_each);
	tcase_add_loop_test(tcase, of_lines_that_before_the_last_makes_tickets, 0, 4);
	tcase_add_loop_test(tcase, what_is_no_key_is_told_with_its_line, 0, SUPPORT_COUNT(wrong));
	tcase_add_test(tcase, so_many_keys_and_no_more);
	tcase_add_test(tcase, own_keys_turn_over_and_the_last_one_is_kept);
	return support_run(suite);
}
