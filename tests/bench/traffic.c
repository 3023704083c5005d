/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/traffic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "bench/client.h"
#include "msrp/parser.h"
#include "msrp/writer.h"

enum {
	READ_SIZE = 64 * 1024,
	EVENTS = 256,
	SECOND_NS = 1000000000,
	STAMP_SIZE = 17, /* 64 bits in hexadecimal digits, terminated */
};

/* A client, and what it is receiving. */
struct end {
	struct client client;
	struct msrp_parser parser;
	struct traffic *traffic;
	struct buf answer; /* to the request that is arriving; empty: it wants none */
	uint64_t sent_ns;  /* when its sender sent it; 0: a response is arriving */
};

struct traffic {
	struct end *end; /* for each pair the sender, then the receiver */
	unsigned n_pairs;
	bool in_calls; /* parties of calls; otherwise clients of a relay */
	bool direct;   /* senders do not name their own session */
	int epoll;
	int timer;
	char *body;
	size_t body_len;
	struct buf message; /* or a part of it */

	/* For the run. */
	uint64_t taking_part; /* pairs */
	uint64_t next;	      /* the pair whose turn it is */
	uint64_t sent;
	uint64_t due; /* how many the timer has wanted so far */
	uint64_t answered;
	uint64_t arrived;
	uint64_t *latency_ns; /* of each arrived message */
	uint64_t size;	      /* how many there will be */
};

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * SECOND_NS + (uint64_t)now.tv_nsec;
}

/* --- receiving --- */

static void refuse(const char *what, const struct msrp_message *m)
{
	fprintf(stderr, "%s: %" SLICE_FMT " %u %" SLICE_FMT "\n", what, SLICE_ARG(m->method_name),
		m->status, SLICE_ARG(m->comment));
	exit(EXIT_FAILURE);
}

static int on_head(void *arg, const struct msrp_message *m)
{
	struct end *end = arg;
	char stamp[STAMP_SIZE] = "";

	if (!m->is_request) {
		if (m->status != 200)
			refuse("an unexpected response", m);
		end->traffic->answered++;
		end->sent_ns = 0;
		return 0;
	}
	if (m->method != MSRP_SEND || m->message_id.len != STAMP_SIZE - 1)
		refuse("an unexpected request", m);
	memcpy(stamp, m->message_id.p, STAMP_SIZE - 1);
	end->sent_ns = strtoull(stamp, NULL, 16);
	if (m->failure_report != MSRP_FAILURE_YES)
		return 0;
	msrp_write_response(&end->answer, m->id, 200, SLICE("OK"));
	msrp_write_header(&end->answer, MSRP_H_TO_PATH, msrp_path_first(&m->from)->text);
	msrp_write_header(&end->answer, MSRP_H_FROM_PATH, slice_from(end->client.uri));
	msrp_write_end(&end->answer, m->id, '$', false);
	return 0;
}

static int on_body(void *arg, const uint8_t *bytes, size_t len)
{
	return 0;
}

static int on_end(void *arg, char flag)
{
	struct end *end = arg;
	struct traffic *t = end->traffic;

	if (end->answer.len > 0)
		client_send(&end->client, buf_slice(&end->answer));
	buf_clear(&end->answer);
	/*
	 * A long one may come in several chunks. The request by which a party has joined does not
	 * count.
	 */
	if (flag == '$' && end->sent_ns > 0 && t->arrived < t->size)
		t->latency_ns[t->arrived++] = now_ns() - end->sent_ns;
	return 0;
}

static const struct msrp_parser_user parser_user = { .head = on_head,
						     .body = on_body,
						     .end = on_end };

static void on_event(struct end *end)
{
	static uint8_t block[READ_SIZE];
	size_t n;

	client_flush(&end->client);
	/* Events are edge-triggered, so everything has to be read. */
	while ((n = client_read(&end->client, block, sizeof(block))) > 0) {
		if (msrp_parser_feed(&end->parser, block, n) != 0)
			die("not MSRP");
	}
}

/* --- sending --- */

