/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Clients of this relay and others send each other messages, stop reading, answer or do not, and go
 * away, all at random. In every case every octet arrives in order, and every message that was
 * answered 200 arrives or is reported.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "msrp/parser.h"
#include "msrp/report.h"
#include "support/expect.h"
#include "support/login.h"
#include "support/run.h"

enum {
	N_CLIENTS = 6, /* the first N_OWNERS of them have sessions */
	N_OWNERS = 4,
	N_HOPS = 2, /* that the relay has to dial */
	N_MESSAGES = 80,
	N_STEPS = 600,
	LENGTH_MAX = 120 * 1000,
};

/* A sender and receiver: a client with its present connection, or a dialled one. */
struct actor {
	struct play *play;
	struct world_end *end;
	unsigned number;
	char name[32];
	char uri[2 * LOGIN_URI]; /* its own */
	char session[LOGIN_URI]; /* ours for it, or empty */
	struct buf unsent;	 /* unsent output */
	struct msrp_parser parser;
	struct buf answers; /* responses that it owes */

	/* The incoming message. */
	struct message *in;
	bool is_send;
	uint64_t at; /* position of the next octet */
	char id[MSRP_IDENT_MAX + 1];
	char from[LOGIN_URI];
};

struct message {
	struct actor *source;
	struct world_end *source_end; /* the connection that it was sent on */
	struct world_end *dest_end;   /* on which it first arrived; NULL: on none yet */
	uint64_t length;
	bool accepted; /* answered 200 */
	bool refused;  /* answered with an error, or errors and silence met at its destination */
	uint64_t received; /* octets that arrived, from the first on */
	uint64_t reported; /* position from which on it was reported as lost; or UINT64_MAX */
};

struct play {
	struct world world;
	unsigned seed;
	struct actor client[N_CLIENTS];
	struct actor *dialled[256]; /* each connection of the relay's own is somebody new */
	size_t n_dialled;
	struct message message[N_MESSAGES];
	size_t n_messages;
};

static unsigned pick(struct play *p, unsigned n)
{
	return (unsigned)rand_r(&p->seed) % n;
}

static uint8_t octet(const struct play *p, const struct message *m, uint64_t at)
{
	return (uint8_t)(at * 7 + (at >> 8) + (uint64_t)(m - p->message) * 13);
}

static struct message *find_message(struct play *p, struct slice text, const char *prefix)
{
	uint64_t number;

	ck_assert(slice_starts_with(text, slice_from(prefix)));
	ck_assert(slice_to_u64(slice_skip(text, strlen(prefix)), &number));
	ck_assert(number - 1000 < p->n_messages);
	return &p->message[number - 1000];
}

static void hear_response(struct actor *a, const struct msrp_message *m)
{
	struct message *about = find_message(a->play, m->id, "tx");

	ck_assert_ptr_eq(about->source, a);
	ck_assert(!about->accepted);
	about->accepted = m->status == MSRP_OK;
	about->refused |= m->status != MSRP_OK;
}

static void hear_report(struct actor *a, const struct msrp_message *m)
{
	struct message *about = find_message(a->play, m->message_id, "m");

	ck_assert_ptr_eq(about->source, a);
	ck_assert(m->has_range);
	ck_assert(about->length == 0 || m->range.end <= about->length);
	/* Pieces may be reported one by one; the one that reaches the end counts. */
	if (m->range.end == about->length && m->range.start < about->reported)
		about->reported = m->range.start;
}

static int on_head(void *arg, const struct msrp_message *m)
{
	struct actor *a = arg;

	a->is_send = m->is_request && m->method == MSRP_SEND;
	if (!m->is_request)
		hear_response(a, m);
	else if (m->method == MSRP_REPORT)
		hear_report(a, m);
	if (!a->is_send)
		return 0;
	ck_assert_ptr_null(m->problem);
	a->in = find_message(a->play, m->message_id, "m");
	/* It comes once, in one piece, over one connection. */
	ck_assert(!a->in->dest_end || a->in->dest_end == a->end);
	a->in->dest_end = a->end;
	ck_assert_uint_eq(m->range.start, a->in->received + 1);
	a->at = m->range.start;
	snprintf(a->id, sizeof(a->id), "%" SLICE_FMT, SLICE_ARG(m->id));
	snprintf(a->from, sizeof(a->from), "%" SLICE_FMT, SLICE_ARG(m->from.uri[0].text));
	return 0;
}

