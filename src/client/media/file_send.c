/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sending side of msrp_file_transfer: sends the part of the file that the other side requested,
 * and reports the outcome.
 */
#include <errno.h>
#include <stdio.h>

#include "client/media/file_transfer.h"
#include "msrp/report.h"

enum {
	WHY_MAX = 300,
};

static void fail_transfer(struct msrp_file_transfer *t, int status, const char *comment)
{
	char why[WHY_MAX];

	snprintf(why, sizeof(why), "%d %s", status, comment);
	client_file_transfer_fail(
	    t, status == MSRP_STOP_SENDING ? MSRP_ERROR_ABORTED : MSRP_ERROR_REFUSED, why);
}

static void on_transfer_sent(void *arg, int err, const char *why)
{
	struct msrp_file_transfer *t = arg;

	if (!err)
		client_file_transfer_complete(t);
	else if (err > 0)
		fail_transfer(t, err, why);
	else if (err != -ECANCELED) /* the session reports its own end, and we our cancelling */
		client_file_transfer_fail(t, err, why);
}

int client_file_send_start(struct msrp_file_transfer *t)
{
	struct client_file_part_options options = {
		.fd = t->fd,
		.start = t->start,
		.len = t->length,
		.name = t->name,
		.type = t->type,
		.chunk_size = t->chunk_size,
	};

	return client_file_part_send(&t->part, t->endpoint.session, &options, on_transfer_sent, t);
}

/* ---- the session: nothing is accepted from the other side, so nothing has data or an end ---- */

static int on_unwanted_begin(void *arg, struct msrp_incoming *message)
{
	return MSRP_FORBIDDEN;
}

const struct msrp_session_callbacks client_file_send_callbacks = {
	.begin = on_unwanted_begin,
	.closed = client_file_transfer_closed,
};
