/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/list.h"
#include "client/session/session.h"
#include "client/transport/transport.h"
#include "context.h"
#include "wire.h"

/*
 * A session of the library with a hostile other side. The first byte of the input gives the kind of
 * session, the rest what happens, a letter for each thing:
 *
 *   a   the other side sends the following bytes up to ENDS
 *   b   it sends bytes one by one, or at once again
 *   e   it sends no more
 *   x   the connection breaks
 *   s   the connection takes nothing, or does again
 *   m   the session sends a message, and asks for a report
 *   c   it sends one chunk of one
 *   f   it sends a file
 *   n   it asks for a nickname
 *   r   it reads nothing, or does again
 *   p   reports are ours to send from now on, or not
 *   q   we report on the latest message
 *   d   it is shut down
 *
 * In what is sent, OURS and THEIRS stand for the URIs of the session, LAST for the transaction id
 * and MESSAGE for the Message-ID of the request that the other side got last, and LONG followed by
 * a byte for that many times 256 bytes.
 */
enum {
	ENDS = 0xff,
	OURS = 1,
	THEIRS = 2,
	LAST = 3,
	MESSAGE = 4,
	LONG = 5,

	PIECES_MAX = 256,      /* of one message that are kept, to see that nothing is missing */
	SENT_MAX = 64,	       /* messages that the session sends */
	FILE_SIZE = 40 * 1000, /* more than goes at once */
};

#define OUR_URI	  "msrp://192.0.2.2:2855/ours;tcp"
#define THEIR_URI "msrp://192.0.2.1:2855/theirs;tcp"

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

static void check(bool holds)
{
	if (!holds)
		abort();
}

/* An incoming message, octet by octet. */
struct heard {
	struct {
		uint64_t start, end;
	} piece[PIECES_MAX];
	size_t n;
	bool in_chunk;
	LIST_ENTRY(heard) in_fuzz;
};

struct fuzz {
	struct net_conn wire;
	struct msrp_transport *transport; /* until it is bound */
	struct msrp_session *session;
	struct msrp_receiver *receiver; /* NULL: we use the session's own callbacks */
	LIST_HEAD(, heard) heard;	/* that have begun and not ended */
	char begun[64];			/* Message-ID of the last one */
	char last[64], message[64];
	bool closed, deaf, by_hand;
	size_t n_sent, n_outcomes, n_delivered;
	int file;
	const uint8_t *in;
	size_t len;
};

/* ---- what the session tells ---- */

static int on_begin(void *arg, struct msrp_incoming *message)
{
	struct fuzz *f = arg;
	struct heard *heard = message->data;

	check(!f->closed && message->message_id && message->content_type && message->disposition);
	if (!heard) {
		heard = calloc(1, sizeof(*heard));
		check(heard && message->received == 0);
		message->data = heard;
		LIST_INSERT_HEAD(&f->heard, heard, in_fuzz);
	}
	check(!heard->in_chunk);
	heard->in_chunk = true;
	snprintf(f->begun, sizeof(f->begun), "%s", message->message_id);
	return 0;
}

static int on_data(void *arg, struct msrp_incoming *message, uint64_t offset, const uint8_t *bytes,
		   size_t len)
{
	struct fuzz *f = arg;
	struct heard *heard = message->data;

	check(!f->closed && heard->in_chunk && len > 0 && bytes && offset <= UINT64_MAX - len);
	check(message->total == MSRP_TOTAL_UNKNOWN || offset + len <= message->total);
	if (heard->n == PIECES_MAX)
		return MSRP_STOP_SENDING;
	heard->piece[heard->n].start = offset;
	heard->piece[heard->n++].end = offset + len;
	return 0;
}

/* The number of contiguous octets from the first on. */
static uint64_t covered(const struct heard *heard)
{
	uint64_t end = 0;
	bool grows = true;

	while (grows) {
		grows = false;
		for (size_t i = 0; i < heard->n; i++) {
			if (heard->piece[i].start > end || heard->piece[i].end <= end)
				continue;
			end = heard->piece[i].end;
			grows = true;
		}
	}
	return end;
}

static void forget(struct heard *heard)
{
	LIST_REMOVE(heard, in_fuzz);
	free(heard);
}

static int on_end(void *arg, struct msrp_incoming *message, char flag)
{
	struct fuzz *f = arg;
	struct heard *heard = message->data;

	check(!f->closed && (heard->in_chunk || flag == '#'));
	check(flag == '$' || flag == '+' || flag == '#');
	heard->in_chunk = false;
	if (message->complete) {
		check(flag != '#' && message->total == message->received);
		check(covered(heard) == message->total);
		for (size_t i = 0; i < heard->n; i++)
			check(heard->piece[i].end <= message->total);
	}
	if (message->complete || flag == '#')
		forget(heard);
	return 0;
}