static int on_body(void *arg, const uint8_t *bytes, size_t len)
{
	struct actor *a = arg;

	size_t i = 0;

	if (!a->is_send)
		return 0;
	while (i < len && bytes[i] == octet(a->play, a->in, a->at + i))
		i++;
	ck_assert_uint_eq(i, len);
	a->at += len;
	a->in->received += len;
	return 0;
}

static int on_end(void *arg, char flag)
{
	struct actor *a = arg;
	const char *status = "200 OK";
	unsigned dice = pick(a->play, 40);
	char text[1024];

	if (!a->is_send)
		return 0;
	if (flag == '$')
		ck_assert_uint_eq(a->in->received, a->in->length);
	a->in->refused |= dice < 2 || flag == '#';
	if (dice == 0)
		return 0; /* never answered */
	if (dice == 1)
		status = "413 enough";
	snprintf(text, sizeof(text), "MSRP %s %s\r\nTo-Path: %s\r\nFrom-Path: %s\r\n-------%s$\r\n",
		 a->id, status, a->from, a->uri, a->id);
	buf_add_slice(&a->answers, slice_from(text));
	return 0;
}

static const struct msrp_parser_user receiver = { .head = on_head, .body = on_body, .end = on_end };

static void forget_connection(struct actor *a)
{
	buf_clear(&a->unsent);
	buf_clear(&a->answers);
	msrp_parser_done(&a->parser);
	msrp_parser_init(&a->parser, &receiver, a);
	a->is_send = false;
}

static void connect_client(struct play *p, struct actor *a)
{
	forget_connection(a);
	a->end =
	    world_accept(&p->world, a->name, (unsigned)(a->number % p->world.n_relays), true, NULL);
	a->session[0] = '\0';
	if (a->number < N_OWNERS)
		ck_assert(login_session(a->end, a->name, a->session));
}

/* Takes the input; forgets ends of connections with nothing left to take. */
static void receive(struct actor *a)
{
	struct buf out = a->end->out;

	a->end->out = (struct buf){ 0 };
	ck_assert_int_eq(msrp_parser_feed(&a->parser, buf_data(&out), out.len), 0);
	buf_done(&out);
}

static struct actor *any_actor(struct play *p)
{
	unsigned n = pick(p, N_CLIENTS + (unsigned)p->n_dialled);

	return n < N_CLIENTS ? &p->client[n] : p->dialled[n - N_CLIENTS];
}

static void write_path(struct play *p, const struct actor *source, char *path, size_t size)
{
	unsigned n = pick(p, N_OWNERS + N_HOPS);
	const struct actor *owner = &p->client[n % N_OWNERS];

	if (source->number >= N_OWNERS)
		snprintf(path, size, "%s %s", owner->session, owner->uri);
	else if (n < N_OWNERS)
		snprintf(path, size, "%s %s %s", source->session, owner->session, owner->uri);
	else
		snprintf(path, size, "%s msrps://hop%u.example.net:9000/hop;tcp", source->session,
			 n);
}

static void start_message(struct play *p)
{
	struct actor *source = &p->client[pick(p, N_CLIENTS)];
	struct message *m = &p->message[p->n_messages];
	size_t number = 1000 + p->n_messages;
	char path[4 * LOGIN_URI], head[2048];
	uint8_t *body;

	if (p->n_messages == N_MESSAGES || source->unsent.len > 0)
		return;
	p->n_messages++;
	*m =
	    (struct message){ .source = source, .source_end = source->end, .reported = UINT64_MAX };
	m->length = pick(p, 3) == 0 ? pick(p, LENGTH_MAX) : pick(p, 3000);
	write_path(p, source, path, sizeof(path));
	snprintf(head, sizeof(head),
		 "MSRP tx%zu SEND\r\nTo-Path: %s\r\nFrom-Path: %s\r\nMessage-ID: m%zu\r\n"
		 "Byte-Range: 1-%" PRIu64 "/%" PRIu64 "\r\nContent-Type: x/y\r\n\r\n",
		 number, path, source->uri, number, m->length, m->length);
	buf_add_slice(&source->unsent, slice_from(head));
	body = buf_reserve(&source->unsent, m->length);
	for (uint64_t i = 0; i < m->length; i++)
		body[i] = octet(p, m, i + 1);
	buf_commit(&source->unsent, m->length);
	snprintf(head, sizeof(head), "\r\n-------tx%zu$\r\n", number);
	buf_add_slice(&source->unsent, slice_from(head));
}