/* The Message-ID tells when it was sent: that is all the receiver needs to know. */
static void write_head(struct traffic *t, const struct traffic_run *run, struct slice id,
		       size_t size)
{
	struct end *from = &t->end[2 * t->next], *to = from + 1;
	struct msrp_range range = { .start = 1, .end = size, .total = size };
	const char *first = t->direct ? to->client.use_path : from->client.use_path;
	char stamp[STAMP_SIZE], rest[2 * CLIENT_URI_SIZE] = "";

	snprintf(stamp, sizeof(stamp), "%016llx", (unsigned long long)now_ns());
	if (t->direct)
		snprintf(rest, sizeof(rest), "%s", to->client.uri);
	else if (!t->in_calls)
		snprintf(rest, sizeof(rest), "%s %s", to->client.use_path, to->client.uri);
	buf_clear(&t->message);
	msrp_write_request(&t->message, id, SLICE("SEND"));
	msrp_write_path(&t->message, MSRP_H_TO_PATH, slice_from(first), slice_from(rest));
	msrp_write_header(&t->message, MSRP_H_FROM_PATH, slice_from(from->client.uri));
	msrp_write_header(&t->message, MSRP_H_MESSAGE_ID, slice_from(stamp));
	msrp_write_header(&t->message, MSRP_H_FAILURE_REPORT,
			  run->is_quiet ? SLICE("no") : SLICE("yes"));
	msrp_write_range(&t->message, &range);
	msrp_write_header(&t->message, MSRP_H_CONTENT_TYPE, SLICE("text/plain"));
	msrp_write_body_start(&t->message);
}

static void send_one(struct traffic *t, const struct traffic_run *run)
{
	struct client *from = &t->end[2 * t->next].client;
	size_t size = run->size > 0 && run->size < t->body_len ? run->size : t->body_len;
	char text[STAMP_SIZE];
	struct slice id = slice_make(text, STAMP_SIZE - 1);

	snprintf(text, sizeof(text), "%016llx", (unsigned long long)t->sent);
	write_head(t, run, id, size);
	if (run->in_parts) {
		client_send(from, buf_slice(&t->message));
		client_send(from, slice_make(t->body, size));
		buf_clear(&t->message);
	} else {
		buf_add(&t->message, t->body, size);
	}
	msrp_write_end(&t->message, id, '$', true);
	client_send(from, buf_slice(&t->message));
	t->sent++;
	t->next = (t->next + 1) % t->taking_part;
}

/* How many have come to their end. */
static uint64_t n_done(const struct traffic *t, const struct traffic_run *run)
{
	return run->is_quiet || t->answered > t->arrived ? t->arrived : t->answered;
}

static void send_more(struct traffic *t, const struct traffic_run *run)
{
	for (;;) {
		uint64_t up_to = run->rate ? t->due : n_done(t, run) + run->flying;

		if (t->sent >= run->count || t->sent >= up_to)
			return;
		send_one(t, run);
	}
}

static void set_timer(struct traffic *t, uint64_t rate)
{
	struct itimerspec spec = { 0 };

	if (rate > 0) {
		spec.it_interval.tv_nsec = (long)(SECOND_NS / rate);
		spec.it_value = spec.it_interval;
	}
	if (timerfd_settime(t->timer, 0, &spec, NULL) < 0)
		die("timerfd_settime");
}

static void on_timer(struct traffic *t)
{
	uint64_t expired;

	if (read(t->timer, &expired, sizeof(expired)) == sizeof(expired))
		t->due += expired;
}

/* --- a run --- */

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void start(struct traffic *t, const struct traffic_run *run)
{
	t->taking_part = run->pairs && run->pairs < t->n_pairs ? run->pairs : t->n_pairs;
	t->next = t->sent = t->due = t->answered = t->arrived = 0;
	t->size = run->count;
	free(t->latency_ns);
	t->latency_ns = calloc(run->count, sizeof(*t->latency_ns));
	if (!t->latency_ns)
		die("no memory");
	set_timer(t, run->rate);
}

void traffic_send_directly(struct traffic *t)
{
	t->direct = true;
}

void traffic_run(struct traffic *t, const struct traffic_run *run,
		 struct traffic_result *ret_result)
{
	struct epoll_event event[EVENTS];
	uint64_t started = now_ns();

