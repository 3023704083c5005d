/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Connections of load balancers at a listener: who is let in when, who is not, and who waits in
 * vain. */
#include "net/connection/waiting_room.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/endpoint.h"
#include "net/proxy/proxy_header.h"
#include "support/run.h"

#define HEADER "PROXY TCP4 192.0.2.1 198.51.100.2 49152 2855\r\n"

/* What the owner of the listener has been told. */
struct seen {
	struct world w;
	size_t n_accepted, n_refused;
	char peer[NET_ADDRESS_TEXT_MAX];
	char why[80];
	bool drop; /* abandons what it is given */
	bool free; /* frees the listener meanwhile */
};

static void on_accept(void *arg, struct net_conn *conn, const struct net_address *peer)
{
	struct seen *seen = arg;

	seen->n_accepted++;
	net_address_format(peer, seen->peer);
	if (seen->free)
		seen->w.listener = net_listener_free(seen->w.listener);
	if (seen->drop || seen->w.server.conn) {
		net_conn_abandon(conn);
		return;
	}
	seen->w.server.conn = conn;
	net_conn_set_user(conn, &endpoint_user, &seen->w.server);
}

static void on_refused(void *arg, const struct net_address *peer, const char *why)
{
	struct seen *seen = arg;

	seen->n_refused++;
	net_address_format(peer, seen->peer);
	snprintf(seen->why, sizeof(seen->why), "%s", why);
}

static void seen_init(struct seen *seen, const char *proxies)
{
	struct net_listener_options options = {
		.accept = on_accept,
		.accept_refused = on_refused,
		.arg = seen,
	};

	*seen = (struct seen){ 0 };
	world_init(&seen->w, WITH_TCP);
	ck_assert_int_eq(net_proxies_new(&proxies, 1, &options.protocol.proxies), 0);
	ck_assert_int_eq(net_address_parse("127.0.0.1", 0, &options.address), 0);
	ck_assert_int_eq(net_listener_new(seen->w.context, &options, &seen->w.listener), 0);
	net_proxies_unref(options.protocol.proxies);
}

static int connect_to(const struct seen *seen)
{
	const struct net_address *address = net_listener_address(seen->w.listener);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(connect(fd, &address->any, address->len), 0);
	return fd;
}

