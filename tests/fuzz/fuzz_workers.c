/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/worker/worker_state.h"
#include "support/login.h"
#include "support/world.h"
#include "users/users.h"
#include "wire.h"

/*
 * Workers of the daemon without threads and sockets, including what moves connections from one to
 * another and joins them. Alice and Bob hold sessions on the first and the last; a stranger comes
 * to the last. The input says what happens, a letter for each thing:
 *
 *   a b c h   that one (h: the one dialled last) sends the following bytes up to ENDS
 *   A B C H   that one's connection takes nothing, or does again
 *   1 2 3 4   that one's connection breaks, and the stranger's is made anew
 *   5 6 7 8   that one sends no more
 *   o r       a dialled connection is opened, or refused
 *   s         they get their bytes one by one, or at once again
 *   t         from now on workers turn only on command, or by themselves again
 *   x y z     that worker turns once
 *   k l m     that worker closes its sessions
 *
 * In what is sent, ALICE and BOB stand for their session URIs, and LONG followed by a byte for that
 * many times 256 bytes.
 */
enum {
	ENDS = 0xff,
	ALICE = 1,
	BOB = 2,
	LONG = 3,

	WORKERS_MAX = 3,
	N_ACTORS = 4,
	STRANGER = 2,
	HOP = 3,
	CONNECTIONS_MAX = 64, /* the stranger's, and dialled ones */
	DESCRIPTORS = 1000,
};

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

static void check(bool holds)
{
	if (!holds)
		abort();
}

struct fuzz {
	uv_loop_t loop;
	struct mailbox home;
	struct log log;
	struct limit limit;
	struct quota quota;
	struct throttle throttle;
	struct roll roll;
	struct snapshot *snapshot;
	struct worker *worker[WORKERS_MAX];
	size_t n_workers;
	bool by_hand, bytewise;
	struct net_conn conn[CONNECTIONS_MAX]; /* all since the start */
	size_t n_conns, n_opened;
	struct net_conn *actor[N_ACTORS]; /* NULL: not there */
	char session[2][LOGIN_URI];
	const uint8_t *in;
	size_t len;
};

/* For wire_dial(), which has no argument. */
static struct fuzz *current;

static uint8_t next(struct fuzz *f)
{
	if (f->len == 0)
		return ENDS;
	f->len--;
	return *f->in++;
}

/* ---- moving ---- */

static bool is_busy(struct worker *worker)
{
	return worker->n_dirty > 0 || worker->mailbox.n > 0 || atomic_load(&worker->waker.first);
}

/* One turn of each loop, with the connections' data in between. */
static bool turn(struct fuzz *f, size_t first, size_t last)
{
	bool moved = false;

	for (size_t i = 0; i < f->n_conns; i++)
		moved |= wire_move(&f->conn[i]);
	for (size_t i = first; i < last; i++) {
		moved |= is_busy(f->worker[i]);
		uv_run(&f->worker[i]->loop, UV_RUN_NOWAIT);
	}
	return moved;
}

static void settle(struct fuzz *f)
{
	while (turn(f, 0, f->n_workers))
		;
}

static void forget_output(struct fuzz *f)
{
	for (size_t i = 0; i < f->n_conns; i++)
		buf_clear(&f->conn[i].out);
}

/* ---- connections ---- */

static struct net_conn *new_conn(struct fuzz *f)
{
	struct net_conn *conn = &f->conn[f->n_conns];

	if (f->n_conns == CONNECTIONS_MAX)
		return NULL;
	f->n_conns++;
	wire_init(conn);
	conn->peer.secure = true;
	conn->read_size = f->bytewise ? 1 : SIZE_MAX;
	return conn;
}

static struct net_conn *dial(void)
{
	return new_conn(current);
}

static struct net_conn *accept_conn(struct fuzz *f, size_t worker)
{
	struct net_conn *conn = new_conn(f);

	if (!conn)
		return NULL;
	worker_on_accept(f->worker[worker], conn, &conn->peer.address);
	if (!conn->user)
		return NULL; /* it is closing */
	wire_open(conn);
	return conn;
}

static void put(struct fuzz *f, size_t i, const void *bytes, size_t len)
{
	buf_add(&f->actor[i]->in, bytes, len);
	settle(f);
}

/* Alice and Bob get their sessions where they connect. */
static void log_in(struct fuzz *f, size_t i, size_t worker)
{
	static const char *const name[] = { "alice", "bob" };
	char authorization[LOGIN_TEXT], text[LOGIN_TEXT];

	f->actor[i] = accept_conn(f, worker);
	put(f, i, text, login_write(name[i], "", text));
	check(login_answer(buf_slice(&f->actor[i]->out), name[i], authorization));
	buf_clear(&f->actor[i]->out);
	put(f, i, text, login_write(name[i], authorization, text));
	check(login_use_path(buf_slice(&f->actor[i]->out), f->session[i]));
	forget_output(f);
}

