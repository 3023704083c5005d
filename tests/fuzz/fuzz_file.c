/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "client/msrp.h"
#include "context.h"
#include "msrp/digest.h"
#include "wire.h"

/*
 * A file from a hostile sender. The first byte of the input gives its announcement, and each three
 * bytes after it a chunk: where it begins, how long it is, and its properties, as bits of the enum.
 * In every case a file that is reported complete is on the disk as its hash says.
 */
enum {
	/* Of the first byte. */
	HAS_SIZE = 1,
	HAS_HASH = 2,
	RESUMES = 4,

	/* Of a chunk. */
	WRONG = 1,	    /* its octets are not those of the file */
	LAST = 2,	    /* '$', else '+' */
	ABORTED = 4,	    /* '#' */
	OTHER = 8,	    /* of another message */
	UNKNOWN_TOTAL = 16, /* else the file's */
	SHORT_TOTAL = 32,   /* the total is where the chunk ends */
	UNKNOWN_END = 64,

	SIZE = 16,
	HAVE = 4,
	PLACES = 20, /* where chunks begin and how long they are: somewhat more than the file */
};

#define THEIR_URI "msrp://192.0.2.1:2855/theirs;tcp"

static const char content[] = "0123456789abcdefghijklmnopqrstuvwxyz1234567890";

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

static void check(bool holds)
{
	if (!holds)
		abort();
}

static struct net_conn wire; /* a zeroed one is nobody's */

struct fuzz {
	struct msrp_file_transfer *transfer;
	int fd;
	char *our_path;
	bool started, ended;
	unsigned n_chunks;
};

static struct net_conn *dial(void)
{
	return &wire;
}

/* Runs until nothing moves, no timer is due and nobody reads the file. */
static void settle(void)
{
	struct client_timer *timer;
	bool moved;

	do {
		moved = wire_move(&wire);
		uv_run(&fuzz_loop, fuzz_loop.active_reqs.count > 0 ? UV_RUN_ONCE : UV_RUN_NOWAIT);
		timer = TAILQ_FIRST(&fuzz_context->timers);
	} while (moved || fuzz_loop.active_reqs.count > 0 ||
		 (timer && timer->due_ms <= client_now(fuzz_context)));
}

/* ---- what is told ---- */

static void on_initialized(void *arg, const struct msrp_sdp_media *local)
{
	struct fuzz *f = arg;

	f->our_path = strdup(local->path);
	check(f->our_path != NULL);
}

static void on_started(void *arg)
{
	struct fuzz *f = arg;

	f->started = true;
}

static void on_complete(void *arg, const struct msrp_file_selector *file)
{
	char text[2 * sizeof(content)];
	struct fuzz *f = arg;
	ssize_t len = pread(f->fd, text, sizeof(text), 0);
	struct msrp_file_selector found = { 0 };
	struct msrp_file_hash *hash;

	check(len >= 0 && file->has_size && file->has_sha256 && (uint64_t)len >= file->size);
	/* And after it comes only what was there before. */
	check((uint64_t)len == (file->size > HAVE ? file->size : HAVE));
	check(msrp_file_hash_new(&fuzz_loop, &hash) == 0);
	msrp_file_hash_add(hash, 0, text, (size_t)file->size);
	check(msrp_file_hash_result(hash, &found) == 0);
	msrp_file_hash_free(hash);
	check(memcmp(found.sha256, file->sha256, sizeof(found.sha256)) == 0);
	check(memcmp(found.sha1, file->sha1, sizeof(found.sha1)) == 0);
}

static void on_ended(void *arg)
{
	struct fuzz *f = arg;

	check(!f->ended);
	f->ended = true;
}

/* ---- making it ---- */

static struct msrp_file_selector announced(uint8_t how)
{
	struct msrp_file_selector file = { 0 };
	struct msrp_file_hash *hash;

	check(msrp_file_hash_new(&fuzz_loop, &hash) == 0);
	msrp_file_hash_add(hash, 0, content, SIZE);
	check(msrp_file_hash_result(hash, &file) == 0);
	msrp_file_hash_free(hash);
	file.has_size = how & HAS_SIZE;
	file.has_sha1 = file.has_sha256 = how & HAS_HASH;
	return file;
}

