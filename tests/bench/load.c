/* SPDX-License-Identifier: GPL-3.0-or-later */
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
 *   load tls PORT PAIRS BYTES      messages of so many bytes between pairs of clients on TLS
 *   load tcp PORT PAIRS BYTES      on TCP
 *
 * It says "ready". Then each line on stdin is a run, and answered with a line:
 * the number of handshakes with the seconds they took; or the number of
 * messages, how many may be under way at a time, how many to send a second (0:
 * any) and how many pairs take part (0: all), with the seconds they took and the microseconds from
 * the sender to the receiver: median, 99th percentile, most.
 */

static SSL_SESSION *latest; /* what a server gave last */

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

static void run_connections(SSL_CTX *context, const char *port, bool login, bool resume)
{
	char line[64];

	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(context, on_session);
	connect_once(context, port, login, false);
	puts("ready");
	while (fgets(line, sizeof(line), stdin)) {
		struct timespec start, end;

		clock_gettime(CLOCK_MONOTONIC, &start);
		for (unsigned long left = strtoul(line, NULL, 10); left > 0; left--)
			connect_once(context, port, login, resume);
		clock_gettime(CLOCK_MONOTONIC, &end);
		printf("%.6f\n", (double)(end.tv_sec - start.tv_sec) +
				     (double)(end.tv_nsec - start.tv_nsec) / 1e9);
	}
	SSL_SESSION_free(latest);
}

static void run_traffic(SSL_CTX *context, const char *port, const char *pairs, const char *bytes)
{
	struct traffic *t = traffic_new(context, port, (unsigned)strtoul(pairs, NULL, 10),
					strtoul(bytes, NULL, 10));
	char line[64];

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
	} else if (argc == 5 && strcmp(what, "tls") == 0) {
		run_traffic(context, argv[2], argv[3], argv[4]);
	} else if (argc == 5 && strcmp(what, "tcp") == 0) {
		run_traffic(NULL, argv[2], argv[3], argv[4]);
	} else {
		fprintf(stderr, "usage: load accept|auth|resume PORT | tls|tcp PORT PAIRS BYTES\n");
		return EXIT_FAILURE;
	}
	SSL_CTX_free(context);
	return EXIT_SUCCESS;
}
