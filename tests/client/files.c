/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/files.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Without memory, libcheck's assertions do not work. */
static void expect(bool is_so)
{
	if (!is_so)
		abort();
}

static struct files_one *one_of(struct files *x, const struct msrp_file_offer *offer)
{
	int i = offer->file.name ? atoi(offer->file.name) : 0;

	expect(i < (int)x->n);
	return &x->file[i];
}

/* ---- the sender ---- */

static void on_sent_started(void *arg, struct msrp_file_offer *offer)
{
	struct files *x = arg;
	struct files_one *one = offer->data;

	expect(offer->state == MSRP_FILE_MOVING);
	one->sent_start = offer->start;
	x->order[x->n_started++] = (int)(one - x->file);
}

static void on_sent_progress(void *arg, struct msrp_file_offer *offer)
{
	expect(offer->done <= offer->file.size);
}

static void on_sent_over(void *arg, struct msrp_file_offer *offer, int err, const char *why)
{
	struct files *x = arg;
	struct files_one *one = offer->data;

	one->n_sent_over++;
	one->sent = NULL;
	one->sent_err = err;
	one->sent_present = offer->present;
	snprintf(one->sent_why, sizeof(one->sent_why), "%s", why);
	if (x->sender_frees)
		x->sender = msrp_file_sender_free(x->sender);
}

static void on_unoffered(void *arg, struct msrp_file_offer *offer, int err, const char *why)
{
	struct files *x = arg;

	expect(x->unoffered == 0);
	x->unoffered = err;
}

static void on_sender_closed(void *arg, int err, const char *why)
{
	struct files *x = arg;

	x->sender_closed = true;
	x->sender_err = err;
}

static const struct msrp_file_sender_callbacks sender_callbacks = {
	.started = on_sent_started,
	.progress = on_sent_progress,
	.over = on_sent_over,
	.unoffered = on_unoffered,
	.closed = on_sender_closed,
};

/* ---- the receiver ---- */

static int on_present(void *arg, const struct msrp_file_offer *offer)
{
	struct files_one *one = one_of(arg, offer);

	return one->is_there ? dup(one->to) : -1;
}

void files_accept(struct files *x, struct files_one *one)
{
	struct msrp_file_offer *offer = one->offered;
	uint64_t have = offer->id[0] ? one->have : 0;
	int err = msrp_file_receiver_accept(x->receiver, offer, one->to, have);

	if (err == -ENOMEM) {
		msrp_file_receiver_refuse(x->receiver, offer, NULL);
		return;
	}
	expect(err == 0);
	expect(msrp_file_receiver_accept(x->receiver, offer, one->to, have) == -EALREADY);
}

static void on_offered(void *arg, struct msrp_file_offer *offer)
{
	struct files *x = arg;
	struct files_one *one = one_of(x, offer);

	expect(offer->state == MSRP_FILE_WAITING);
	one->offered = offer;
	if (one->choice == TAKE)
		files_accept(x, one);
	else if (one->choice == REFUSE)
		expect(msrp_file_receiver_refuse(x->receiver, offer, "no room") == 0);
}

static void on_received_started(void *arg, struct msrp_file_offer *offer)
{
	one_of(arg, offer)->received_start = offer->start;
}

static int on_complete(void *arg, struct msrp_file_offer *offer)
{
	return one_of(arg, offer)->complete_err;
}

static void on_received_over(void *arg, struct msrp_file_offer *offer, int err, const char *why)
{
	struct files *x = arg;
	struct files_one *one = one_of(x, offer);

	one->n_received_over++;
	one->offered = NULL;
	one->received_err = err;
	one->received_present = offer->present;
	one->done = offer->done;
	one->selector = offer->file;
	snprintf(one->received_why, sizeof(one->received_why), "%s", why);
	if (x->receiver_frees)
		x->receiver = msrp_file_receiver_free(x->receiver);
}

static void on_receiver_closed(void *arg, int err, const char *why)
{
	struct files *x = arg;

	x->receiver_closed = true;
	x->receiver_err = err;
}

static const struct msrp_file_receiver_callbacks receiver_callbacks = {
	.present = on_present,
	.offered = on_offered,
	.started = on_received_started,
	.progress = on_sent_progress,
	.complete = on_complete,
	.over = on_received_over,
	.closed = on_receiver_closed,
};

/* ---- both ---- */

static void make_sender(struct side *s, struct msrp_transport *transport)
{
	struct files *x = s->data;

	ck_assert_int_eq(
	    msrp_file_sender_new(transport, &x->sender_options, &sender_callbacks, x, &x->sender),
	    0);
}

static void make_receiver(struct side *s, struct msrp_transport *transport)
{
	struct files *x = s->data;

	ck_assert_int_eq(msrp_file_receiver_new(transport, &x->receiver_options,
						&receiver_callbacks, x, &x->receiver),
			 0);
}

void files_init(struct files *x, const struct msrp_file_sender_options *sender,
		const struct msrp_file_receiver_options *receiver)
{
	*x = (struct files){ 0 };
	if (sender)
		x->sender_options = *sender;
	if (receiver)
		x->receiver_options = *receiver;
	pair_init(&x->pair, WITH_TCP, NULL);
	x->pair.caller.make = make_sender;
	x->pair.callee.make = make_receiver;
	x->pair.caller.data = x->pair.callee.data = x;
	pair_connect(&x->pair, WITH_TCP);
}

void files_done(struct files *x)
{
	msrp_file_sender_free(x->sender);
	msrp_file_receiver_free(x->receiver);
	for (size_t i = 0; i < x->n; i++) {
		free(x->file[i].bytes.bytes);
		close(x->file[i].from);
		close(x->file[i].to);
	}
	pair_done(&x->pair);
}

struct files_one *files_make(struct files *x, size_t size)
{
	struct files_one *one = &x->file[x->n++];

	one->bytes = make_file(size);
	one->from = memfd_create("from", MFD_CLOEXEC);
	one->to = memfd_create("to", MFD_CLOEXEC);
	ck_assert_int_eq(pwrite(one->from, one->bytes.bytes, size, 0), (ssize_t)size);
	return one;
}

void files_send(struct files *x, struct files_one *one)
{
	char name[16];
	struct msrp_file_offer_options options = {
		.fd = one->from,
		.file = { .name = name, .has_size = true, .size = one->bytes.len },
		.data = one,
	};

	snprintf(name, sizeof(name), "%d", (int)(one - x->file));
	ck_assert_int_eq(msrp_file_sender_send(x->sender, &options, &one->sent), 0);
	ck_assert_int_eq(one->sent->state, MSRP_FILE_WAITING);
}

void files_run(struct files *x)
{
	PAIR_RUN_UNTIL(&x->pair,
		       (x->sender_closed || !x->sender) && (x->receiver_closed || !x->receiver));
}

void files_assert_arrived(const struct files_one *one)
{
	size_t len = one->bytes.len;
	uint8_t *got = malloc(len + 1);

	ck_assert_msg(one->n_sent_over == 1 && one->sent_err == 0, "%s", one->sent_why);
	ck_assert_msg(one->n_received_over == 1 && one->received_err == 0, "%s", one->received_why);
	ck_assert_uint_eq(one->done, len);
	ck_assert_int_eq(pread(one->to, got, len + 1, 0), (ssize_t)len);
	ck_assert(memcmp(got, one->bytes.bytes, len) == 0);
	ck_assert(one->selector.has_sha256 && one->selector.size == len);
	free(got);
}
