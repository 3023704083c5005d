/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "actor.h"
#include "support/world_anchor.h"
#include "support/world_state.h"

/*
 * A relay with three parties of calls, everybody that it dials, and a proxy that sends what it
 * likes. The input says what happens, a letter for each thing:
 *
 *   a b c h   that one (h: the one dialled last) sends the following bytes up to ACTOR_ENDS
 *   A B C H   that one's transport takes nothing, or does again
 *   1 2 3 4   that one's connection breaks, and a party's is made anew
 *   o r       a dialled connection is opened, or refused
 *   f g       an offer, an answer: the bytes after it give call, sender and contents
 *   d         a delete: of which call, for which tag, after how many seconds
 *   e         the operator ends the call that the next byte gives
 *   n         the anchor is turned off, or on again
 *   w         time passes, two seconds for each unit of the next byte
 *   s         the relay gets its bytes one by one, or at once again
 *
 * In what is sent, the bytes up to SHOWN stand for the URIs that were shown last, the next three
 * for those of the parties themselves, LAST for the transaction id of the request that the sender
 * got last, and LONG followed by a byte for that many times 256 bytes.
 */
enum {
	SHOWN = 4,
	OWN = SHOWN + 1,
	LAST = OWN + 3,
	LONG = 11, /* 9 and 10 are of lines */

	N_ACTORS = 4,
	DIALLED = 3,
	N_CALLS = 2,
};

static const char *const own[] = {
	"msrp://192.0.2.1:5001/alice;tcp",
	"msrps://192.0.2.2:5002/bob;tcp",
	"msrps://relay.example.net:2855/r;tcp msrp://192.0.2.3:5003/carol;tcp",
};

struct fuzz {
	struct world world;
	struct relay_config config;
	struct actor actor[N_ACTORS];
	char shown[SHOWN][RELAY_ANCHOR_URI_MAX];
	unsigned n_shown;
	struct actor_input in;
};

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

static bool stands_for(void *fuzz, struct actor *actor, uint8_t c, struct buf *text)
{
	struct fuzz *f = fuzz;

	if (c < SHOWN)
		buf_add_slice(text, slice_from(f->shown[c]));
	else if (c >= OWN && c < LAST)
		buf_add_slice(text, slice_from(own[c - OWN]));
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
		world_send(actor->end, buf_data(&text), text.len);
	buf_done(&text);
}

static void look(struct actor *actor)
{
	actor_look(actor);
	if (actor->end)
		buf_clear(&actor->end->out);
}

static void reconnect(struct fuzz *f, size_t i)
{
	static const char *const name[] = { "alice", "bob", "carol" };
	struct actor *actor = &f->actor[i];

	if (actor->end)
		world_break(actor->end, "connection reset by peer");
	actor->end = NULL;
	if (i == DIALLED)
		return;
	actor->end = world_accept(&f->world, name[i], (unsigned)(i % f->world.n_relays), i > 0,
				  i == 2 ? "relay.example.net" : NULL);
	assert(actor->end);
	snprintf(actor->end->certificate, sizeof(actor->end->certificate), "%s", name[i]);
}

static void settle_dialled(struct fuzz *f, bool opens)
{
	struct world_end *end = world_find_dialled(&f->world, NULL);

	if (!end)
		return;
	snprintf(end->name, sizeof(end->name), "dialled");
	snprintf(end->certificate, sizeof(end->certificate), "bob");
	if (!opens) {
		world_break(end, "connection refused");
		return;
	}
	f->actor[DIALLED].end = end;
	if (end->peer)
		world_open(end, true, end->trust == RELAY_TRUST_CERTIFICATE);
}

static struct slice call_id(uint8_t byte)
{
	static const char *const id[N_CALLS] = { "one", "two" };

	return slice_from(id[byte % N_CALLS]);
}

static struct slice tag(uint8_t byte)
{
	static const char *const tags[] = { "a", "b", "c", "" };

	return slice_from(tags[byte % 4]);
}