/* Alice's messages reach Bob, so that there is something to disturb. */
static void introduce(struct fuzz *f)
{
	static const char body[] = "how do you do";
	char text[LOGIN_TEXT];
	int len =
	    snprintf(text, sizeof(text),
		     "MSRP a1b2 SEND\r\nTo-Path: %s %s msrps://bob.example.org:7965/bob;tcp\r\n"
		     "From-Path: msrps://alice.example.org:7965/alice;tcp\r\nMessage-ID: m1\r\n"
		     "Byte-Range: 1-13/13\r\nContent-Type: text/plain\r\n\r\n%s\r\n"
		     "-------a1b2$\r\n",
		     f->session[0], f->session[1], body);
	struct slice out;

	put(f, 0, text, (size_t)len);
	out = buf_slice(&f->actor[1]->out);
	check(out.len > 0 && memmem(out.p, out.len, body, strlen(body)));
	forget_output(f);
}

static void send_text(struct fuzz *f, struct net_conn *conn)
{
	struct buf text = { 0 };
	uint8_t c;

	while ((c = next(f)) != ENDS) {
		if (c == ALICE || c == BOB) {
			buf_add_slice(&text, slice_from(f->session[c - ALICE]));
		} else if (c == LONG) {
			size_t len = (size_t)next(f) * 256;

			memset(buf_reserve(&text, len + 1), 'x', len);
			buf_commit(&text, len);
		} else {
			buf_add_char(&text, (char)c);
		}
	}
	if (conn && conn->user)
		buf_add_slice(&conn->in, buf_slice(&text));
	buf_done(&text);
}

static void cut(struct fuzz *f, size_t i)
{
	if (f->actor[i])
		wire_break(f->actor[i]);
	f->actor[i] = i == STRANGER ? accept_conn(f, f->n_workers - 1) : NULL;
}

/* The oldest dialled connection that is neither open nor refused. */
static struct net_conn *find_dialled(struct fuzz *f)
{
	for (size_t i = 0; i < f->n_conns; i++) {
		struct net_conn *conn = &f->conn[i];
		bool is_known = false;

		for (size_t n = 0; n < N_ACTORS; n++)
			is_known |= conn == f->actor[n];
		if (conn->user && !is_known && !conn->opened)
			return conn;
	}
	return NULL;
}

static void open_dialled(struct fuzz *f)
{
	struct net_conn *conn = find_dialled(f);

	if (!conn)
		return;
	f->actor[HOP] = conn;
	wire_open(conn);
}

static void refuse_dialled(struct fuzz *f)
{
	struct net_conn *conn = find_dialled(f);

	if (conn)
		wire_break(conn);
}

static void go_bytewise(struct fuzz *f)
{
	f->bytewise = !f->bytewise;
	for (size_t i = 0; i < f->n_conns; i++)
		f->conn[i].read_size = f->bytewise ? 1 : SIZE_MAX;
}

/* ---- what happens ---- */

static void act_on(struct fuzz *f, uint8_t op, size_t i)
{
	struct net_conn *conn = f->actor[i];

	if (op == 'A' && conn)
		conn->stalled = !conn->stalled;
	else if (op == '1')
		cut(f, i);
	else if (op == '5' && conn)
		conn->eof = true;
	else if (op == 'a')
		send_text(f, conn);
}

static void act_on_worker(struct fuzz *f, uint8_t op, size_t i)
{
	if (i >= f->n_workers)
		return;
	if (op == 'x')
		turn(f, i, i + 1);
	else
		worker_stop(f->worker[i], WORKER_CLOSES);
}

static void act(struct fuzz *f, uint8_t op)
{
	static const char actors[] = "abchABCH12345678", workers[] = "xyzklm";
	const char *at;

	if (op != '\0' && (at = strchr(actors, op)))
		act_on(f, (uint8_t)actors[(at - actors) / N_ACTORS * N_ACTORS],
		       (size_t)(at - actors) % N_ACTORS);
	else if (op != '\0' && (at = strchr(workers, op)))
		act_on_worker(f, (uint8_t)workers[(at - workers) / WORKERS_MAX * WORKERS_MAX],
			      (size_t)(at - workers) % WORKERS_MAX);
	else if (op == 'o')
		open_dialled(f);
	else if (op == 'r')
		refuse_dialled(f);
	else if (op == 's')
		go_bytewise(f);
	else if (op == 't')
		f->by_hand = !f->by_hand;
	if (!f->by_hand)
		settle(f);
	forget_output(f);
}

