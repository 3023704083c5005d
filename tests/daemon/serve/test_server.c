/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/serve/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/run.h"

enum { SEATS = 4, CLIENTS = 32, PATIENCE_MS = 60000 };

static uv_loop_t loop;
static struct server *server;
static struct sockaddr_in where;
static int client[CLIENTS];
static struct server_conn *kept[CLIENTS]; /* of those that said "wait" */
static unsigned n_kept;

static size_t find_end(struct slice in)
{
	size_t at = slice_find(in, '\n');

	return at < in.len ? at + 1 : 0;
}

static void on_request(void *arg, struct server_conn *conn, struct slice request)
{
	struct buf out = { 0 };

	if (slice_equal(request, SLICE("wait\n"))) {
		kept[n_kept++] = conn;
		return;
	}
	buf_add_slice(&out, request);
	server_write(conn, &out);
	server_finish(conn, true);
}

static void on_too_long(void *arg, struct server_conn *conn)
{
	server_finish(conn, false);
}

static const struct server_kind kind = {
	.conns_max = SEATS,
	.request_max = 64,
	.patience_ms = PATIENCE_MS,
	.find_end = find_end,
	.request = on_request,
	.too_long = on_too_long,
};

static void turn(void)
{
	for (int i = 0; i < 10; i++)
		uv_run(&loop, UV_RUN_NOWAIT);
}

static void start(void)
{
	struct net_address bound;

	ck_assert_int_eq(net_address_parse("127.0.0.1", 0, &bound), 0);
	uv_loop_init(&loop);
	ck_assert_int_eq(server_new(&loop, &kind, NULL, &server), 0);
	ck_assert_int_eq(server_listen_tcp(server, &bound), 0);
	where = bound.v4;
	memset(client, -1, sizeof(client));
	n_kept = 0;
}

static void stop(void)
{
	server_free(server);
	while (n_kept > 0)
		server_finish(kept[--n_kept], true);
	for (int i = 0; i < CLIENTS; i++)
		if (client[i] >= 0)
			close(client[i]);
	while (uv_run(&loop, UV_RUN_DEFAULT) != 0)
		;
	ck_assert_int_eq(uv_loop_close(&loop), 0);
}

/* Client I comes from 127.0.0.HOST. */
static void come(int i, int host)
{
	struct sockaddr_in from = { .sin_family = AF_INET };

	from.sin_addr.s_addr = htonl((127U << 24) + (unsigned)host);
	client[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(bind(client[i], (struct sockaddr *)&from, sizeof(from)), 0);
	ck_assert_int_eq(connect(client[i], (struct sockaddr *)&where, sizeof(where)), 0);
}

static void say(int i, const char *text)
{
	ck_assert_int_eq(write(client[i], text, strlen(text)), (ssize_t)strlen(text));
	turn();
}

static bool is_gone(int i)
{
	char c;
	ssize_t n = recv(client[i], &c, 1, MSG_DONTWAIT | MSG_PEEK);

	return n == 0 || (n < 0 && errno != EAGAIN);
}

/* In one turn of the loop libuv 1.44 accepts all waiting clients, libuv 1.50 only one. */
static void turn_until_readable(int i)
{
	char c;

	for (int n = 0; n < CLIENTS; n++) {
		turn();
		if (recv(client[i], &c, 1, MSG_DONTWAIT | MSG_PEEK) >= 0)
			break;
	}
}

static void expect_said(int i, const char *want)
{
	char got[64] = "";

	turn_until_readable(i);
	ck_assert_int_eq(recv(client[i], got, sizeof(got) - 1, MSG_DONTWAIT),
			 (ssize_t)strlen(want));
	ck_assert_str_eq(got, want);
}

START_TEST(one_that_has_shown_least_goes)
{
	/* The silent one, then the one that has begun, then the one that was answered. */
	static const int order[] = { 3, 2, 1 };

	start();
	for (int i = 0; i < SEATS; i++) {
		come(i, 1);
		turn();
	}
	say(0, "wait\n");
	say(1, "hello\n");
	expect_said(1, "hello\n");
	say(2, "hel");
	for (int n = 0; n < 3; n++) {
		come(SEATS + n, 1);
		turn();
		ck_assert(is_gone(order[n]));
		say(SEATS + n, "wait\n");
	}
	for (int i = SEATS; i < SEATS + 3; i++)
		ck_assert(!is_gone(i));
	stop();
}
END_TEST

/* An address with most clients loses one, whoever came first. */
START_TEST(an_address_with_many_loses_its_own)
{
	static const int hosts[] = { 2, 3, 3, 4 };

	start();
	for (int i = 0; i < SEATS; i++) {
		come(i, hosts[i]);
		turn();
	}
	come(SEATS, 5);
	turn();
	ck_assert(is_gone(1));
	/* Of equals the longest waiting. */
	come(SEATS + 1, 6);
	turn();
	ck_assert(is_gone(0));
	ck_assert(!is_gone(2) && !is_gone(3) && !is_gone(SEATS) && !is_gone(SEATS + 1));
	stop();
}
END_TEST

/* More come in one turn than there are seats; the one that has sent a request is heard. */
START_TEST(whoever_asks_in_a_flood_is_answered)
{
	start();
	for (int i = 0; i < CLIENTS; i++) {
		come(i, 1);
		if (i == CLIENTS / 2)
			ck_assert_int_eq(write(client[i], "hello\n", 6), 6);
	}
	expect_said(CLIENTS / 2, "hello\n");
	stop();
}
END_TEST

/* A client that is being answered goes last, and the rest of its answer is dropped. */
START_TEST(one_that_is_being_answered_may_go)
{
	start();
	for (int i = 0; i < SEATS; i++) {
		come(i, 1);
		turn();
		say(i, "wait\n");
	}
	come(SEATS, 1);
	turn();
	ck_assert(is_gone(0));
	ck_assert(server_is_gone(kept[0]));
	ck_assert(!server_is_gone(kept[1]));
	say(SEATS, "hello\n");
	expect_said(SEATS, "hello\n");
	stop();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("server");
	TCase *tcase = tcase_create("server");

	tcase_add_test(tcase, one_that_has_shown_least_goes);
	tcase_add_test(tcase, an_address_with_many_loses_its_own);
	tcase_add_test(tcase, whoever_asks_in_a_flood_is_answered);
	tcase_add_test(tcase, one_that_is_being_answered_may_go);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
