/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>

#include "client/session/file_io.h"
#include "client/media/file_transfer.h"
#include "msrp/report.h"

enum {
	REPORT_MS = 60 * 1000, /* from the last answer to the report that all is there */
	WHY_MAX = 300,
};

/* RFC 5547 section 6: the part is a message of its own, which begins with its octet 1. */
static int read_part(void *arg, uint64_t offset, uint8_t *bytes, size_t size, size_t *ret_len)
{
	const struct msrp_file_transfer *t = arg;

	return client_file_read(t->fd, t->start + offset, bytes, size, ret_len);
}

/* ---- outcomes ---- */

static void fail(struct msrp_file_transfer *t, int status, const char *comment)
{
	char why[WHY_MAX];

	t->out = NULL;
	/* The session is over, which tells of itself, or we have cancelled the file. */
	if (status == -ECANCELED)
		return;
	if (status < 0) {
		client_file_transfer_fail(t, status, comment);
		return;
	}
	snprintf(why, sizeof(why), "%d %s", status, comment);
	client_file_transfer_fail(
	    t, status == MSRP_STOP_SENDING ? MSRP_ERROR_ABORTED : MSRP_ERROR_REFUSED, why);
}

static void on_no_report(void *arg)
{
	struct msrp_file_transfer *t = arg;

	client_file_transfer_fail(t, -ETIMEDOUT, "the other side does not confirm that all came");
}

static void on_response(void *arg, const char *message_id, int status, const char *comment)
{
	struct msrp_file_transfer *t = arg;

	if (status != MSRP_OK)
		fail(t, status, comment);
	else
		client_timer_start(t->endpoint.context, &t->patience, REPORT_MS, on_no_report, t);
}

static void on_delivered(void *arg, const char *message_id, int status, const char *comment)
{
	struct msrp_file_transfer *t = arg;

	if (status != MSRP_OK)
		fail(t, status, comment);
	else
		client_file_transfer_complete(t);
}

int client_file_send_start(struct msrp_file_transfer *t)
{
	struct msrp_file_options options = {
		.send = {
			.content_type = t->type,
			.success_report = true,
			.response = on_response,
			.delivered = on_delivered,
			.arg = t,
		},
		.name = t->name,
		.chunk_size = t->chunk_size,
		.read = read_part,
		.read_arg = t,
	};
	int err = msrp_outgoing_file_new(t->fd, t->length, &options, &t->out);

	return err ? err : msrp_session_send_file(t->endpoint.session, t->out);
}

/* ---- the session: nothing is wanted from the other side, so nothing has data or an end ---- */

static int on_begin(void *arg, struct msrp_incoming *message)
{
	return MSRP_FORBIDDEN;
}

const struct msrp_session_callbacks client_file_send_callbacks = {
	.begin = on_begin,
	.closed = client_file_transfer_closed,
};
