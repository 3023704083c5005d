/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/connection/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "net/endpoint.h"
#include "support/run.h"

static const struct {
	const char *what;
	const char *listens;
	const char *connects;
	const char *seen_as; /* the beginning of the peer's address */
	bool reached;
} pairs[] = {
	{ "IPv4", "127.0.0.1", "127.0.0.1", "127.0.0.1:", true },
	{ "IPv6", "::1", "::1", "[::1]:", true },
	{ "any IPv4", "0.0.0.0", "127.0.0.1", "127.0.0.1:", true },
	{ "any, by IPv6", "::", "::1", "[::1]:", true },
	{ "any, by IPv4", "::", "127.0.0.1", "127.0.0.1:", true },
	{ "IPv6, by IPv4", "::1", "127.0.0.1", NULL, false },
	{ "IPv4, by IPv6", "127.0.0.1", "::1", NULL, false },
};

struct seen {
	struct net_conn *conn[8];
	size_t n;
	struct net_address peer;
	size_t n_failed;
	const struct rlimit *limit; /* NULL, or the limit to lift when room is made */
	int err;
};

static void on_accept(void *arg, struct net_conn *conn, const struct net_address *peer)
{
	struct seen *seen = arg;

	seen->peer = *peer;
	seen->conn[seen->n++] = conn;
}

static bool on_accept_failed(void *arg, int err)
{
	struct seen *seen = arg;

	seen->n_failed++;
	seen->err = err;
	if (!seen->limit)
		return false;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, seen->limit), 0);
	return true;
}

static void listen_on(struct world *w, const char *host, struct seen *seen)
{
	struct net_listener_options options = { .accept = on_accept,
						.accept_failed = on_accept_failed,
						.arg = seen };

	ck_assert_int_eq(net_address_parse(host, 0, &options.address), 0);
	ck_assert_int_eq(net_listener_new(w->context, &options, &w->listener), 0);
	ck_assert_uint_ne(world_port(w), 0);
}

START_TEST(an_address_is_reached_by_its_families)
{
	struct net_connect_options options = { .host = pairs[_i].connects };
	struct seen seen = { .n = 0 };
	char text[NET_ADDRESS_TEXT_MAX];
	struct world w;

	world_init(&w, WITH_TCP);
	listen_on(&w, pairs[_i].listens, &seen);
	options.port = world_port(&w);
	ck_assert_int_eq(
	    net_conn_connect(w.context, &options, &endpoint_user, &w.client, &w.client.conn), 0);
	WORLD_RUN_UNTIL(&w, w.client.calls[0] && (seen.n > 0 || !pairs[_i].reached));
	ck_assert_msg(endpoint_is_open(&w.client) == pairs[_i].reached, "%s", pairs[_i].what);
	if (pairs[_i].reached) {
		net_address_format(&seen.peer, text);
		ck_assert_msg(strncmp(text, pairs[_i].seen_as, strlen(pairs[_i].seen_as)) == 0,
			      "%s: %s", pairs[_i].what, text);
	} else {
		ck_assert_int_eq(w.client.err, -ECONNREFUSED);
	}
	world_done(&w);
}
END_TEST

START_TEST(a_port_is_taken_only_once)
{
	struct net_listener_options options = { .accept = on_accept };
	struct net_listener *second = NULL;
	struct seen seen = { .n = 0 };
	struct world w;

	world_init(&w, WITH_TCP);
	listen_on(&w, "127.0.0.1", &seen);
	options.address = *net_listener_address(w.listener);
	ck_assert_int_eq(net_listener_new(w.context, &options, &second), -EADDRINUSE);
	ck_assert_ptr_null(second);
	w.listener = net_listener_free(w.listener);
	ck_assert_int_eq(net_listener_new(w.context, &options, &w.listener), 0);
	world_done(&w);
}
END_TEST

START_TEST(an_accepted_connection_survives_its_listener)
{
	struct world w;

	world_open(&w, _i);
	w.listener = net_listener_free(w.listener);
	endpoint_send(&w.client, "hello", 5);
	WORLD_RUN_UNTIL(&w, w.server.n_in == 5);
	world_done(&w);
}
END_TEST

static void free_listener(void *arg, struct net_conn *conn, const struct net_address *peer)
{
	struct world *w = arg;

	w->n_accepted++;
	w->listener = net_listener_free(w->listener);
	net_conn_abandon(conn);
}

