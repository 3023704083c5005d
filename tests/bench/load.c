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
 *                                  on TLS, between the parties of calls, each of which was shown
 *                                  the URI of its line in FILE
 *
 * It prints "ready". Then each line on stdin is a run, and answered with a line that begins with
 * the seconds it took:
 *
 *   accept, auth, resume   the number of handshakes
 *   churn                  the number of clients, chosen at random, that go and are replaced
 *   storm                  anything: all of them go and are replaced
 *   tls, tcp, web..., call the number of messages, how many may be under way at a time, how
 *                          many to send a second (0: any) and how many pairs take part (0:
 *                          all); the answer continues with the microseconds from the sender
 *                          to the receiver: median, 99th percentile, maximum
 */

static SSL_SESSION *latest; /* the latest one from a server */

static int on_session(SSL *tls, SSL_SESSION *session)
{
	SSL_SESSION_free(latest);
	latest = session;
	return 1;
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

static void run_traffic(SSL_CTX *context, enum traffic_web web, char *argv[], bool direct)
{
	struct traffic *t = traffic_new(context, argv[2], web, (unsigned)strtoul(argv[3], NULL, 10),
					strtoul(argv[4], NULL, 10), argv[5]);
	char line[64];

	if (direct)
		traffic_send_directly(t);
	puts("ready");
	while (fgets(line, sizeof(line), stdin)) {
		struct traffic_run run = { 0 };
		struct traffic_result result;
		char *rest;

		run.count = strtoull(line, &rest, 10);
		run.flying = strtoull(rest, &rest, 10);
		run.rate = strtoull(rest, &rest, 10);
		run.pairs = strtoull(rest, NULL, 10);
		traffic_run(t, &run, &result);
		printf("%.6f %.1f %.1f %.1f\n", (double)result.all / 1e9,
		       (double)result.median / 1e3, (double)result.p99 / 1e3,
		       (double)result.longest / 1e3);
	}
	traffic_free(t);
}

int main(int argc, char *argv[])
{
	SSL_CTX *context = client_context_new();
	const char *what = argc >= 3 ? argv[1] : "";

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 3 && strcmp(what, "accept") == 0) {
		run_connections(context, argv[2], false, false);
	} else if (argc == 3 && strcmp(what, "auth") == 0) {
		run_connections(context, argv[2], true, false);
	} else if (argc == 3 && strcmp(what, "resume") == 0) {
		run_connections(context, argv[2], true, true);
	} else if (argc == 4 && strcmp(what, "churn") == 0) {
		run_churn(context, argv[2], (unsigned)strtoul(argv[3], NULL, 10));
	} else if (argc == 4 && strcmp(what, "storm") == 0) {
		run_storm(context, argv[2], (unsigned)strtoul(argv[3], NULL, 10));
	} else if (argc == 5 && strcmp(what, "tls") == 0) {
		run_traffic(context, TRAFFIC_NO_WEB, argv, false);
	} else if (argc == 5 && strcmp(what, "tcp") == 0) {
		run_traffic(NULL, TRAFFIC_NO_WEB, argv, false);
	} else if (argc == 5 && strcmp(what, "web-tls") == 0) {
		run_traffic(context, TRAFFIC_WEB_SENDS, argv, false);
	} else if (argc == 5 && strcmp(what, "tls-web") == 0) {
		run_traffic(context, TRAFFIC_WEB_RECEIVES, argv, false);
	} else if (argc == 5 && strcmp(what, "web") == 0) {
		run_traffic(context, TRAFFIC_WEB_BOTH, argv, false);
	} else if (argc == 5 && strcmp(what, "direct-tls") == 0) {
		run_traffic(context, TRAFFIC_NO_WEB, argv, true);
	} else if (argc == 5 && strcmp(what, "direct-tcp") == 0) {
		run_traffic(NULL, TRAFFIC_NO_WEB, argv, true);
	} else if (argc == 6 && strcmp(what, "call") == 0) {
		run_traffic(context, TRAFFIC_NO_WEB, argv, false);
	} else {
		fprintf(stderr,
			"usage: load accept|auth|resume PORT | churn|storm PORT CLIENTS | "
			"tls|tcp|web-tls|tls-web|web|direct-tls|direct-tcp PORT PAIRS BYTES | "
			"call PORT PAIRS BYTES FILE\n");
		return EXIT_FAILURE;
	}
	SSL_CTX_free(context);
	return EXIT_SUCCESS;
}