static void on_closed(void *arg, int err, const char *why)
{
	struct fuzz *f = arg;

	check(!f->closed && LIST_EMPTY(&f->heard) && why);
	f->closed = true;
}

static int on_nickname(void *arg, const char *nickname)
{
	check(nickname != NULL);
	return strlen(nickname) % 2 ? 200 : 425;
}

static int on_received(void *arg, const struct msrp_received *message)
{
	struct fuzz *f = arg;

	check(!f->closed);
	check(message->aborted == !message->bytes && message->fd == -1);
	if (!message->aborted)
		check(message->bytes[message->size] == 0);
	return message->size % 7 == 6 ? 415 : 0;
}

/* ---- sending ---- */

static void on_outcome(void *arg, const char *message_id, int status, const char *comment)
{
	struct fuzz *f = arg;

	check(message_id && comment && status != 0);
	check(++f->n_outcomes <= f->n_sent);
}

static void on_delivered(void *arg, const char *message_id, int status, const char *comment)
{
	struct fuzz *f = arg;

	check(message_id && comment && status != 0);
	check(++f->n_delivered <= f->n_outcomes);
}

static void on_named(void *arg, const char *message_id, int status, const char *comment)
{
	check(status != 0 && comment);
}

static struct msrp_send_options options_for(struct fuzz *f)
{
	return (struct msrp_send_options){
		.success_report = true,
		.response = on_outcome,
		.delivered = on_delivered,
		.arg = f,
	};
}

static void send_message(struct fuzz *f)
{
	struct msrp_send_options options = options_for(f);

	/* A callback before this returns would be one too many. */
	f->n_sent += msrp_session_send(f->session, "hello", 5, &options, NULL) == 0;
}

static void send_chunk(struct fuzz *f)
{
	static const char text[] =
	    "MSRP a1b2 SEND\r\nTo-Path: " THEIR_URI "\r\nFrom-Path: " OUR_URI
	    "\r\nMessage-ID: in.parts\r\nByte-Range: 1-5/*\r\nSuccess-Report: yes\r\n"
	    "Content-Type: text/plain\r\n\r\nhello\r\n-------a1b2+\r\n";
	struct msrp_chunk *chunk = NULL;

	check(msrp_chunk_parse(text, strlen(text), &chunk) == 0);
	f->n_sent += msrp_session_send_chunk(f->session, chunk, on_outcome, on_delivered, f) == 0;
	msrp_chunk_free(chunk);
}

static void send_file(struct fuzz *f)
{
	struct msrp_file_options options = { .send = options_for(f), .name = "f", .chunk_size = 0 };
	struct msrp_outgoing_file *file = NULL;

	if (f->file < 0) {
		f->file = memfd_create("file", MFD_CLOEXEC);
		check(f->file >= 0 && ftruncate(f->file, FILE_SIZE) == 0);
	}
	check(msrp_outgoing_file_new(f->file, FILE_SIZE, &options, &file) == 0);
	if (msrp_session_send_file(f->session, file) == 0)
		f->n_sent++;
	else
		msrp_outgoing_file_free(file);
}

static void act_as_user(struct fuzz *f, uint8_t op)
{
	if (f->n_sent < SENT_MAX && op == 'm')
		send_message(f);
	else if (f->n_sent < SENT_MAX && op == 'c')
		send_chunk(f);
	else if (f->n_sent < SENT_MAX && op == 'f')
		send_file(f);
	else if (op == 'n')
		msrp_session_set_nickname(f->session, "al", on_named, f);
	else if (op == 'r')
		msrp_session_set_reading(f->session, f->deaf = !f->deaf);
	else if (op == 'p')
		msrp_session_set_automatic_reports(f->session, f->by_hand = !f->by_hand);
	else if (op == 'q')
		msrp_session_report(f->session, f->begun, 200, NULL);
	else if (op == 'd')
		msrp_session_shutdown(f->session);
}

/* ---- the other side ---- */

static uint8_t next(struct fuzz *f)
{
	if (f->len == 0)
		return ENDS;
	f->len--;
	return *f->in++;
}

/* The text after the last WORD in OUT, up to a space or the end of the line. */
static void find_last(struct slice out, const char *word, char *ret, size_t size)
{
	const char *at;

	while (out.len > 0 && (at = memmem(out.p, out.len, word, strlen(word)))) {
		struct slice found;

		out = slice_skip(out, (size_t)(at - out.p) + strlen(word));
		found = slice_first(out, slice_find(out, ' '));
		found = slice_first(found, slice_find(found, '\r'));
		if (found.len < size)
			snprintf(ret, size, "%" SLICE_FMT, SLICE_ARG(found));
	}
}

static void look(struct fuzz *f)
{
	find_last(buf_slice(&f->wire.out), "MSRP ", f->last, sizeof(f->last));
	find_last(buf_slice(&f->wire.out), "Message-ID: ", f->message, sizeof(f->message));
	buf_clear(&f->wire.out);
}

