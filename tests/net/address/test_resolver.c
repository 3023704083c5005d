/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/address/resolver.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/list.h"
#include "net/endpoint.h"
#include "net/name_server.h"
#include "support/expect.h"
#include "support/run.h"

enum {
	RECORDS_MAX = 8,
};

/* The usual world, a name server, and addresses with nobody behind them. */
struct scene {
	struct world w;
	struct name_server dns;
	struct name_record record[RECORDS_MAX];
	struct net_connect_options options;
	char tried[8][NET_ADDRESS_TEXT_MAX]; /* by order */
	size_t n_tried;
	const char *forbidden; /* the beginning of addresses that are not allowed; NULL: none */
};

static bool allow(void *arg, const struct net_address *address)
{
	struct scene *s = arg;
	char *text = s->tried[s->n_tried++];

	net_address_format(address, text);
	return !s->forbidden || strncmp(text, s->forbidden, strlen(s->forbidden)) != 0;
}

static void scene_init(struct scene *s, int transport)
{
	memset(s, 0, sizeof(*s));
	world_init(&s->w, transport);
	world_listen(&s->w);
	name_server_start(&s->dns, &s->w.loop, s->record, 0);
	ck_assert_int_eq(net_context_set_dns_servers(s->w.context, s->dns.text), 0);
	s->options = (struct net_connect_options){ .host = "relay.test",
						   .service = "_msrps._tcp",
						   .tls = s->w.client_tls,
						   .default_port = world_port(&s->w),
						   .allow = allow,
						   .allow_arg = s };
}

static void scene_done(struct scene *s)
{
	name_server_stop(&s->dns);
	world_done(&s->w);
}

static void add_address(struct scene *s, const char *name, const char *address)
{
	s->record[s->dns.n_records++] = (struct name_record){ .name = name, .address = address };
}

static void add_service(struct scene *s, const char *target, uint16_t port, uint16_t priority)
{
	s->record[s->dns.n_records++] = (struct name_record){ .name = "_msrps._tcp.relay.test",
							      .target = target,
							      .port = port,
							      .priority = priority };
}

static void start_connecting(struct scene *s)
{
	struct endpoint *client = &s->w.client;

	ck_assert_int_eq(
	    net_conn_connect(s->w.context, &s->options, &endpoint_user, client, &client->conn), 0);
	ck_assert_str_eq(client->calls, "");
}

static void run_connecting(struct scene *s)
{
	start_connecting(s);
	WORLD_RUN_UNTIL(&s->w, s->w.client.calls[0]);
}

/* A port of the loopback address that refuses; the descriptor keeps it from others. */
static int refusing_port(uint16_t *ret_port)
{
	struct net_address address;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_int_eq(net_address_parse("127.0.0.1", 0, &address), 0);
	ck_assert_int_eq(bind(fd, &address.any, address.len), 0);
	ck_assert_int_eq(getsockname(fd, &address.any, &address.len), 0);
	*ret_port = net_address_port(&address);
	return fd;
}

static void assert_open(const struct scene *s)
{
	ck_assert_msg(endpoint_is_open(&s->w.client), "%s", s->w.client.why);
}

START_TEST(a_service_record_names_host_and_port)
{
	struct scene s;

	scene_init(&s, _i);
	add_service(&s, "host.test", world_port(&s.w), 1);
	add_address(&s, "host.test", "127.0.0.1");
	s.options.default_port = 1;
	run_connecting(&s);
	/* With TLS: the certificate has to name relay.test, the host asked for. */
	assert_open(&s);
	scene_done(&s);
}
END_TEST

START_TEST(the_next_server_is_tried_when_the_first_is_dead)
{
	struct scene s;
	uint16_t port;
	int fd = refusing_port(&port);

	scene_init(&s, WITH_TCP);
	add_service(&s, "second.test", world_port(&s.w), 2);
	add_service(&s, "missing.test", port, 0);
	add_service(&s, "first.test", port, 1);
	add_address(&s, "first.test", "127.0.0.1");
	add_address(&s, "second.test", "127.0.0.1");
	run_connecting(&s);
	assert_open(&s);
	ck_assert_uint_eq(s.n_tried, 2);
	ck_assert_ptr_null(strstr(s.tried[0], s.tried[1]));
	close(fd);
	scene_done(&s);
}
END_TEST

