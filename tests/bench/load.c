/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/client.h"
#include "bench/traffic.h"

/*
 * Load for a relay at a port of 127.0.0.1:
 *
 *   load accept PORT               TLS handshakes
 *   load reaccept PORT             the same, with a TLS session that is resumed
 *   load auth PORT                 TLS handshakes, AUTH, challenge, AUTH, 200
 *   load resume PORT               the same, with a TLS session that is resumed
 *   load churn PORT CLIENTS        this many clients on TLS that come and go
 *   load storm PORT CLIENTS        this many clients on TLS that all go, and come back
 *   load tls PORT PAIRS BYTES      messages of this many bytes between pairs of clients on TLS
 *   load tcp PORT PAIRS BYTES      on TCP
 *   load web-tls PORT PAIRS BYTES  from clients on WebSockets to others on TLS
 *   load tls-web PORT PAIRS BYTES  the reverse
 *   load web PORT PAIRS BYTES      all on WebSockets
 *   load direct-tls PORT PAIRS BYTES
 *   load direct-tcp PORT PAIRS BYTES
 *                                  as tls and tcp, but senders do not name their own session
 *   load call PORT PAIRS BYTES FILE
 *                                  on TLS, between the parties of calls, each of which has been
 *                                  shown the URI of its line in FILE
 *   load through PORT PAIRS BYTES FD CERTIFICATE KEY
 *                                  on TLS, through a proxy, which connects to the socket FD
 *
 * It prints "ready". Then each line on stdin is a run, and answered with a line that begins with
 * the seconds it took:
 *
 *   accept and all to resume
 *                          the number of handshakes
 *   churn                  the number of clients, each any of them, that go and are replaced
 *   tls and all below it   the number of messages, how many may be under way at a time, how
 *                          many to send a second (0: any), how many pairs take part (0: all),
 *                          octets of each (0: BYTES), 3 to write head, body and end-line each
 *                          by itself, and 1 to send them with Failure-Report: no; the answer
 *                          goes on with the microseconds from the sender to the receiver:
 *                          median, percentiles 99 and 99.9, most
 */

static SSL_SESSION *latest; /* the latest one from a server */

static int on_session(SSL *tls, SSL_SESSION *session)
{
	SSL_SESSION_free(latest);
	latest = session;
	return 1;
}

/* A server that expects HTTP gives a session no later than its answer. */
static void fetch_session(SSL_CTX *context, const char *port)
{
	struct client c;
	char answer[1024];

	client_init(&c, context, port, NULL);
	client_send(&c, SLICE("GET / HTTP/1.0\r\n\r\n"));
	while (!latest && client_read(&c, answer, sizeof(answer)) > 0)
		;
	client_done(&c);
	if (!latest)
		die("no session");
}

static void connect_once(SSL_CTX *context, const char *port, bool login, bool resume)
{
	struct client c;

	client_init(&c, context, port, resume ? latest : NULL);
	if (login)
		client_login(&c, 0);
	client_done(&c);
}

static double seconds_since(const struct timespec *start)
{
	struct timespec end;

	clock_gettime(CLOCK_MONOTONIC, &end);
	return (double)(end.tv_sec - start->tv_sec) + (double)(end.tv_nsec - start->tv_nsec) / 1e9;
}

static void run_connections(SSL_CTX *context, const char *port, bool login, bool resume)
{
	char line[64];

	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(context, on_session);
	if (resume && !login)
		fetch_session(context, port);
	else
		connect_once(context, port, login, false);
	puts("ready");
	while (fgets(line, sizeof(line), stdin)) {
		struct timespec start;

		clock_gettime(CLOCK_MONOTONIC, &start);
		for (unsigned long left = strtoul(line, NULL, 10); left > 0; left--)
			connect_once(context, port, login, resume);
		printf("%.6f\n", seconds_since(&start));
	}
	SSL_SESSION_free(latest);
}

static struct client *clients_new(SSL_CTX *context, const char *port, unsigned n_clients)
{
	struct client *clients = calloc(n_clients, sizeof(*clients));

	if (!clients)
		die("calloc");
	for (unsigned i = 0; i < n_clients; i++) {
		client_init(&clients[i], context, port, NULL);
		client_login(&clients[i], i);
	}
	puts("ready");
	return clients;
}

static void clients_free(struct client *clients, unsigned n_clients)
{
	for (unsigned i = 0; i < n_clients; i++)
		client_done(&clients[i]);
	free(clients);
}

static void run_storm(SSL_CTX *context, const char *port, unsigned n_clients)
{
	struct client *clients = clients_new(context, port, n_clients);
	char line[64];

	signal(SIGPIPE, SIG_IGN); /* the relay has closed already */
	while (fgets(line, sizeof(line), stdin)) {
		struct timespec start;

		clock_gettime(CLOCK_MONOTONIC, &start);
		for (unsigned i = 0; i < n_clients; i++) {
			client_done(&clients[i]);
			client_init(&clients[i], context, port, NULL);
			client_login(&clients[i], i);
		}
		printf("%.6f\n", seconds_since(&start));
	}
	clients_free(clients, n_clients);
}

