/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tapes what the parser of a connection reports, and plays it to the relay when the time has come.
 *
 * A record of a tape is a letter, a length, and that many bytes: 'H' for a head, which is its text,
 * up to the blank line before its body or with the end-line of a message without one; 'B' for a
 * piece of body; 'E' for the flag of the end-line. At most one read of the connection is taped,
 * because it is not read any more.
 */
#include "relay/party/early.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "msrp/parser.h"
#include "msrp/writer.h"
#include "relay/party/bind.h"
#include "relay/party/due.h"
#include "relay/peer.h"
#include "relay/session/token.h"
#include "relay/state.h"
#include "relay/watch/watch.h"

enum { RECORD_HEAD = 'H', RECORD_BODY = 'B', RECORD_END = 'E' };

/* Other branches of a forked call may still answer, so a stranger to this one has to wait. */
static bool may_be_answered(const struct relay_leg *leg)
{
	const struct relay_section *section = leg->section;
	const struct relay_call *call = section->call;

	return leg->side != call->offerer && !section->closed &&
	       (section->pending || call->relay->now_ms < section->answered_ms + RELAY_EARLY_MS);
}

bool relay_early_is_due(const struct relay_peer *peer, const struct msrp_message *m)
{
	const struct relay_leg *leg;

	if (m->problem)
		return false;
	if (peer->early)
		return peer->early->leg != NULL;
	leg = m->to.n == 1 && m->method != MSRP_AUTH
		  ? relay_leg_find(peer->relay, msrp_path_first(&m->to))
		  : NULL;
	return leg && !peer->early_is_over && may_be_answered(leg) && !relay_bind_find(leg, m);
}

static int tape(struct relay_early *early, char type, struct slice bytes)
{
	const uint32_t len = (uint32_t)bytes.len;

	buf_add_char(&early->tape, type);
	buf_add(&early->tape, &len, sizeof(len));
	buf_add_slice(&early->tape, bytes);
	return buf_failed(&early->tape) ? -ENOMEM : 0;
}

static struct relay_early *early_new(struct relay_peer *peer, struct relay_leg *leg)
{
	struct relay_early *early = calloc(1, sizeof(*early));

	if (!early)
		return NULL;
	early->peer = peer;
	early->leg = leg;
	early->deadline_ms = peer->relay->now_ms + RELAY_EARLY_MS;
	LIST_INSERT_HEAD(&leg->earlies, early, in_leg);
	peer->early = early;
	relay_peer_pause_probation(peer);
	relay_due_settle(leg->section->call);
	return early;
}

/* As it was read, except for the order of Content-Type and Byte-Range, which means nothing. */
static void write_taped_head(const struct msrp_message *m, struct buf *out)
{
	msrp_write_request(out, m->id, m->method_name);
	msrp_write_header(out, MSRP_H_TO_PATH, m->to.text);
	msrp_write_header(out, MSRP_H_FROM_PATH, m->from.text);
	for (size_t i = 0; i < m->n_headers; i++)
		msrp_write_line(out, m->header[i].line);
	if (m->has_body)
		msrp_write_body_start(out);
}

int relay_early_head(struct relay_peer *peer, const struct msrp_message *m)
{
	struct relay_early *early = peer->early;
	struct buf head = { 0 };
	int err;

	if (!early)
		early = early_new(peer, relay_leg_find(peer->relay, msrp_path_first(&m->to)));
	if (!early)
		return -ENOMEM;
	write_taped_head(m, &head);
	if (!m->has_body)
		msrp_write_end(&head, m->id, '$', false);
	err = buf_failed(&head) ? -ENOMEM : tape(early, RECORD_HEAD, buf_slice(&head));
	buf_done(&head);
	if (!err)
		peer->in.intake = RELAY_TAPE;
	return err;
}

int relay_early_body(struct relay_peer *peer, const uint8_t *bytes, size_t len)
{
	return tape(peer->early, RECORD_BODY, slice_make(bytes, len));
}