START_TEST(without_a_service_record_the_default_port_is_used)
{
	struct scene s;

	scene_init(&s, WITH_TCP);
	add_address(&s, "relay.test", "127.0.0.1");
	run_connecting(&s);
	assert_open(&s);
	scene_done(&s);
}
END_TEST

START_TEST(a_given_port_needs_no_service_record)
{
	struct scene s;

	scene_init(&s, WITH_TCP);
	add_service(&s, "other.test", 1, 1);
	add_address(&s, "relay.test", "127.0.0.1");
	s.options.port = world_port(&s.w);
	s.options.default_port = 1;
	run_connecting(&s);
	assert_open(&s);
	ck_assert_uint_eq(s.dns.n_queries, 2); /* A and AAAA */
	scene_done(&s);
}
END_TEST

START_TEST(a_numeric_host_is_not_looked_up)
{
	struct scene s;

	scene_init(&s, WITH_TCP);
	s.options.host = "127.0.0.1";
	run_connecting(&s);
	assert_open(&s);
	ck_assert_uint_eq(s.dns.n_queries, 0);
	scene_done(&s);
}
END_TEST

/* The listener is at 127.0.0.1 only. */
START_TEST(the_next_address_is_tried_when_the_first_is_dead)
{
	struct scene s;

	scene_init(&s, WITH_TCP);
	add_address(&s, "relay.test", "127.0.0.2");
	add_address(&s, "relay.test", "127.0.0.1");
	run_connecting(&s);
	assert_open(&s);
	ck_assert_uint_eq(s.n_tried, 2);
	scene_done(&s);
}
END_TEST

START_TEST(families_take_turns_and_ipv6_begins)
{
	struct scene s;

	scene_init(&s, WITH_TCP);
	add_address(&s, "relay.test", "127.0.0.3");
	add_address(&s, "relay.test", "127.0.0.3");
	add_address(&s, "relay.test", "::1");
	run_connecting(&s);
	ck_assert_int_eq(s.w.client.err, -ECONNREFUSED);
	ck_assert_uint_eq(s.n_tried, 3);
	ck_assert_int_eq(strncmp(s.tried[0], "[::1]:", 6), 0);
	ck_assert_int_eq(strncmp(s.tried[1], "127.0.0.3:", 10), 0);
	scene_done(&s);
}
END_TEST

/* A listener whose queue is full is like a host that does not answer. */
START_TEST(a_slow_address_is_overtaken_after_a_moment)
{
	struct net_address address;
	int full = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), waiting[4];
	struct scene s;

	scene_init(&s, WITH_TCP);
	ck_assert_int_eq(net_address_parse("127.0.0.2", world_port(&s.w), &address), 0);
	ck_assert_int_eq(bind(full, &address.any, address.len), 0);
	ck_assert_int_eq(listen(full, 1), 0);
	for (size_t i = 0; i < 4; i++) {
		waiting[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		connect(waiting[i], &address.any, address.len);
	}
	add_address(&s, "relay.test", "127.0.0.2");
	add_address(&s, "relay.test", "127.0.0.1");
	run_connecting(&s);
	assert_open(&s);
	ck_assert_uint_eq(s.n_tried, 2);
	for (size_t i = 0; i < 4; i++)
		close(waiting[i]);
	close(full);
	scene_done(&s);
}
END_TEST

START_TEST(an_address_that_is_not_allowed_is_passed_over)
{
	struct scene s;

	scene_init(&s, WITH_TCP);
	s.forbidden = "127.0.0.9:";
	add_address(&s, "relay.test", "127.0.0.9");
	add_address(&s, "relay.test", "127.0.0.1");
	run_connecting(&s);
	assert_open(&s);
	scene_done(&s);
}
END_TEST