START_TEST(a_listener_may_be_freed_while_it_hands_over)
{
	struct net_listener_options options = { .accept = free_listener };
	struct world w;

	world_init(&w, WITH_TCP);
	options.arg = &w;
	ck_assert_int_eq(net_address_parse("127.0.0.1", 0, &options.address), 0);
	ck_assert_int_eq(net_listener_new(w.context, &options, &w.listener), 0);
	world_connect(&w);
	WORLD_RUN_UNTIL(&w, w.n_accepted == 1);
	ck_assert_ptr_null(w.listener);
	world_done(&w);
}
END_TEST

START_TEST(new_connections_get_the_new_certificate)
{
	struct support_certificate other;
	struct net_tls_domain domain;
	struct net_tls_server_options options = { .domain = &domain, .n_domains = 1 };
	struct net_tls *tls;
	struct world w;
	char error[200];

	world_open(&w, WITH_TLS);
	support_ca_issue(w.ca, "DNS:other.test", 0, &other);
	domain = (struct net_tls_domain){ NULL, other.certificate, other.key };
	ck_assert_int_eq(net_tls_server_new(&options, error, sizeof(error), &tls), 0);
	net_listener_set_protocol(w.listener, &(struct net_protocol){ .tls = tls });
	net_tls_unref(tls);
	/* The open connection continues with its settings, though nobody else refers to them. */
	w.server_tls = net_tls_unref(w.server_tls);
	endpoint_send(&w.client, "hello", 5);
	WORLD_RUN_UNTIL(&w, w.server.n_in == 5);
	net_conn_abandon(w.client.conn);
	net_conn_abandon(w.server.conn);
	w.server.conn = NULL;
	memset(w.client.calls, 0, sizeof(w.client.calls));
	w.server_name = "other.test";
	world_connect(&w);
	WORLD_RUN_UNTIL(&w, w.client.calls[0]);
	ck_assert_msg(endpoint_is_open(&w.client), "%s", w.client.why);
	world_done(&w);
}
END_TEST

/* The lowest limit that leaves no descriptor; open ones stay open. */
static void use_up_descriptors(struct rlimit *ret_before)
{
	struct rlimit none;
	int lowest = fcntl(0, F_DUPFD_CLOEXEC, 0);

	ck_assert_int_ge(lowest, 0);
	close(lowest);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, ret_before), 0);
	none = *ret_before;
	none.rlim_cur = (rlim_t)lowest;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
}

START_TEST(accepting_goes_on_when_there_are_descriptors_again)
{
	struct seen seen = { .n = 0 };
	struct net_address address;
	struct rlimit before;
	struct world w;
	int fd;

	world_init(&w, WITH_TCP);
	listen_on(&w, "127.0.0.1", &seen);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	address = *net_listener_address(w.listener);
	ck_assert_int_eq(connect(fd, &address.any, address.len), 0);
	use_up_descriptors(&before);
	WORLD_RUN_UNTIL(&w, seen.n_failed == 1);
	ck_assert_int_eq(seen.err, -EMFILE);
	/* It does not spin. */
	world_settle(&w);
	ck_assert_uint_eq(seen.n_failed, 1);
	ck_assert_uint_eq(seen.n, 0);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
	WORLD_RUN_UNTIL(&w, seen.n == 1);
	close(fd);
	world_done(&w);
}
END_TEST

START_TEST(accepting_goes_on_at_once_when_room_was_made)
{
	struct seen seen = { .n = 0 };
	struct net_address address;
	struct rlimit before;
	struct world w;
	uint64_t start_ms;
	int fd;

	world_init(&w, WITH_TCP);
	listen_on(&w, "127.0.0.1", &seen);
	seen.limit = &before;
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	address = *net_listener_address(w.listener);
	ck_assert_int_eq(connect(fd, &address.any, address.len), 0);
	use_up_descriptors(&before);
	start_ms = uv_now(net_context_loop(w.context));
	WORLD_RUN_UNTIL(&w, seen.n == 1);
	ck_assert_uint_eq(seen.n_failed, 1);
	ck_assert_uint_lt(uv_now(net_context_loop(w.context)) - start_ms, 1000);
	close(fd);
	world_done(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("net/listener");
	TCase *tcase = tcase_create("listener");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, an_address_is_reached_by_its_families, 0,
			    sizeof(pairs) / sizeof(pairs[0]));
	tcase_add_test(tcase, a_port_is_taken_only_once);
	tcase_add_loop_test(tcase, an_accepted_connection_survives_its_listener, 0, N_TRANSPORTS);
	tcase_add_test(tcase, a_listener_may_be_freed_while_it_hands_over);
	tcase_add_test(tcase, new_connections_get_the_new_certificate);
	tcase_add_test(tcase, accepting_goes_on_when_there_are_descriptors_again);
	tcase_add_test(tcase, accepting_goes_on_at_once_when_room_was_made);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
