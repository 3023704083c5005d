/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An acceptor with a port of its own, and visitors other than the one it waits for: it has to wait
 * for the right one, and to report if that one does not come.
 */
#include "client/msrp.h"

#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client/connect/server.h"
#include "client/pair.h"
#include "support/expect.h"
#include "support/run.h"

enum { MANY = SERVER_SOLE_GUESTS_MAX + 4 };

static void prepare(struct pair *p, struct side *s,
		    int (*make)(struct msrp_context *, struct msrp_connector **))
{
	struct msrp_local_uri local = { .host = "127.0.0.1" };

	ck_assert_int_eq(make(p->context, &s->connector), 0);
	ck_assert_int_eq(msrp_connector_prepare(s->connector, &local, side_on_prepared, s), 0);
	PAIR_RUN_UNTIL(p, s->path);
	s->connect_err = INT_MIN;
}

static void complete(struct side *s, const char *remote_path)
{
	ck_assert_int_eq(msrp_connector_complete(s->connector, remote_path, side_on_completed, s),
			 0);
}

static void open_world(struct pair *p, const struct msrp_context_options *options)
{
	pair_init(p, WITH_TCP, options);
	prepare(p, &p->callee, msrp_acceptor_direct_new);
	prepare(p, &p->caller, msrp_connector_direct_new);
}

static size_t n_guests(const struct pair *p)
{
	return CONTAINER_OF(p->callee.connector, struct server_acceptor, base)->server->n_guests;
}

/* A silent connection to the callee. Returns its socket. */
static int visit(const struct pair *p)
{
	unsigned long port = strtoul(strrchr(p->callee.path, ':') + 1, NULL, 10);
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons((uint16_t)port),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

/* The connections of others are refused and closed, and the port stays open. */
START_TEST(impostor_does_not_keep_out_the_one_that_is_awaited)
{
	struct side impostor = { 0 };
	struct pair p;

	open_world(&p, NULL);
	prepare(&p, &impostor, msrp_connector_direct_new);
	complete(&p.callee, p.caller.path);
	complete(&impostor, p.callee.path);
	PAIR_RUN_UNTIL(&p, impostor.connect_err != INT_MIN);
	ck_assert_int_eq(impostor.connect_err, MSRP_ERROR_BIND);
	ck_assert_ptr_nonnull(strstr(impostor.why, "481"));
	complete(&p.caller, p.callee.path);
	PAIR_RUN_UNTIL(&p, p.caller.session && p.callee.session);
	side_done(&impostor);
	pair_done(&p);
}
END_TEST

/* The one that has been silent for longest goes. */
START_TEST(many_silent_visitors_do_not_keep_it_out)
{
	struct pair p;
	int fd[MANY];

	open_world(&p, NULL);
	complete(&p.callee, p.caller.path);
	for (int i = 0; i < MANY; i++)
		fd[i] = visit(&p);
	PAIR_RUN_UNTIL(&p, n_guests(&p) == SERVER_SOLE_GUESTS_MAX);
	complete(&p.caller, p.callee.path);
	PAIR_RUN_UNTIL(&p, p.caller.session && p.callee.session);
	for (int i = 0; i < MANY; i++)
		close(fd[i]);
	pair_done(&p);
}
END_TEST

START_TEST(silent_visitor_is_told_of)
{
	struct msrp_context_options options = { .bind_timeout_ms = 20 };
	struct pair p;
	int fd;

	open_world(&p, &options);
	fd = visit(&p);
	complete(&p.callee, p.caller.path);
	PAIR_RUN_UNTIL(&p, p.callee.connect_err != INT_MIN);
	ck_assert_int_eq(p.callee.connect_err, MSRP_ERROR_BIND_TIMEOUT);
	close(fd);
	pair_done(&p);
}
END_TEST

/* A visitor came in time, and might have been the right one; but then it left. */
START_TEST(visitor_that_leaves_when_the_time_is_over_ends_the_wait)
{
	struct msrp_context_options options = { .incoming_timeout_ms = 20 };
	const struct server_acceptor *acceptor;
	struct pair p;
	int fd;

	open_world(&p, &options);
	acceptor = CONTAINER_OF(p.callee.connector, struct server_acceptor, base);
	fd = visit(&p);
	PAIR_RUN_UNTIL(&p, n_guests(&p) == 1);
	complete(&p.callee, p.caller.path);
	PAIR_RUN_UNTIL(&p, acceptor->overdue);
	ck_assert_int_eq(p.callee.connect_err, INT_MIN);
	close(fd);
	PAIR_RUN_UNTIL(&p, p.callee.connect_err != INT_MIN);
	ck_assert_int_eq(p.callee.connect_err, MSRP_ERROR_INCOMING_TIMEOUT);
	pair_done(&p);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/acceptor");
	TCase *tcase = tcase_create("acceptor");

	tcase_add_test(tcase, impostor_does_not_keep_out_the_one_that_is_awaited);
	tcase_add_test(tcase, many_silent_visitors_do_not_keep_it_out);
	tcase_add_test(tcase, silent_visitor_is_told_of);
	tcase_add_test(tcase, visitor_that_leaves_when_the_time_is_over_ends_the_wait);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