static const struct {
	const char *what;
	const char *address; /* of the host; NULL: it is not there */
	const char *target;  /* of the service; NULL: there is none */
	const char *forbidden;
	int err;
	const char *why;
} failures[] = {
	{ "no such name", NULL, NULL, NULL, UV_EAI_NONAME, "relay.test: no such host" },
	{ "no such server", NULL, "gone.test", NULL, UV_EAI_NONAME, "gone.test: no such host" },
	{ "nobody there", "127.0.0.7", NULL, NULL, -ECONNREFUSED, "connection refused" },
	{ "not allowed", "127.0.0.7", NULL, "127.", -EACCES, "is not allowed" },
	{ "no such service", "127.0.0.1", ".", NULL, -ECONNREFUSED, "no such service" },
};

START_TEST(a_failure_says_what_failed)
{
	struct scene s;

	scene_init(&s, WITH_TCP);
	s.forbidden = failures[_i].forbidden;
	if (failures[_i].address)
		add_address(&s, "relay.test", failures[_i].address);
	if (failures[_i].target)
		add_service(&s, failures[_i].target, 1, 1);
	run_connecting(&s);
	ck_assert_int_eq(s.w.client.err, failures[_i].err);
	ck_assert_msg(strstr(s.w.client.why, failures[_i].why), "%s", s.w.client.why);
	ck_assert_str_eq(s.w.client.calls, "c");
	scene_done(&s);
}
END_TEST

START_TEST(a_silent_name_server_is_given_up)
{
	struct scene s;

	scene_init(&s, WITH_TCP);
	s.dns.silent = 1;
	s.options.timeout_ms = 50;
	run_connecting(&s);
	ck_assert_int_eq(s.w.client.err, UV_ETIMEDOUT);
	ck_assert_str_eq(s.w.client.why, "time-out while looking up the host");
	scene_done(&s);
}
END_TEST

START_TEST(a_look_up_that_nobody_waits_for_any_more_does_no_harm)
{
	struct scene s;

	scene_init(&s, WITH_TCP);
	add_address(&s, "relay.test", "127.0.0.1");
	start_connecting(&s);
	net_conn_abandon(s.w.client.conn);
	WORLD_RUN_UNTIL(&s.w, s.dns.n_queries > 0);
	world_settle(&s.w);
	ck_assert_uint_eq(s.n_tried, 0);
	ck_assert_str_eq(s.w.client.calls, "");
	/* And the next one finds everything in order. */
	run_connecting(&s);
	assert_open(&s);
	scene_done(&s);
}
END_TEST

START_TEST(a_context_may_go_in_the_middle_of_a_look_up)
{
	struct scene s;

	scene_init(&s, WITH_TCP);
	s.dns.silent = 1;
	start_connecting(&s);
	WORLD_RUN_UNTIL(&s.w, s.dns.n_queries > 0);
	scene_done(&s);
	ck_assert_str_eq(s.w.client.calls, "");
}
END_TEST

static const char *const loopback[] = { "localhost", "LocalHost.", "relay.localhost" };

/* RFC 6761 6.3 */
START_TEST(localhost_is_here_whatever_a_name_server_says)
{
	struct scene s;

	scene_init(&s, WITH_TCP);
	add_address(&s, loopback[_i], "127.0.0.2");
	s.options.host = loopback[_i];
	s.options.port = world_port(&s.w);
	run_connecting(&s);
	assert_open(&s);
	ck_assert_uint_eq(s.dns.n_queries, 0);
	scene_done(&s);
}
END_TEST

START_TEST(many_look_ups_at_once_find_their_way)
{
	struct endpoint client[20] = { 0 };
	struct scene s;
	size_t n;

	scene_init(&s, WITH_TCP);
	add_address(&s, "relay.test", "127.0.0.1");
	s.options.allow = NULL;
	for (size_t i = 0; i < 20; i++) {
		client[i].reading = true;
		ck_assert_int_eq(net_conn_connect(s.w.context, &s.options, &endpoint_user,
						  &client[i], &client[i].conn),
				 0);
	}
	do {
		uv_run(&s.w.loop, UV_RUN_ONCE);
		n = 0;
		for (size_t i = 0; i < 20; i++)
			n += strchr(client[i].calls, 'o') != NULL;
	} while (n < 20);
	scene_done(&s);
}
END_TEST

