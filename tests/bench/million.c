/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * million N: what a relay of N clients in memory costs, in lines of a name and a figure. Memory in
 * bytes, CPU of a message in microseconds, and in milliseconds of CPU the longest that the relay
 * does one thing without giving others a turn.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bench/machine.h"
#include "relay/relay.h"
#include "relay/trace/trace.h"
#include "relay/view.h"
#include "support/login.h"

enum {
	MESSAGES = 200 * 1000,
	PAGE = 256, /* lines of a list that an operator gets in a turn */
	EXPIRED_MS = 10 * 60 * 1000 + 5,
	IDLE_MS = 60 * 60 * 1000,
};

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The longest of several times. */
struct stretch {
	double begun;
	double longest;
};

static void begin(struct stretch *s)
{
	s->begun = seconds();
}

static void end(struct stretch *s)
{
	double took = seconds() - s->begun;

	if (took > s->longest)
		s->longest = took;
}

static void tell_longest(const char *name, const struct stretch *s)
{
	printf("%s %.4f\n", name, s->longest * 1e3);
}

static size_t allocated(void)
{
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
}

static void tell_memory(const struct machine *m, const char *name, size_t before)
{
	printf("%s %.1f\n", name, (double)(allocated() - before) / (double)m->n);
}

static void open_all(struct machine *m)
{
	struct stretch s = { 0 };

	for (size_t i = 0; i < m->n; i++) {
		begin(&s);
		machine_open(m, i);
		end(&s);
	}
	tell_longest("connect", &s);
}

static void login_all(struct machine *m)
{
	struct stretch s = { 0 };
	char text[LOGIN_TEXT];

	for (size_t i = 0; i < m->n; i++) {
		size_t len = machine_challenge(m, i, text);

		begin(&s);
		machine_login(m, i, text, len);
		end(&s);
	}
	tell_longest("login", &s);
}

static void link_all(struct machine *m)
{
	for (size_t i = 0; i + 1 < m->n; i += 2) {
		machine_send(m, i, i + 1);
		machine_send(m, i + 1, i);
	}
}

/* Any of them to the other of its pair, so that nothing is in a cache but by chance. */
static void send_some(struct machine *m)
{
	double started = seconds();

	for (unsigned i = 0; i < MESSAGES; i++) {
		size_t from = machine_random(m) % (m->n / 2 * 2);

		m->now_ms += i % 128 == 0;
		machine_send(m, from, from ^ 1);
		if (i % 64 == 0)
			relay_tick(m->relay, m->now_ms);
	}
	printf("message %.3f\n", (seconds() - started) / MESSAGES * 1e6);
}

static void operate(struct machine *m)
{
	struct stretch lookup = { 0 }, trace = { 0 };
	struct relay_session *session;

	begin(&lookup);
	relay_session_lookup(m->relay, SLICE("A12345"), &session);
	end(&lookup);
	tell_longest("lookup", &lookup);
	begin(&trace);
	relay_trace_start(m->relay, RELAY_TRACE_USER, SLICE("user77"), 10);
	end(&trace);
	begin(&trace);
	relay_trace_stop(m->relay);
	end(&trace);
	tell_longest("trace", &trace);
}

static void walk(struct machine *m)
{
	struct relay_session_view session;
	struct relay_peer_view peer;
	struct stretch s = { 0 };
	struct relay_walk at;
	bool more = true;

	relay_walk_start(&at, m->relay);
	while (more) {
		begin(&s);
		for (unsigned i = 0; i < PAGE && more; i++)
			more = relay_walk_session(&at, m->now_ms, &session);
		end(&s);
	}
	for (more = true; more;) {
		begin(&s);
		for (unsigned i = 0; i < PAGE && more; i++)
			more = relay_walk_peer(&at, &peer);
		end(&s);
	}
	relay_walk_stop(&at);
	tell_longest("walk", &s);
}

static void tick_until_done(struct machine *m, const char *name)
{
	struct stretch s = { 0 };
	uint64_t next;

	do {
		begin(&s);
		next = relay_tick(m->relay, m->now_ms);
		end(&s);
	} while (next <= m->now_ms);
	tell_longest(name, &s);
}

static void close_all(struct machine *m, const char *name)
{
	struct stretch s = { 0 };

	for (size_t i = 0; i < m->n; i++) {
		begin(&s);
		machine_close(m, i);
		end(&s);
	}
	tell_longest(name, &s);
}

static void come(struct machine *m)
{
	size_t before = allocated();

	open_all(m);
	tell_memory(m, "peer", before);
	before = allocated();
	login_all(m);
	tell_memory(m, "session", before);
	before = allocated();
	link_all(m);
	tell_memory(m, "link", before);
}

static void go(struct machine *m)
{
	m->now_ms += EXPIRED_MS;
	tick_until_done(m, "expiry");
	m->now_ms += IDLE_MS;
	tick_until_done(m, "idleness");
	close_all(m, "disconnect");
}

static void stop(struct machine *m)
{
	struct stretch s = { 0 };

	begin(&s);
	relay_end(m->relay, m->now_ms, "it stops");
	end(&s);
	tell_longest("stop", &s);
}

int main(int argc, char *argv[])
{
	struct machine m;

	if (argc != 2 || strtoul(argv[1], NULL, 10) < 2) {
		fprintf(stderr, "usage: million N\n");
		return EXIT_FAILURE;
	}
	mallopt(M_MXFAST, 0); /* as msrpd does */
	machine_init(&m, strtoul(argv[1], NULL, 10));
	come(&m);
	send_some(&m); /* what comes later is in its place by then */
	send_some(&m);
	operate(&m);
	walk(&m);
	go(&m);
	open_all(&m);
	login_all(&m);
	stop(&m);
	return EXIT_SUCCESS;
}