static void say(int fd, const char *text)
{
	ck_assert_int_eq(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

static bool is_closed(int fd)
{
	char c;
	ssize_t n = recv(fd, &c, 1, MSG_DONTWAIT);

	return n == 0 || (n < 0 && errno == ECONNRESET);
}

START_TEST(nobody_hears_of_a_connection_before_its_header)
{
	struct seen seen;
	int fd;

	seen_init(&seen, "127.0.0.0/8");
	fd = connect_to(&seen);
	for (const char *p = HEADER; p[1]; p++) {
		ck_assert_int_eq(send(fd, p, 1, 0), 1);
		world_settle(&seen.w);
		ck_assert_uint_eq(seen.n_accepted, 0);
	}
	say(fd, "\nMSRP");
	WORLD_RUN_UNTIL(&seen.w, seen.w.server.n_in == 4);
	ck_assert_str_eq(seen.peer, "192.0.2.1:49152");
	ck_assert_int_eq(memcmp(buf_data(&seen.w.server.in), "MSRP", 4), 0);
	ck_assert_uint_eq(net_address_port(&net_conn_peer(seen.w.server.conn)->address), 49152);
	close(fd);
	world_done(&seen.w);
}
END_TEST

START_TEST(others_are_heard_of_at_once_and_must_not_send_one)
{
	struct seen seen;
	int fd;

	seen_init(&seen, "192.0.2.0/24");
	fd = connect_to(&seen);
	WORLD_RUN_UNTIL(&seen.w, seen.n_accepted == 1);
	say(fd, HEADER "MSRP");
	WORLD_RUN_UNTIL(&seen.w, endpoint_is_closed(&seen.w.server));
	ck_assert_int_eq(seen.w.server.err, NET_PROXY_FAULT);
	ck_assert_str_eq(seen.w.server.why, "a PROXY header that is not expected");
	ck_assert_uint_eq(seen.n_refused, 0);
	ck_assert_uint_eq(seen.w.server.n_in, 0);
	close(fd);
	world_done(&seen.w);
}
END_TEST

START_TEST(what_is_no_header_is_refused)
{
	static const char *const said[] = { "GET /", "PROXY nonsense\r\n", "\r\n\r\nMSRP" };
	struct seen seen;
	int fd;

	seen_init(&seen, "127.0.0.1");
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		fd = connect_to(&seen);
		say(fd, said[i]);
		WORLD_RUN_UNTIL(&seen.w, seen.n_refused == i + 1);
		world_settle(&seen.w);
		ck_assert(is_closed(fd));
		ck_assert_int_eq(strncmp(seen.peer, "127.0.0.1:", 10), 0);
		close(fd);
	}
	/* Half a header is a mistake, too; none is somebody who looks. */
	fd = connect_to(&seen);
	say(fd, "PROXY TCP4");
	shutdown(fd, SHUT_WR);
	WORLD_RUN_UNTIL(&seen.w, seen.n_refused == 4);
	ck_assert_str_eq(seen.why, "the proxy closed the connection in its header");
	close(fd);
	fd = connect_to(&seen);
	shutdown(fd, SHUT_WR);
	while (!is_closed(fd))
		uv_run(&seen.w.loop, UV_RUN_NOWAIT);
	ck_assert_uint_eq(seen.n_refused, 4);
	ck_assert_uint_eq(seen.n_accepted, 0);
	close(fd);
	world_done(&seen.w);
}
END_TEST

START_TEST(who_has_waited_longest_goes_when_there_are_too_many)
{
	int fd[NET_WAITERS_MAX + 2];
	struct seen seen;

	seen_init(&seen, "127.0.0.1");
	for (size_t i = 0; i < NET_WAITERS_MAX + 2; i++) {
		fd[i] = connect_to(&seen);
		world_settle(&seen.w);
	}
	ck_assert_uint_eq(seen.n_refused, 2);
	ck_assert(is_closed(fd[0]) && is_closed(fd[1]) && !is_closed(fd[2]));
	say(fd[2], HEADER);
	WORLD_RUN_UNTIL(&seen.w, seen.n_accepted == 1);
	for (size_t i = 0; i < NET_WAITERS_MAX + 2; i++)
		close(fd[i]);
	world_done(&seen.w);
}
END_TEST

START_TEST(the_owner_may_do_anything_when_one_is_let_in)
{
	struct seen seen;
	int fd, silent;

	seen_init(&seen, "127.0.0.1");
	seen.drop = _i & 1;
	seen.free = _i & 2;
	silent = connect_to(&seen);
	world_settle(&seen.w);
	fd = connect_to(&seen);
	say(fd, HEADER);
	WORLD_RUN_UNTIL(&seen.w, seen.n_accepted == 1);
	world_settle(&seen.w);
	ck_assert(is_closed(fd) == seen.drop);
	ck_assert(is_closed(silent) == seen.free);
	ck_assert_uint_eq(seen.n_refused, 0);
	close(fd);
	close(silent);
	world_done(&seen.w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("net/waiting_room");
	TCase *tcase = tcase_create("waiting_room");

	suite_add_tcase(suite, tcase);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, nobody_hears_of_a_connection_before_its_header);
	tcase_add_test(tcase, others_are_heard_of_at_once_and_must_not_send_one);
	tcase_add_test(tcase, what_is_no_header_is_refused);
	tcase_add_test(tcase, who_has_waited_longest_goes_when_there_are_too_many);
	tcase_add_loop_test(tcase, the_owner_may_do_anything_when_one_is_let_in, 0, 4);
	return support_run(suite);
}