/* Two bytes give all of it. Some name a URI of ours, as a B2BUA does. */
static void read_media(struct fuzz *f, unsigned index, struct sdp_message *media)
{
	uint8_t who = actor_next(&f->in), how = actor_next(&f->in);

	*media = (struct sdp_message){
		.index = index,
		.closed = how % 16 == 15,
		.secure = how & 0x80,
		.setup = (enum sdp_setup)(how % 5),
		.path = slice_from(who % 8 < 3 ? own[who % 8]
					       : (who % 8 < 7 ? f->shown[who % 8 - 3] : "?")),
	};
	if (!(how & 0x40))
		return;
	media->fingerprinted = true;
	media->n_fingerprints = how & 0x20 ? 1 : 0;
	media->fingerprint[0] = world_fingerprint(SDP_SHA256, who & 0x80 ? "bob" : "alice");
}

static void exchange(struct fuzz *f, bool is_offer)
{
	struct sdp_message media[2];
	struct relay_shown shown[2];
	uint8_t call = actor_next(&f->in), how = actor_next(&f->in);
	struct relay_exchange exchange = {
		.call_id = call_id(call),
		.from_tag = tag(how),
		.to_tag = tag(how >> 2),
		.media = media,
		.n_media = 1 + (how >> 4) % 2,
		.place = { SLICE("192.0.2.10"), 2855, 2856 },
		.transport = (enum relay_transport)(how >> 5) % 3,
		.passive = how & 0x80,
	};
	const char *why = NULL;
	int err;

	for (unsigned i = 0; i < exchange.n_media; i++)
		read_media(f, i, &media[i]);
	world_enter(&f->world);
	err = (is_offer ? relay_anchor_offer : relay_anchor_answer)(
	    world_relay_of(&f->world, exchange.call_id), f->world.now_ms, &exchange, shown, &why);
	world_leave(&f->world);
	assert(err >= 0 && (err == 0) == !why);
	for (unsigned i = 0; !err && i < exchange.n_media; i++) {
		if (shown[i].anchored && !shown[i].closed)
			memcpy(f->shown[f->n_shown++ % SHOWN], shown[i].uri, sizeof(shown[i].uri));
	}
	world_pump(&f->world);
}

static void end_call(struct fuzz *f, bool at_once)
{
	uint8_t call = actor_next(&f->in), whom = at_once ? 0 : actor_next(&f->in),
		delay = at_once ? 0 : actor_next(&f->in);
	struct slice id = call_id(call);
	struct relay *relay = world_relay_of(&f->world, id);

	world_enter(&f->world);
	if (at_once)
		relay_anchor_end(relay, f->world.now_ms, id, "closed by the operator");
	else
		relay_anchor_delete(relay, f->world.now_ms, id, tag(whom), delay * 1000, NULL);
	world_leave(&f->world);
	world_pump(&f->world);
}

static void act(struct fuzz *f, uint8_t op)
{
	static const char senders[] = "abch", stalled[] = "ABCH", broken[] = "1234";
	const char *who;

	if (op == '\0')
		return;
	if ((who = strchr(senders, op))) {
		send_text(f, &f->actor[who - senders]);
	} else if ((who = strchr(stalled, op))) {
		actor_stall(&f->actor[who - stalled]);
	} else if ((who = strchr(broken, op))) {
		reconnect(f, (size_t)(who - broken));
	} else if (op == 'o' || op == 'r') {
		settle_dialled(f, op == 'o');
	} else if (op == 'f' || op == 'g') {
		exchange(f, op == 'f');
	} else if (op == 'd' || op == 'e') {
		end_call(f, op == 'e');
	} else if (op == 'n') {
		f->config.anchor.on = !f->config.anchor.on;
		world_configure(&f->world, &f->config);
	} else if (op == 'w') {
		world_wait(&f->world, (uint64_t)actor_next(&f->in) * 2000);
	} else if (op == 's') {
		f->world.read_size = f->world.read_size == 1 ? WORLD_READ : 1;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct fuzz f = { .config = world_config(), .in = { in, len } };
	struct relay_totals totals;

	/* A third of all inputs each runs with one, two and three workers. */
	f.config.n_workers = 1 + len % 3;
	world_init(&f.world);
	f.world.moves = f.config.n_workers > 1;
	if (world_start(&f.world, &f.config) != 0)
		return 0;
	for (size_t i = 0; i < DIALLED; i++)
		reconnect(&f, i);
	while (f.in.len > 0) {
		act(&f, actor_next(&f.in));
		for (size_t i = 0; i < N_ACTORS; i++)
			look(&f.actor[i]);
	}
	world_done(&f.world, &totals);
	assert(totals.peers + totals.sessions + totals.transactions == 0);
	assert(totals.calls + totals.legs == 0);
	return 0;
}