static void run_churn(SSL_CTX *context, const char *port, unsigned n_clients)
{
	struct client *clients = clients_new(context, port, n_clients);
	char line[64];

	while (fgets(line, sizeof(line), stdin)) {
		struct timespec start;

		clock_gettime(CLOCK_MONOTONIC, &start);
		for (unsigned long left = strtoul(line, NULL, 10); left > 0; left--) {
			unsigned i = (unsigned)random() % n_clients;

			client_done(&clients[i]);
			client_init(&clients[i], context, port, NULL);
			client_login(&clients[i], i);
		}
		printf("%.6f\n", seconds_since(&start));
	}
	clients_free(clients, n_clients);
}

/* The pattern of a run, from a line of numbers. */
static struct traffic_run read_run(const char *line)
{
	struct traffic_run run = { 0 };
	char *rest;

	run.count = strtoull(line, &rest, 10);
	run.flying = strtoull(rest, &rest, 10);
	run.rate = strtoull(rest, &rest, 10);
	run.pairs = strtoull(rest, &rest, 10);
	run.size = strtoull(rest, &rest, 10);
	run.in_parts = strtoul(rest, &rest, 10) > 1;
	run.is_quiet = strtoul(rest, NULL, 10) > 0;
	return run;
}

static void run_traffic(const struct traffic_setup *setup, bool direct)
{
	struct traffic *t = traffic_new(setup);
	char line[128];

	if (direct)
		traffic_send_directly(t);
	puts("ready");
	while (fgets(line, sizeof(line), stdin)) {
		struct traffic_run run = read_run(line);
		struct traffic_result result;

		traffic_run(t, &run, &result);
		printf("%.6f %.1f %.1f %.1f %.1f\n", (double)result.all / 1e9,
		       (double)result.median / 1e3, (double)result.p99 / 1e3,
		       (double)result.p999 / 1e3, (double)result.longest / 1e3);
	}
	traffic_free(t);
}

/* The kinds of traffic by their names, with how many arguments each has. */
static const struct {
	const char *name;
	int argc;
	bool is_plain;
	enum traffic_web web;
	bool direct;
} traffics[] = {
	{ "tls", 5, false, TRAFFIC_NO_WEB, false },
	{ "tcp", 5, true, TRAFFIC_NO_WEB, false },
	{ "web-tls", 5, false, TRAFFIC_WEB_SENDS, false },
	{ "tls-web", 5, false, TRAFFIC_WEB_RECEIVES, false },
	{ "web", 5, false, TRAFFIC_WEB_BOTH, false },
	{ "call", 6, false, TRAFFIC_NO_WEB, false },
	{ "through", 8, false, TRAFFIC_NO_WEB, false },
	{ "direct-tls", 5, false, TRAFFIC_NO_WEB, true },
	{ "direct-tcp", 5, true, TRAFFIC_NO_WEB, true },
};

static bool find_traffic(SSL_CTX *context, int argc, char *argv[])
{
	for (size_t i = 0; i < sizeof(traffics) / sizeof(traffics[0]); i++) {
		struct traffic_setup setup = { .web = traffics[i].web };

		if (argc != traffics[i].argc || strcmp(argv[1], traffics[i].name) != 0)
			continue;
		setup.context = traffics[i].is_plain ? NULL : context;
		setup.port = argv[2];
		setup.n_pairs = (unsigned)strtoul(argv[3], NULL, 10);
		setup.body_len = strtoul(argv[4], NULL, 10);
		setup.shown = argc == 6 ? argv[5] : NULL;
		if (argc == 8) {
			setup.listener = (int)strtol(argv[5], NULL, 10);
			setup.server = client_server_context_new(argv[6], argv[7]);
		}
		run_traffic(&setup, traffics[i].direct);
		SSL_CTX_free(setup.server);
		return true;
	}
	return false;
}

int main(int argc, char *argv[])
{
	SSL_CTX *context = client_context_new();
	const char *what = argc >= 3 ? argv[1] : "";

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 3 && strcmp(what, "accept") == 0) {
		run_connections(context, argv[2], false, false);
	} else if (argc == 3 && strcmp(what, "reaccept") == 0) {
		run_connections(context, argv[2], false, true);
	} else if (argc == 3 && strcmp(what, "auth") == 0) {
		run_connections(context, argv[2], true, false);
	} else if (argc == 3 && strcmp(what, "resume") == 0) {
		run_connections(context, argv[2], true, true);
	} else if (argc == 4 && strcmp(what, "churn") == 0) {
		run_churn(context, argv[2], (unsigned)strtoul(argv[3], NULL, 10));
	} else if (argc == 4 && strcmp(what, "storm") == 0) {
		run_storm(context, argv[2], (unsigned)strtoul(argv[3], NULL, 10));
	} else if (!find_traffic(context, argc, argv)) {
		fprintf(stderr,
			"usage: load accept|reaccept|auth|resume PORT | churn|storm PORT CLIENTS | "
			"tls|tcp|web-tls|tls-web|web|direct-tls|direct-tcp PORT PAIRS BYTES | "
			"call PORT PAIRS BYTES FILE | "
			"through PORT PAIRS BYTES FD CERTIFICATE KEY\n");
		return EXIT_FAILURE;
	}
	SSL_CTX_free(context);
	return EXIT_SUCCESS;
}
