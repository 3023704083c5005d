/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dirent.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/address/resolver.h"
#include "net/connection/race.h"
#include "net/endpoint.h"
#include "net/name_server.h"
#include "support/expect.h"
#include "support/run.h"

enum {
	SERVER_MS = 40,
	RECORDS_MAX = 2 * NET_SRV_MAX,
	QUEUED = 4, /* connections that fill the queue of a listener of 1 */
};

/* The behaviour of a server that is listed before the working one; or that of the next. */
enum deed {
	DROPS,	  /* its packets get no answer */
	HANGS,	  /* accepts, and says nothing */
	CLOSES,	  /* accepts, and is gone */
	REFUSES,  /* nobody listens */
	IMPOSTOR, /* has a certificate of somebody else */
	N_DEEDS,
};

/* The usual world, whose listener is named by the service's last record. */
struct scene {
	struct world w;
	struct name_server dns;
	struct name_record record[RECORDS_MAX];
	struct net_connect_options options;
	struct net_tls *other_tls;
	struct net_listener *impostor;
	struct net_listener *closer;
	int fd;
	int queued[QUEUED];
	size_t n_allowed;
	size_t n_descriptors; /* open before the first attempt */
	size_t n_more;	      /* more of them later, at most */
};

static void drop(void *arg, struct net_conn *conn, const struct net_address *peer)
{
	net_conn_abandon(conn);
}

static size_t open_descriptors(void)
{
	DIR *directory = opendir("/proc/self/fd");
	size_t n = 0;

	while (readdir(directory))
		n++;
	closedir(directory);
	return n;
}

static bool count(void *arg, const struct net_address *address)
{
	struct scene *s = arg;
	size_t n = open_descriptors();

	if (s->n_allowed++ == 0)
		s->n_descriptors = n;
	else if (n - s->n_descriptors > s->n_more)
		s->n_more = n - s->n_descriptors;
	return true;
}

static void add_server(struct scene *s, const char *name, uint16_t port)
{
	uint16_t priority = (uint16_t)s->dns.n_records;

	s->record[s->dns.n_records++] = (struct name_record){
		.name = "_msrps._tcp.relay.test", .target = name, .port = port, .priority = priority
	};
	s->record[s->dns.n_records++] =
	    (struct name_record){ .name = name, .address = "127.0.0.1" };
}

static void scene_init(struct scene *s)
{
	memset(s, 0, sizeof(*s));
	s->fd = -1;
	for (size_t i = 0; i < QUEUED; i++)
		s->queued[i] = -1;
	world_init(&s->w, WITH_TLS);
	world_listen(&s->w);
	name_server_start(&s->dns, &s->w.loop, s->record, 0);
	ck_assert_int_eq(net_context_set_dns_servers(s->w.context, s->dns.text), 0);
	s->options = (struct net_connect_options){ .host = "relay.test",
						   .service = "_msrps._tcp",
						   .tls = s->w.client_tls,
						   .server_ms = SERVER_MS,
						   .allow = count,
						   .allow_arg = s };
}

static void scene_done(struct scene *s)
{
	name_server_stop(&s->dns);
	net_listener_free(s->impostor);
	net_listener_free(s->closer);
	net_tls_unref(s->other_tls);
	world_done(&s->w);
	for (size_t i = 0; i < QUEUED; i++)
		if (s->queued[i] >= 0)
			close(s->queued[i]);
	if (s->fd >= 0)
		close(s->fd);
}

