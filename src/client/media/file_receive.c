/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The receiving side of msrp_file_transfer: one message, which is the agreed part of the file.
 */
#include <errno.h>
#include <stdio.h>

#include "client/media/file_transfer.h"
#include "client/session/session.h"
#include "msrp/report.h"

static const char mismatch[] = "what came is not the file that was announced";

int client_file_receive_restart(struct msrp_file_transfer *t)
{
	int err = client_file_sink_restart(&t->sink);

	return err ? err : client_file_transfer_set_part(t, 0, 0);
}

/* ---- the end of the file ---- */

/* Nobody knows whether the rest belongs to the file with these hashes. */
static void forget_hashes(struct msrp_file_transfer *t)
{
	t->file.has_sha1 = false;
	t->file.has_sha256 = false;
}

/* Like client_file_sink_verify(). Only a complete file can be compared. */
static int verify_transfer(struct msrp_file_transfer *t, uint64_t size)
{
	struct msrp_file_selector found = { 0 };
	int err;

	if (t->range_stop < t->file.size && size == t->range_stop) {
		forget_hashes(t);
		return 0;
	}
	err = client_file_sink_verify(&t->sink, size, &t->file, &found);
	if (err)
		return err;
	found.name = t->file.name;
	found.type = t->file.type;
	t->file = found;
	return 0;
}

/* Reports to the sender, unless that was done. */
static void report(struct msrp_file_transfer *t, bool good)
{
	if (t->endpoint.session)
		msrp_session_report(t->endpoint.session, t->message_id,
				    good ? MSRP_OK : MSRP_STOP_SENDING, good ? NULL : mismatch);
}

static void on_read_again(void *arg, int err)
{
	struct msrp_file_transfer *t = arg;
	bool good = !err && verify_transfer(t, t->sink.hashed) == 0;

	t->verifying = false;
	t->complete = good;
	report(t, good);
	if (t->endpoint.session && good)
		client_file_transfer_complete(t);
	else if (t->endpoint.session)
		client_file_transfer_fail(t, MSRP_ERROR_MISMATCH, mismatch);
	else
		client_endpoint_finish(&t->endpoint, good ? 0 : MSRP_ERROR_MISMATCH, mismatch);
}

/* Chunks have overtaken each other: the sender gets its report after the file has been read. */
static bool read_again(struct msrp_file_transfer *t, struct msrp_incoming *message, uint64_t size)
{
	snprintf(t->message_id, sizeof(t->message_id), "%s", message->message_id);
	t->verifying = client_incoming_hold_report(t->endpoint.session, message) == 0 &&
		       client_file_sink_read(&t->sink, size, on_read_again, t) == 0;
	return t->verifying;
}

static int finish_transfer(struct msrp_file_transfer *t, struct msrp_incoming *message)
{
	uint64_t size = t->start + message->total;
	int err = verify_transfer(t, size);

	t->in = NULL;
	if (err == -EAGAIN && read_again(t, message, size))
		return 0;
	if (!err) {
		client_file_transfer_complete(t);
		return 0;
	}
	client_file_transfer_fail(t, MSRP_ERROR_MISMATCH, mismatch);
	return MSRP_STOP_SENDING;
}

/* ---- the session ---- */

static bool is_transfer_too_long(const struct msrp_file_transfer *t, uint64_t len)
{
	return len > t->length || len > t->max_size - t->start;
}

static int on_transfer_begin(void *arg, struct msrp_incoming *message)
{
	struct msrp_file_transfer *t = arg;
	uint64_t total = message->total;

	if (t->stopped)
		return MSRP_STOP_SENDING;
	if (t->in != message && (t->in || t->verifying || t->complete))
		return MSRP_FORBIDDEN; /* RFC 5547 8.7: one file, and nothing else */
	/* A sender without support for ranges sends everything. */
	if (!t->in && t->start > 0 && t->file.has_size && total == t->file.size &&
	    client_file_receive_restart(t) != 0)
		return MSRP_STOP_SENDING;
	if (total != MSRP_TOTAL_UNKNOWN && is_transfer_too_long(t, total))
		return MSRP_STOP_SENDING;
	t->in = message;
	return 0;
}

static int on_transfer_data(void *arg, struct msrp_incoming *message, uint64_t offset,
			    const uint8_t *bytes, size_t len)
{
	struct msrp_file_transfer *t = arg;

	if (is_transfer_too_long(t, offset) || is_transfer_too_long(t, offset + len))
		return MSRP_STOP_SENDING;
	t->write_err = client_file_sink_write(&t->sink, t->start + offset, bytes, len);
	return t->write_err ? MSRP_STOP_SENDING : 0;
}

static int on_transfer_end(void *arg, struct msrp_incoming *message, char flag)
{
	struct msrp_file_transfer *t = arg;

	if (message->complete)
		return finish_transfer(t, message);
	if (flag != '#')
		return 0;
	t->in = NULL;
	if (t->write_err)
		client_file_transfer_fail(t, t->write_err, "the file cannot be written");
	else if (!t->stopped)
		client_file_transfer_fail(t, MSRP_ERROR_ABORTED,
					  "the file has not come to its end");
	return 0;
}

const struct msrp_session_callbacks client_file_receive_callbacks = {
	.begin = on_transfer_begin,
	.data = on_transfer_data,
	.end = on_transfer_end,
	.closed = client_file_transfer_closed,
};