int relay_early_end(struct relay_peer *peer, char flag)
{
	return tape(peer->early, RECORD_END, slice_make(&flag, 1));
}

static void leave_leg(struct relay_early *early)
{
	if (!early->leg)
		return;
	LIST_REMOVE(early, in_leg);
	early->leg = NULL;
}

static void early_free(struct relay_early *early)
{
	leave_leg(early);
	buf_done(&early->tape);
	free(early);
}

void relay_early_forget(struct relay_peer *peer)
{
	if (!peer->early)
		return;
	early_free(peer->early);
	peer->early = NULL;
}

/* A parser for one head each, which passes it on. */
static int on_early_head(void *arg, const struct msrp_message *m)
{
	struct relay_peer *peer = arg;

	return peer->relay->hooks->request(peer, m);
}

static int on_early_body(void *arg, const uint8_t *bytes, size_t len)
{
	return 0;
}

static int on_early_end(void *arg, char flag)
{
	return 0;
}

static int play_head(struct relay_peer *peer, struct slice head)
{
	static const struct msrp_parser_user user = {
		.head = on_early_head,
		.body = on_early_body,
		.end = on_early_end,
	};
	struct msrp_parser parser;
	int err;

	msrp_parser_init(&parser, &user, peer);
	err = msrp_parser_feed(&parser, (const uint8_t *)head.p, head.len);
	msrp_parser_done(&parser);
	return err;
}

static int play_record(struct relay_peer *peer, char type, struct slice bytes)
{
	const struct msrp_parser_user *intake = peer->relay->hooks->intake;

	switch (type) {
	case RECORD_HEAD:
		return play_head(peer, bytes);
	case RECORD_BODY:
		return intake->body(peer, (const uint8_t *)bytes.p, bytes.len);
	default:
		return intake->end(peer, bytes.p[0]);
	}
}

/*
 * Plays the tape in order. If a request on it has to wait for another leg, it is taped again, and
 * everything after it.
 */
static int play_tape(struct relay_peer *peer, struct slice tape)
{
	int err = 0;

	while (!err && tape.len > 0 && !peer->closing) {
		char type = tape.p[0];
		uint32_t len;

		memcpy(&len, tape.p + 1, sizeof(len));
		tape = slice_skip(tape, 1 + sizeof(len));
		err = play_record(peer, type, slice_first(tape, len));
		tape = slice_skip(tape, len);
	}
	return err;
}

static void release_early(struct relay_early *early)
{
	struct relay_peer *peer = early->peer;

	leave_leg(early);
	peer->early = NULL;
	if (play_tape(peer, buf_slice(&early->tape)) != 0)
		relay_peer_close(peer);
	early_free(early);
	if (peer->closing || peer->early)
		return;
	relay_peer_resume_probation(peer);
	relay_watch_resumed(peer);
	relay_peer_kick(peer);
}

void relay_early_release_all(struct relay_leg *leg)
{
	struct relay_early_list earlies = LIST_HEAD_INITIALIZER(earlies);

	/* A separate list, so that those that wait again do not continue now. */
	while (!LIST_EMPTY(&leg->earlies)) {
		struct relay_early *early = LIST_FIRST(&leg->earlies);

		LIST_REMOVE(early, in_leg);
		LIST_INSERT_HEAD(&earlies, early, in_leg);
	}
	while (!LIST_EMPTY(&earlies))
		release_early(LIST_FIRST(&earlies));
}

static void give_up_early(struct relay_early *early)
{
	struct relay_peer *peer = early->peer;

	peer->early_is_over = true;
	release_early(early);
	peer->early_is_over = false;
}

void relay_early_run(struct relay_leg *leg)
{
	uint64_t now_ms = leg->section->call->relay->now_ms;
	struct relay_early *early, *after;

	LIST_FOREACH_SAFE (early, &leg->earlies, in_leg, after) {
		if (early->deadline_ms <= now_ms)
			give_up_early(early);
	}
}