static void add_long(struct fuzz *f)
{
	size_t len = (size_t)next(f) * 256;

	memset(buf_reserve(&f->wire.in, len + 1), 'x', len);
	buf_commit(&f->wire.in, len);
}

static void receive(struct fuzz *f)
{
	const char *const text[] = {
		[OURS] = OUR_URI,
		[THEIRS] = THEIR_URI,
		[LAST] = f->last,
		[MESSAGE] = f->message,
	};
	uint8_t c;

	while ((c = next(f)) != ENDS) {
		if (c >= OURS && c <= MESSAGE)
			buf_add_slice(&f->wire.in, slice_from(text[c]));
		else if (c == LONG)
			add_long(f);
		else
			buf_add_char(&f->wire.in, (char)c);
	}
}

/* Runs until nothing moves, and no timer is due at once. */
static void settle(struct fuzz *f)
{
	struct client_timer *timer;
	bool moved;

	do {
		moved = wire_move(&f->wire);
		uv_run(&fuzz_loop, UV_RUN_NOWAIT);
		timer = TAILQ_FIRST(&fuzz_context->timers);
	} while (moved || (timer && timer->due_ms <= client_now(fuzz_context)));
	look(f);
}

static void act(struct fuzz *f, uint8_t op)
{
	if (op == 'a')
		receive(f);
	else if (op == 'b')
		f->wire.read_size = f->wire.read_size == 1 ? SIZE_MAX : 1;
	else if (op == 'e')
		f->wire.eof = true;
	else if (op == 'x')
		wire_break(&f->wire);
	else if (op == 's')
		f->wire.stalled = !f->wire.stalled;
	else if (f->session)
		act_as_user(f, op);
	settle(f);
}

/* ---- making it ---- */

static void on_opened(void *arg, struct msrp_transport *t)
{
	client_transport_bind(t, MSRP_MODE_PASSIVE);
}

static void make_session(struct fuzz *f, struct msrp_transport *t)
{
	static const struct msrp_session_callbacks callbacks = {
		.begin = on_begin,
		.data = on_data,
		.end = on_end,
		.closed = on_closed,
		.nickname = on_nickname,
	};
	static const char *const types[] = { "text/*", "message/cpim", NULL };

	check(msrp_session_new(t, types, &callbacks, f, &f->session) == 0);
}

static void make_receiver(struct fuzz *f, struct msrp_transport *t)
{
	struct msrp_receiver_options options = {
		.max_size = 100 * 1000,
		.received = on_received,
		.closed = on_closed,
		.nickname = on_nickname,
		.arg = f,
	};

	check(msrp_receiver_new(&options, &f->receiver) == 0);
	check(msrp_receiver_session_new(f->receiver, t, NULL, &f->session) == 0);
}

static void on_bound(void *arg, struct msrp_transport *t)
{
	struct fuzz *f = arg;

	f->transport = NULL;
	if (next(f) % 2)
		make_receiver(f, t);
	else
		make_session(f, t);
}

static void on_failed(void *arg, struct msrp_transport *t, int err, const char *why)
{
	struct fuzz *f = arg;

	f->transport = msrp_transport_free(t);
}

static void begin(struct fuzz *f)
{
	static const struct client_transport_user user = {
		.opened = on_opened,
		.bound = on_bound,
		.failed = on_failed,
	};

	if (!fuzz_context)
		fuzz_context_make();
	f->file = -1;
	wire_init(&f->wire);
	check(client_transport_new(fuzz_context, &user, f, &f->transport) == 0);
	check(client_transport_attach(f->transport, (struct net_handoff *)&f->wire) == 0);
	check(client_transport_set_local(f->transport, OUR_URI, NULL) == 0);
	check(client_transport_set_remote(f->transport, THEIR_URI) == 0);
	wire_open(&f->wire);
	settle(f);
}

static void finish(struct fuzz *f)
{
	f->session = msrp_session_free(f->session);
	f->receiver = msrp_receiver_free(f->receiver);
	f->transport = msrp_transport_free(f->transport);
	/* Each accepted message has had its outcome by now, and is gone. */
	check(f->n_outcomes == f->n_sent);
	check(!f->wire.user);
	/* If it is freed before it was closed, it does not report incomplete messages. */
	while (!LIST_EMPTY(&f->heard))
		forget(LIST_FIRST(&f->heard));
	/* Nothing is left of it. */
	uv_run(&fuzz_loop, UV_RUN_NOWAIT);
	check(fuzz_context->n_live == 0 && STAILQ_EMPTY(&fuzz_context->garbage));
	check(TAILQ_EMPTY(&fuzz_context->timers));
	wire_done(&f->wire);
	if (f->file >= 0)
		close(f->file);
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct fuzz f = { .in = in, .len = len };

	begin(&f);
	while (f.len > 0)
		act(&f, next(&f));
	finish(&f);
	return 0;
}