/* Starts N connections for ASKER, cancels them, and returns how many were refused a look-up. */
static size_t ask_and_go(struct scene *s, const char *asker, size_t n)
{
	size_t refused = 0;

	s->options.asker = asker;
	s->options.service = NULL;
	for (size_t i = 0; i < n; i++) {
		struct endpoint *client = &s->w.client;

		memset(client->calls, 0, sizeof(client->calls));
		start_connecting(s);
		uv_run(&s->w.loop, UV_RUN_NOWAIT);
		if (!endpoint_is_closed(client)) {
			net_conn_abandon(client->conn);
			continue;
		}
		ck_assert_int_eq(client->err, -EBUSY);
		ck_assert_ptr_nonnull(strstr(client->why, "too many look-ups"));
		refused++;
	}
	return refused;
}

/* Leaving before the answer permits no further look-ups. */
START_TEST(look_ups_count_until_they_end)
{
	char asker[16];
	size_t n = 0;
	struct scene s;

	scene_init(&s, WITH_TCP);
	s.dns.silent = 1;
	ck_assert_uint_eq(ask_and_go(&s, "a", NET_LOOKUPS_PER_ASKER_MAX + 3), 3);
	ck_assert_uint_eq(ask_and_go(&s, "a", 1), 1);
	ck_assert_uint_eq(ask_and_go(&s, "b", NET_LOOKUPS_PER_ASKER_MAX), 0);
	for (n = 2 * NET_LOOKUPS_PER_ASKER_MAX; n < NET_LOOKUPS_MAX; n++) {
		snprintf(asker, sizeof(asker), "c%zu", n);
		ck_assert_uint_eq(ask_and_go(&s, asker, 1), 0);
	}
	ck_assert_uint_eq(ask_and_go(&s, "d", 1), 1);
	ck_assert_uint_eq(ask_and_go(&s, NULL, 1), 1);
	scene_done(&s);
}
END_TEST

START_TEST(look_ups_that_have_ended_count_no_more)
{
	struct scene s;

	scene_init(&s, WITH_TCP);
	s.options.asker = "a";
	for (size_t i = 0; i < NET_LOOKUPS_PER_ASKER_MAX + 1; i++) {
		memset(s.w.client.calls, 0, sizeof(s.w.client.calls));
		run_connecting(&s);
		ck_assert_int_eq(s.w.client.err, UV_EAI_NONAME);
	}
	scene_done(&s);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("net/resolver");
	TCase *tcase = tcase_create("resolver");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, a_service_record_names_host_and_port, 0, N_TRANSPORTS);
	tcase_add_test(tcase, the_next_server_is_tried_when_the_first_is_dead);
	tcase_add_test(tcase, without_a_service_record_the_default_port_is_used);
	tcase_add_test(tcase, a_given_port_needs_no_service_record);
	tcase_add_test(tcase, a_numeric_host_is_not_looked_up);
	tcase_add_test(tcase, the_next_address_is_tried_when_the_first_is_dead);
	tcase_add_test(tcase, families_take_turns_and_ipv6_begins);
	tcase_add_test(tcase, a_slow_address_is_overtaken_after_a_moment);
	tcase_add_test(tcase, an_address_that_is_not_allowed_is_passed_over);
	tcase_add_loop_test(tcase, a_failure_says_what_failed, 0,
			    sizeof(failures) / sizeof(failures[0]));
	tcase_add_test(tcase, a_silent_name_server_is_given_up);
	tcase_add_test(tcase, a_look_up_that_nobody_waits_for_any_more_does_no_harm);
	tcase_add_test(tcase, a_context_may_go_in_the_middle_of_a_look_up);
	tcase_add_loop_test(tcase, localhost_is_here_whatever_a_name_server_says, 0,
			    SUPPORT_COUNT(loopback));
	tcase_add_test(tcase, many_look_ups_at_once_find_their_way);
	tcase_add_test(tcase, look_ups_count_until_they_end);
	tcase_add_test(tcase, look_ups_that_have_ended_count_no_more);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