static void begin(struct fuzz *f, uint8_t how)
{
	static const struct msrp_file_transfer_callbacks callbacks = {
		.did_initialize = on_initialized,
		.did_start = on_started,
		.did_complete = on_complete,
		.did_end = on_ended,
	};
	struct msrp_local_uri local = { .host = "192.0.2.2", .port = 9 };
	struct msrp_sdp_media offer = { .port = 2855, .path = THEIR_URI, .has_file = true };
	struct msrp_file_transfer_options options = { .offer = &offer };
	struct msrp_connector *connector;

	if (!fuzz_context)
		fuzz_context_make();
	wire_init(&wire);
	wire_dial = dial;
	f->fd = memfd_create("file", MFD_CLOEXEC);
	check(f->fd >= 0 && pwrite(f->fd, content, HAVE, 0) == HAVE);
	offer.direction = MSRP_SENDONLY;
	offer.setup = MSRP_SETUP_PASSIVE;
	offer.file = announced(how);
	offer.file_transfer_id = "1234567890";
	options.fd = f->fd;
	options.have = how & RESUMES ? HAVE : 0;
	check(msrp_connector_direct_new(fuzz_context, &connector) == 0);
	if (msrp_file_transfer_new(connector, &options, &callbacks, f, &f->transfer) != 0)
		return;
	check(msrp_file_transfer_initialize(f->transfer, &local) == 0);
	settle();
	check(f->our_path != NULL);
	check(msrp_file_transfer_start(f->transfer, &offer) == 0);
	settle();
	if (wire.user)
		wire_open(&wire);
	settle();
}

/* The other side accepts the session. */
static void answer_binding(void)
{
	struct slice out = buf_slice(&wire.out);
	struct slice id = slice_skip(out, out.len > 5 ? 5 : out.len);
	char text[512];
	int len;

	id = slice_first(id, slice_find(id, ' '));
	len = snprintf(text, sizeof(text),
		       "MSRP %" SLICE_FMT " 200 OK\r\nTo-Path: msrp://192.0.2.2:9/x;tcp\r\n"
		       "From-Path: " THEIR_URI "\r\n-------%" SLICE_FMT "$\r\n",
		       SLICE_ARG(id), SLICE_ARG(id));
	buf_add(&wire.in, text, (size_t)len);
	buf_clear(&wire.out);
	settle();
}

static void send_chunk(struct fuzz *f, unsigned start, unsigned len, uint8_t how)
{
	char end[16] = "*", total[16] = "*", body[PLACES + 1] = "", text[1024];
	char flag = how & ABORTED ? '#' : how & LAST ? '$' : '+';
	int text_len;

	if (!(how & UNKNOWN_END))
		snprintf(end, sizeof(end), "%u", start + len);
	if (how & SHORT_TOTAL)
		snprintf(total, sizeof(total), "%u", start + len);
	else if (!(how & UNKNOWN_TOTAL))
		snprintf(total, sizeof(total), "%u", SIZE);
	memcpy(body, how & WRONG ? content + 1 : content + start, len);
	text_len = snprintf(text, sizeof(text),
			    "MSRP t%07u SEND\r\nTo-Path: %s\r\nFrom-Path: " THEIR_URI "\r\n"
			    "Message-ID: %s\r\nByte-Range: %u-%s/%s\r\nContent-Type: a/b\r\n\r\n"
			    "%s\r\n-------t%07u%c\r\n",
			    f->n_chunks, f->our_path, how & OTHER ? "m2" : "m1", start + 1, end,
			    total, body, f->n_chunks, flag);
	f->n_chunks++;
	buf_add(&wire.in, text, (size_t)text_len);
	settle();
	buf_clear(&wire.out);
}

static void finish(struct fuzz *f)
{
	f->transfer = msrp_file_transfer_free(f->transfer);
	settle();
	check(fuzz_context->n_live == 0 && STAILQ_EMPTY(&fuzz_context->garbage));
	check(TAILQ_EMPTY(&fuzz_context->timers) && !wire.user);
	wire_done(&wire);
	free(f->our_path);
	close(f->fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct fuzz f = { 0 };

	if (len == 0)
		return 0;
	begin(&f, in[0]);
	if (f.transfer && wire.user)
		answer_binding();
	for (size_t i = 1; i + 3 <= len && f.started && !f.ended && wire.user; i += 3)
		send_chunk(&f, in[i] % PLACES, in[i + 1] % PLACES, in[i + 2]);
	finish(&f);
	return 0;
}