static void send_some(struct play *p, struct actor *a)
{
	size_t len = pick(p, 2) ? pick(p, 100) : pick(p, 50 * 1000);

	if (len > a->unsent.len)
		len = a->unsent.len;
	if (len > 0 && a->end->peer)
		world_send(a->end, buf_data(&a->unsent), len);
	buf_consume(&a->unsent, len);
}

/* Between two messages of its own, so that no chunk is torn. */
static void send_answers(struct actor *a)
{
	if (a->answers.len == 0 || a->unsent.len > 0)
		return;
	if (a->end->peer)
		world_send(a->end, buf_data(&a->answers), a->answers.len);
	buf_clear(&a->answers);
}

static void set_stalled(struct actor *a, bool stalled)
{
	a->end->stalled = stalled;
	a->end->kicked |= !stalled;
	world_pump(&a->play->world);
}

/* The relay has asked for a connection: accepts or refuses it. */
static void accept_dial(struct play *p, bool refuse)
{
	struct world_end *end = world_find_dialled(&p->world, NULL);
	struct actor *a;

	if (!end)
		return;
	snprintf(end->name, sizeof(end->name), "hop");
	if (refuse) {
		world_break(end, "connection refused");
		return;
	}
	ck_assert_uint_lt(p->n_dialled, SUPPORT_COUNT(p->dialled));
	a = calloc(1, sizeof(*a));
	a->play = p;
	a->end = end;
	a->number = N_CLIENTS;
	snprintf(a->uri, sizeof(a->uri), "msrps://%s:9000/hop;tcp", end->host);
	msrp_parser_init(&a->parser, &receiver, a);
	p->dialled[p->n_dialled++] = a;
	if (end->peer)
		world_open(end, true, false);
}

static void close_and_come_back(struct play *p, struct actor *a)
{
	receive(a);
	world_break(a->end, "connection reset by peer");
	receive(a);
	if (a->number < N_CLIENTS)
		connect_client(p, a);
	else
		forget_connection(a);
}

static void receive_all(struct play *p)
{
	for (size_t i = 0; i < N_CLIENTS; i++)
		receive(&p->client[i]);
	for (size_t i = 0; i < p->n_dialled; i++)
		receive(p->dialled[i]);
}

/* An end that was silent in the middle of a chunk for too long was closed. */
static void come_back(struct play *p)
{
	for (size_t i = 0; i < N_CLIENTS; i++) {
		if (!p->client[i].end->peer)
			connect_client(p, &p->client[i]);
	}
}

static void step(struct play *p)
{
	unsigned dice = pick(p, 100);

	if (dice < 20)
		start_message(p);
	else if (dice < 60)
		send_some(p, any_actor(p));
	else if (dice < 70)
		send_answers(any_actor(p));
	else if (dice < 78)
		set_stalled(any_actor(p), pick(p, 3) == 0);
	else if (dice < 88)
		accept_dial(p, pick(p, 4) == 0);
	else if (dice < 90)
		close_and_come_back(p, any_actor(p));
	else if (dice < 98)
		world_wait(&p->world, pick(p, 1000));
	else
		world_wait(&p->world, pick(p, 20 * 1000));
	receive_all(p);
	come_back(p);
}