/* A port of its own; listens unless it REFUSES. Nobody accepts. */
static uint16_t raw_server(struct scene *s, enum deed deed)
{
	struct net_address address;

	ck_assert_int_eq(net_address_parse("127.0.0.1", 0, &address), 0);
	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(bind(s->fd, &address.any, address.len), 0);
	ck_assert_int_eq(getsockname(s->fd, &address.any, &address.len), 0);
	if (deed != REFUSES)
		ck_assert_int_eq(listen(s->fd, 1), 0);
	for (size_t i = 0; deed == DROPS && i < QUEUED; i++) {
		s->queued[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		connect(s->queued[i], &address.any, address.len);
	}
	return net_address_port(&address);
}

static struct net_listener *listen_as(struct scene *s, struct net_tls *tls, net_accept_fn accept)
{
	struct net_listener_options options = { .protocol = { .tls = tls }, .accept = accept };
	struct net_listener *listener;

	ck_assert_int_eq(net_address_parse("127.0.0.1", 0, &options.address), 0);
	ck_assert_int_eq(net_listener_new(s->w.context, &options, &listener), 0);
	return listener;
}

static void keep(void *arg, struct net_conn *conn, const struct net_address *peer)
{
	/* It does its handshake, and goes with the context. */
}

static uint16_t impostor(struct scene *s)
{
	struct support_certificate other;
	struct net_tls_domain domain = { .certificate = other.certificate, .key = other.key };
	struct net_tls_server_options server = { .domain = &domain, .n_domains = 1 };
	char error[200];

	support_ca_issue(s->w.ca, "DNS:other.test", 0, &other);
	ck_assert_int_eq(net_tls_server_new(&server, error, sizeof(error), &s->other_tls), 0);
	s->impostor = listen_as(s, s->other_tls, keep);
	return net_address_port(net_listener_address(s->impostor));
}

static uint16_t bad_server(struct scene *s, enum deed deed)
{
	if (deed == IMPOSTOR)
		return impostor(s);
	if (deed != CLOSES)
		return raw_server(s, deed);
	s->closer = listen_as(s, s->w.server_tls, drop);
	return net_address_port(net_listener_address(s->closer));
}

static void run_connecting(struct scene *s)
{
	struct endpoint *client = &s->w.client;

	memset(client->calls, 0, sizeof(client->calls));
	ck_assert_int_eq(
	    net_conn_connect(s->w.context, &s->options, &endpoint_user, client, &client->conn), 0);
	WORLD_RUN_UNTIL(&s->w, client->calls[0]);
}

static void assert_open(const struct scene *s)
{
	ck_assert_msg(endpoint_is_open(&s->w.client), "%s", s->w.client.why);
	ck_assert_uint_eq(net_address_port(&net_conn_peer(s->w.client.conn)->address),
			  world_port(&s->w));
}

START_TEST(the_next_server_is_tried_whatever_the_first_does)
{
	struct scene s;

	scene_init(&s);
	add_server(&s, "first.test", bad_server(&s, (enum deed)_i));
	add_server(&s, "second.test", world_port(&s.w));
	run_connecting(&s);
	assert_open(&s);
	ck_assert_uint_eq(s.n_allowed, 2);
	scene_done(&s);
}
END_TEST

/* The settings do not verify, but the connecting side wants the right certificate. */
START_TEST(a_certificate_that_must_verify_is_a_reason_to_go_on)
{
	struct net_tls_client_options lenient = { 0 };
	struct scene s;
	char error[200];

	scene_init(&s);
	lenient.ca = support_ca_file(s.w.ca);
	net_tls_unref(s.w.client_tls);
	ck_assert_int_eq(net_tls_client_new(&lenient, error, sizeof(error), &s.w.client_tls), 0);
	s.options.tls = s.w.client_tls;
	s.options.must_verify = true;
	add_server(&s, "first.test", impostor(&s));
	add_server(&s, "second.test", world_port(&s.w));
	run_connecting(&s);
	assert_open(&s);
	scene_done(&s);
}
END_TEST

START_TEST(without_another_server_its_time_does_not_end)
{
	struct scene s;

	scene_init(&s);
	s.options.timeout_ms = 4 * SERVER_MS;
	add_server(&s, "first.test", bad_server(&s, HANGS));
	run_connecting(&s);
	ck_assert_int_eq(s.w.client.err, UV_ETIMEDOUT);
	ck_assert_str_eq(s.w.client.why, "time-out in the TLS handshake");
	scene_done(&s);
}
END_TEST

START_TEST(the_first_failure_is_told_with_its_address)
{
	char want[100];
	struct scene s;
	uint16_t port;

	scene_init(&s);
	port = impostor(&s);
	add_server(&s, "first.test", port);
	add_server(&s, "second.test", raw_server(&s, REFUSES));
	run_connecting(&s);
	snprintf(want, sizeof(want), "127.0.0.1:%u: TLS handshake: certificate verify failed",
		 port);
	ck_assert_msg(strncmp(s.w.client.why, want, strlen(want)) == 0, "%s", s.w.client.why);
	scene_done(&s);
}
END_TEST

/* The zone names as many servers as fit, and only the last one answers. */
START_TEST(attempts_at_a_time_are_bounded)
{
	struct scene s;
	uint16_t port;

	scene_init(&s);
	s.options.server_ms = 1;
	port = bad_server(&s, DROPS);
	for (uint16_t i = 0; i < NET_SRV_MAX; i++)
		s.record[s.dns.n_records++] =
		    (struct name_record){ .name = "_msrps._tcp.relay.test",
					  .target = "d.test", /* in 512 bytes */
					  .port = i < NET_SRV_MAX - 1 ? port : world_port(&s.w),
					  .priority = i };
	s.record[s.dns.n_records++] =
	    (struct name_record){ .name = "d.test", .address = "127.0.0.1" };
	run_connecting(&s);
	assert_open(&s);
	ck_assert_uint_eq(s.n_allowed, NET_SRV_MAX);
	ck_assert_uint_le(s.n_more, NET_ATTEMPTS_MAX + 1); /* and one to the name server */
	scene_done(&s);
}
END_TEST

START_TEST(who_is_not_content_connects_again_to_the_others)
{
	struct net_address avoid[2];
	struct scene s;

	scene_init(&s);
	s.impostor = listen_as(&s, s.w.server_tls, keep);
	add_server(&s, "first.test", world_port(&s.w));
	add_server(&s, "second.test", net_address_port(net_listener_address(s.impostor)));
	s.options.avoid = avoid;
	run_connecting(&s);
	assert_open(&s);
	ck_assert(net_conn_has_others(s.w.client.conn));

	avoid[s.options.n_avoid++] = net_conn_peer(s.w.client.conn)->address;
	net_conn_abandon(s.w.client.conn);
	run_connecting(&s);
	ck_assert_msg(endpoint_is_open(&s.w.client), "%s", s.w.client.why);
	ck_assert(!net_conn_has_others(s.w.client.conn));

	avoid[s.options.n_avoid++] = net_conn_peer(s.w.client.conn)->address;
	ck_assert_uint_ne(net_address_port(&avoid[0]), net_address_port(&avoid[1]));
	net_conn_abandon(s.w.client.conn);
	run_connecting(&s);
	ck_assert_int_eq(s.w.client.err, UV_EHOSTUNREACH);
	scene_done(&s);
}
END_TEST

START_TEST(the_last_one_has_no_others)
{
	struct scene s;

	scene_init(&s);
	add_server(&s, "first.test", raw_server(&s, REFUSES));
	add_server(&s, "second.test", world_port(&s.w));
	run_connecting(&s);
	assert_open(&s);
	ck_assert(!net_conn_has_others(s.w.client.conn));
	scene_done(&s);
}
END_TEST

START_TEST(abandoning_in_the_middle_of_it_calls_nobody)
{
	struct scene s;

	scene_init(&s);
	add_server(&s, "first.test", bad_server(&s, HANGS));
	add_server(&s, "second.test", 1);
	ck_assert_int_eq(net_conn_connect(s.w.context, &s.options, &endpoint_user, &s.w.client,
					  &s.w.client.conn),
			 0);
	WORLD_RUN_UNTIL(&s.w, s.n_allowed == 2);
	net_conn_abandon(s.w.client.conn);
	world_settle(&s.w);
	ck_assert_str_eq(s.w.client.calls, "");
	scene_done(&s);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("net/failover");
	TCase *tcase = tcase_create("failover");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, the_next_server_is_tried_whatever_the_first_does, 0, N_DEEDS);
	tcase_add_test(tcase, a_certificate_that_must_verify_is_a_reason_to_go_on);
	tcase_add_test(tcase, without_another_server_its_time_does_not_end);
	tcase_add_test(tcase, the_first_failure_is_told_with_its_address);
	tcase_add_test(tcase, attempts_at_a_time_are_bounded);
	tcase_add_test(tcase, who_is_not_content_connects_again_to_the_others);
	tcase_add_test(tcase, the_last_one_has_no_others);
	tcase_add_test(tcase, abandoning_in_the_middle_of_it_calls_nobody);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