	start(t, run);
	while (n_done(t, run) < run->count) {
		int n;

		send_more(t, run);
		n = epoll_wait(t->epoll, event, EVENTS, -1);
		for (int i = 0; i < n; i++) {
			if (event[i].data.ptr)
				on_event(event[i].data.ptr);
			else
				on_timer(t);
		}
	}
	set_timer(t, 0);
	ret_result->all = now_ns() - started;
	qsort(t->latency_ns, run->count, sizeof(*t->latency_ns), compare);
	ret_result->median = t->latency_ns[run->count / 2];
	ret_result->p99 = t->latency_ns[run->count * 99 / 100];
	ret_result->p999 = t->latency_ns[run->count * 999 / 1000];
	ret_result->longest = t->latency_ns[run->count - 1];
}

/* --- all of it --- */

static void watch(struct traffic *t, int fd, void *arg)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = arg };

	if (epoll_ctl(t->epoll, EPOLL_CTL_ADD, fd, &event) < 0)
		die("epoll_ctl");
}

static bool is_web(enum traffic_web web, bool sends)
{
	return web == TRAFFIC_WEB_BOTH || web == (sends ? TRAFFIC_WEB_SENDS : TRAFFIC_WEB_RECEIVES);
}

/* Reads a line of FILE for END. */
static void read_shown(FILE *file, struct end *end)
{
	if (!fgets(end->client.use_path, CLIENT_URI_SIZE, file))
		die("too few URIs");
	end->client.use_path[strcspn(end->client.use_path, "\n")] = '\0';
}

/* Both ends of a pair, one of which a proxy connects. */
static void open_through(struct end *from, struct end *to, const struct traffic_setup *setup)
{
	client_init(&from->client, setup->context, setup->port, NULL);
	client_accept(&to->client, setup->server, setup->listener);
}

static void open_client(struct end *end, const struct traffic_setup *setup, unsigned i, FILE *shown)
{
	client_init(&end->client, setup->context, setup->port, NULL);
	if (is_web(setup->web, i % 2 == 0))
		client_open_web(&end->client);
	if (shown) {
		read_shown(shown, end);
		client_join(&end->client, i);
	} else {
		client_login(&end->client, i);
	}
}

static void start_end(struct traffic *t, struct end *end)
{
	end->traffic = t;
	client_stop_waiting(&end->client);
	msrp_parser_init(&end->parser, &parser_user, end);
	watch(t, end->client.fd, end);
}

static void open_pair(struct traffic *t, const struct traffic_setup *setup, unsigned i, FILE *shown)
{
	struct end *from = &t->end[i], *to = from + 1;

	if (setup->server) {
		open_through(from, to, setup);
		client_pretend(&from->client, i);
		client_pretend(&to->client, i + 1);
	} else {
		open_client(from, setup, i, shown);
		open_client(to, setup, i + 1, shown);
	}
	start_end(t, from);
	start_end(t, to);
}

struct traffic *traffic_new(const struct traffic_setup *setup)
{
	struct traffic *t = calloc(1, sizeof(*t));
	FILE *shown = setup->shown ? fopen(setup->shown, "re") : NULL;

	if (!t || !(t->end = calloc(setup->n_pairs, 2 * sizeof(*t->end))) ||
	    !(t->body = malloc(setup->body_len)))
		die("no memory");
	memset(t->body, 'x', setup->body_len);
	t->body_len = setup->body_len;
	t->n_pairs = setup->n_pairs;
	t->in_calls = setup->shown != NULL;
	if (setup->shown && !shown)
		die(setup->shown);
	t->epoll = epoll_create1(0);
	t->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
	watch(t, t->timer, NULL);
	for (unsigned i = 0; i < 2 * setup->n_pairs; i += 2)
		open_pair(t, setup, i, shown);
	if (shown)
		fclose(shown);
	return t;
}

struct traffic *traffic_free(struct traffic *t)
{
	for (unsigned i = 0; i < 2 * t->n_pairs; i++) {
		client_done(&t->end[i].client);
		msrp_parser_done(&t->end[i].parser);
		buf_done(&t->end[i].answer);
	}
	close(t->timer);
	close(t->epoll);
	buf_done(&t->message);
	free(t->latency_ns);
	free(t->body);
	free(t->end);
	free(t);
	return NULL;
}