/* ---- making it ---- */

static void on_mail(void *owner, void *arg)
{
}

static void *copy(const void *of, size_t size)
{
	void *block = malloc(size);

	check(block);
	return memcpy(block, of, size);
}

static void make_snapshot(struct fuzz *f)
{
	static const struct users_static_entry users[] = {
		{ .name = "alice", .realm = "example.com", .password = WORLD_PASSWORD },
		{ .name = "bob", .realm = "example.com", .password = WORLD_PASSWORD },
	};
	static const uint8_t seed[SIPHASH_KEY_LEN];
	struct snapshot *snapshot = snapshot_new(calloc(1, sizeof(struct config)));
	struct relay_config *relay = &snapshot->relay;

	check(snapshot);
	*relay = world_config();
	relay->identity = copy(relay->identity, relay->n_identities * sizeof(*relay->identity));
	relay->domain = copy(relay->domain, relay->n_domains * sizeof(*relay->domain));
	check(users_static_new(users, 2, seed, &snapshot->users) == 0);
	f->snapshot = snapshot;
}

static void make_workers(struct fuzz *f)
{
	static const uint8_t secret[MSRP_MAC_LEN];
	struct worker_parts parts = {
		.home = &f->home,
		.on_quiet = on_mail,
		.on_ended = on_mail,
		.log = &f->log,
		.limit = &f->limit,
		.quota = &f->quota,
		.throttle = &f->throttle,
		.roll = &f->roll,
		.secret = secret,
		.descriptors = DESCRIPTORS,
		.sibling = f->worker,
		.n_siblings = f->n_workers,
	};
	struct change *change = change_new(f->snapshot, f->n_workers);

	check(change);
	for (unsigned i = 0; i < f->n_workers; i++) {
		check(worker_new(&parts, i, &f->worker[i]) == 0);
		worker_prepare(f->worker[i], change);
	}
	check(change->err == 0);
	for (size_t i = 0; i < f->n_workers; i++)
		worker_commit(f->worker[i], change);
	change_free(change);
}

static void begin(struct fuzz *f)
{
	const struct limit_options limits = { DESCRIPTORS, DESCRIPTORS, DESCRIPTORS };

	current = f;
	wire_dial = dial;
	log_init(&f->log, RECORD_ERROR);
	check(limit_init(&f->limit, &limits) == 0);
	check(uv_loop_init(&f->loop) == 0);
	check(mailbox_init(&f->home, &f->loop, f) == 0);
	check(quota_init(&f->quota) == 0);
	check(throttle_init(&f->throttle) == 0);
	check(roll_init(&f->roll) == 0);
	make_snapshot(f);
	make_workers(f);
	log_in(f, 0, 0);
	log_in(f, 1, f->n_workers - 1);
	introduce(f);
	f->actor[STRANGER] = accept_conn(f, f->n_workers - 1);
	settle(f);
}

/* Whatever was under way, nothing is left when all are cut off. */
static void end_workers(struct fuzz *f)
{
	for (size_t i = 0; i < f->n_workers; i++)
		worker_stop(f->worker[i], WORKER_CUTS_OFF);
	settle(f);
	for (size_t i = 0; i < f->n_workers; i++) {
		check(LIST_EMPTY(&f->worker[i]->conns) && f->worker[i]->n_bridges == 0);
		check(LIST_EMPTY(&f->worker[i]->blocks) && f->worker[i]->n_lookups == 0);
	}
	check(limit_total(&f->limit) == 0);
	mailbox_run(&f->home); /* the mails belong to the workers */
	for (size_t i = 0; i < f->n_workers; i++)
		worker_free(f->worker[i]);
}

static void finish(struct fuzz *f)
{
	end_workers(f);
	snapshot_unref(f->snapshot);
	mailbox_close(&f->home);
	uv_run(&f->loop, UV_RUN_DEFAULT);
	check(uv_loop_close(&f->loop) == 0);
	throttle_done(&f->throttle);
	quota_done(&f->quota);
	roll_done(&f->roll);
	limit_done(&f->limit);
	for (size_t i = 0; i < f->n_conns; i++) {
		check(!f->conn[i].user);
		wire_done(&f->conn[i]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct fuzz f = { .in = in, .len = len, .n_workers = 2 + len % 2 };

	begin(&f);
	while (f.len > 0)
		act(&f, next(&f));
	finish(&f);
	return 0;
}
