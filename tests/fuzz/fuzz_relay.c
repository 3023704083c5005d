/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actor.h"
#include "support/login.h"
#include "support/oracle.h"

/*
 * A relay with two clients, Alice and Bob, who hold sessions, a stranger and everybody that the
 * relay dials. The input says what happens, a letter for each thing:
 *
 *   a b c h   that one (h: the one dialled last) sends the following bytes up to ACTOR_ENDS
 *   A B C H   that one's transport takes nothing, or does again
 *   1 2 3 4   that one's connection breaks, and a client's is made anew
 *   5 6 7 8   that one sends no more
 *   o v r     a dialled connection is opened, opened with a certificate, refused
 *   w         time passes, a second for each unit of the next byte
 *   s         the relay gets its bytes one by one, or at once again
 *   l         credentials take their time, until the next l
 *   t u       Alice's and Bob's heads are traced, or no more; traces are whole lines
 *   k         the operator ends Bob's session, if it still exists
 *
 * In what is sent, ALICE and BOB stand for their session URIs, LAST for the transaction id of the
 * request that the sender got last, and LONG followed by a byte for that many times 256 bytes.
 */
enum {
	ALICE = 1,
	BOB = 2,
	LAST = 3,
	LONG = 4,

	N_ACTORS = 4, /* Alice, Bob, the stranger, the one dialled last */
	DIALLED = 3,
	TRACED_MAX = 100, /* heads */
};

struct fuzz {
	struct world world;
	struct actor actor[N_ACTORS];
	char session[2][LOGIN_URI]; /* of Alice and Bob */
	struct oracle *oracle;
	struct actor_input in;
};

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

static bool stands_for(void *fuzz, struct actor *actor, uint8_t c, struct buf *text)
{
	struct fuzz *f = fuzz;

	if (c == ALICE || c == BOB)
		buf_add_slice(text, slice_from(f->session[c - ALICE]));
	else if (c == LAST)
		buf_add_slice(text, slice_from(actor->last));
	else if (c == LONG)
		actor_add_long(&f->in, text);
	else
		return false;
	return true;
}

static void send_text(struct fuzz *f, struct actor *actor)
{
	struct buf text = { 0 };

	actor_read_text(&f->in, actor, stands_for, f, &text);
	if (actor->end && actor->end->peer)
		oracle_sent(f->oracle, (size_t)(actor - f->actor), buf_slice(&text));
	if (actor->end && actor->end->peer)
		world_send(actor->end, buf_data(&text), text.len);
	buf_done(&text);
}

static void look_all(struct fuzz *f)
{
	for (size_t i = 0; i < N_ACTORS; i++) {
		struct actor *actor = &f->actor[i];

		actor_look(actor);
		if (!actor->end)
			continue;
		oracle_got(f->oracle, i, buf_slice(&actor->end->out));
		buf_clear(&actor->end->out);
	}
}

static void connect_client(struct fuzz *f, size_t i)
{
	static const char *const name[] = { "alice", "bob", "carol" };
	struct actor *actor = &f->actor[i];
	bool wait = f->world.lookups_wait;

	f->world.lookups_wait = false;
	actor->end =
	    world_accept(&f->world, name[i], (unsigned)(i % f->world.n_relays), true, NULL);
	assert(actor->end);
	if (i < 2 && !login_session(actor->end, name[i], f->session[i]))
		abort();
	f->world.lookups_wait = wait;
	oracle_connect(f->oracle, i);
	if (i < 2)
		oracle_own(f->oracle, i, f->session[i]);
}

static void reconnect(struct fuzz *f, size_t i)
{
	if (f->actor[i].end)
		world_break(f->actor[i].end, "connection reset by peer");
	f->actor[i].end = NULL;
	if (i != DIALLED)
		connect_client(f, i);
}