/* Everybody finishes what is left to do. */
static void settle_actor(struct play *p, struct actor *a)
{
	if (a->end->stalled)
		set_stalled(a, false);
	while (a->unsent.len > 0)
		send_some(p, a);
	receive_all(p);
	send_answers(a);
}

static void settle(struct play *p)
{
	for (unsigned round = 0; round < 100; round++) {
		for (size_t i = 0; i < N_CLIENTS; i++)
			settle_actor(p, &p->client[i]);
		for (size_t i = 0; i < p->n_dialled; i++)
			settle_actor(p, p->dialled[i]);
		accept_dial(p, false);
	}
	world_wait(&p->world, 31 * 1000);
	receive_all(p);
}

static bool is_alive(const struct world_end *end)
{
	return end && end->peer;
}

static void check_message(const struct play *p, const struct message *m)
{
	bool whole = m->dest_end && m->received == m->length;

	ck_assert_uint_le(m->received, m->length);
	if (!m->accepted || whole)
		return;
	if (is_alive(m->source_end))
		ck_assert_msg(m->reported <= m->received + 1,
			      "message %zu: %" PRIu64 " of %" PRIu64
			      " octets came, and nothing was reported",
			      m - p->message, m->received, m->length);
	else if (is_alive(m->dest_end))
		ck_assert_msg(m->refused, "message %zu was lost with its sender", m - p->message);
}

/* A play without events would prove little. */
static void check_that_much_happened(const struct play *p)
{
	size_t n_whole = 0, n_reported = 0;

	for (size_t i = 0; i < p->n_messages; i++) {
		n_whole += p->message[i].received == p->message[i].length;
		n_reported += p->message[i].reported != UINT64_MAX;
	}
	ck_assert_uint_gt(n_whole, 5);
	ck_assert_uint_gt(n_reported, 0);
}

static void check_all(struct play *p)
{
	struct relay_totals totals;

	world_count(&p->world, &totals);
	ck_assert_uint_eq(totals.transactions, 0);
	for (size_t i = 0; i < p->n_messages; i++) {
		check_message(p, &p->message[i]);
		/* A sender that is still there, and sent all of it, got an answer. */
		if (is_alive(p->message[i].source_end))
			ck_assert(p->message[i].accepted || p->message[i].refused);
	}
	check_that_much_happened(p);
}

static void play_init(struct play *p, unsigned seed)
{
	struct relay_config config = world_config();

	*p = (struct play){ .seed = seed };
	world_init(&p->world);
	/* Every other play has two workers, and clients know sessions of both. */
	config.n_workers = 1 + seed % 2;
	ck_assert_int_eq(world_start(&p->world, &config), 0);
	for (unsigned i = 0; i < N_CLIENTS; i++) {
		struct actor *a = &p->client[i];

		a->play = p;
		a->number = i;
		snprintf(a->name, sizeof(a->name), "client%u", i);
		snprintf(a->uri, sizeof(a->uri), "msrps://%s.example.org:7965/%s;tcp", a->name,
			 a->name);
		connect_client(p, a);
	}
}

static void actor_done(struct actor *a)
{
	buf_done(&a->unsent);
	buf_done(&a->answers);
	msrp_parser_done(&a->parser);
}

static void play_done(struct play *p)
{
	struct relay_totals totals;

	world_done(&p->world, &totals);
	ck_assert_uint_eq(totals.peers, 0);
	ck_assert_uint_eq(totals.sessions, 0);
	ck_assert_uint_eq(totals.transactions, 0);
	for (size_t i = 0; i < N_CLIENTS; i++)
		actor_done(&p->client[i]);
	for (size_t i = 0; i < p->n_dialled; i++) {
		actor_done(p->dialled[i]);
		free(p->dialled[i]);
	}
}

START_TEST(what_was_answered_200_arrives_or_is_reported)
{
	struct play *p = malloc(sizeof(*p));

	play_init(p, (unsigned)_i);
	for (unsigned i = 0; i < N_STEPS; i++)
		step(p);
	settle(p);
	check_all(p);
	play_done(p);
	free(p);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("relay at random");
	TCase *tcase = tcase_create("relay at random");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, what_was_answered_200_arrives_or_is_reported, 0, 24);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