static void open_dialled(struct fuzz *f, bool verified)
{
	struct world_end *end = world_find_dialled(&f->world, NULL);

	if (!end)
		return;
	snprintf(end->name, sizeof(end->name), "hop");
	f->actor[DIALLED].end = end;
	oracle_connect(f->oracle, DIALLED);
	if (end->peer)
		world_open(end, true, verified);
}

static void refuse_dialled(struct fuzz *f)
{
	struct world_end *end = world_find_dialled(&f->world, NULL);

	if (!end)
		return;
	snprintf(end->name, sizeof(end->name), "hop");
	world_break(end, "connection refused");
}

static void change_lookups(struct fuzz *f)
{
	f->world.lookups_wait = !f->world.lookups_wait;
	if (!f->world.lookups_wait)
		world_answer_lookups(&f->world);
}

static struct slice bobs_id(const struct fuzz *f)
{
	struct msrp_uri_slices uri;

	if (msrp_uri_parse(slice_from(f->session[1]), &uri) != 0)
		abort();
	return uri.session_id;
}

static void start_traces(struct fuzz *f)
{
	world_trace(&f->world, RELAY_TRACE_USER, SLICE("alice"), TRACED_MAX);
	world_trace(&f->world, RELAY_TRACE_SESSION, bobs_id(f), TRACED_MAX);
}

static void stop_traces(struct fuzz *f)
{
	for (size_t i = 0; i < f->world.n_relays; i++)
		relay_trace_stop(f->world.relay[i]);
}

/* Whole lines, none of them a part of a body. */
static void look_at_trace(struct fuzz *f)
{
	struct slice all = buf_slice(&f->world.traced);

	if (all.len > 0 && (memmem(all.p, all.len, "\r", 1) || all.p[all.len - 1] != '\n'))
		abort();
	buf_clear(&f->world.traced);
}

static void act_as_operator(struct fuzz *f, uint8_t op)
{
	if (op == 't')
		start_traces(f);
	else if (op == 'u')
		stop_traces(f);
	else if (op == 'k')
		world_cut(&f->world, bobs_id(f), "closed by the operator");
}

static void act(struct fuzz *f, uint8_t op)
{
	static const char senders[] = "abch", stalled[] = "ABCH", broken[] = "1234",
			  silent[] = "5678";
	const char *who;

	if (op == '\0')
		return;
	if ((who = strchr(senders, op)))
		send_text(f, &f->actor[who - senders]);
	else if ((who = strchr(stalled, op)))
		actor_stall(&f->actor[who - stalled]);
	else if ((who = strchr(broken, op)))
		reconnect(f, (size_t)(who - broken));
	else if ((who = strchr(silent, op)) && f->actor[who - silent].end)
		world_eof(f->actor[who - silent].end);
	else if (op == 'o' || op == 'v')
		open_dialled(f, op == 'v');
	else if (op == 'r')
		refuse_dialled(f);
	else if (op == 'w')
		world_wait(&f->world, (uint64_t)actor_next(&f->in) * 1000);
	else if (op == 's')
		f->world.read_size = f->world.read_size == 1 ? WORLD_READ : 1;
	else if (op == 'l')
		change_lookups(f);
	else
		act_as_operator(f, op);
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct relay_config config = world_config();
	struct relay_totals totals;
	struct fuzz f = { .in = { in, len } };

	config.session.message_size = 100 * 1000;
	/* A third of all inputs each runs with one, two and three workers. */
	config.n_workers = 1 + len % 3;
	world_init(&f.world);
	if (world_start(&f.world, &config) != 0)
		abort();
	f.oracle = oracle_new(&f.world);
	for (size_t i = 0; i < DIALLED; i++)
		connect_client(&f, i);
	while (f.in.len > 0) {
		act(&f, actor_next(&f.in));
		look_all(&f);
		look_at_trace(&f);
	}
	oracle_free(f.oracle);
	world_done(&f.world, &totals);
	assert(totals.peers == 0 && totals.sessions == 0 && totals.transactions == 0);
	return 0;
}
