/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>

#include "client/session/file_io.h"
#include "client/media/file_transfer.h"
#include "msrp/report.h"

static const char mismatch[] = "what came is not the file that was announced";

int client_file_receive_restart(struct msrp_file_transfer *t)
{
	struct msrp_file_hash *hash;
	int err = msrp_file_hash_new(t->endpoint.context->loop, &hash);

	if (err)
		return err;
	msrp_file_hash_free(t->hash);
	t->hash = hash;
	return client_file_transfer_set_part(t, 0, 0);
}

/* ---- the end of the file ---- */

/* Of the whole file, nobody knows whether it is that one. */
static void take_part(struct msrp_file_transfer *t)
{
	t->file.has_sha1 = false;
	t->file.has_sha256 = false;
}

/*
 * May it be kept? Only a file that came to its end can be compared, and only one that is in the
 * hash to its end, with nothing behind it, is what the hash is of.
 */
static bool is_as_announced(struct msrp_file_transfer *t, uint64_t size)
{
	struct msrp_file_selector found = { 0 };

	if (t->range_stop < t->file.size && size == t->range_stop) {
		take_part(t);
		return true;
	}
	if (msrp_file_hash_size(t->hash) != size || msrp_file_hash_result(t->hash, &found) != 0)
		return false;
	if (!msrp_file_selector_matches(&t->file, &found) || client_file_cut(t->fd, size) != 0)
		return false;
	found.name = t->file.name;
	found.type = t->file.type;
	t->file = found;
	return true;
}

static void on_read_again(void *arg, int err)
{
	struct msrp_file_transfer *t = arg;
	bool good = !err && is_as_announced(t, msrp_file_hash_size(t->hash));

	t->verifying = false;
	t->complete = good;
	if (t->endpoint.session && good)
		client_file_transfer_complete(t);
	else if (t->endpoint.session)
		client_file_transfer_fail(t, MSRP_ERROR_MISMATCH, mismatch);
	else
		client_endpoint_finish(&t->endpoint, good ? 0 : MSRP_ERROR_MISMATCH, mismatch);
}

static int finish(struct msrp_file_transfer *t, uint64_t size)
{
	t->in = NULL;
	/* Chunks may have overtaken each other. */
	if (msrp_file_hash_size(t->hash) < size &&
	    msrp_file_hash_read(t->hash, t->fd, size, on_read_again, t) == 0) {
		t->verifying = true;
		return 0;
	}
	if (is_as_announced(t, size)) {
		client_file_transfer_complete(t);
		return 0;
	}
	client_file_transfer_fail(t, MSRP_ERROR_MISMATCH, mismatch);
	return MSRP_STOP_SENDING;
}

/* ---- the session ---- */

static bool is_too_long(const struct msrp_file_transfer *t, uint64_t len)
{
	return len > t->length || len > t->max_size - t->start;
}

static int on_begin(void *arg, struct msrp_incoming *message)
{
	struct msrp_file_transfer *t = arg;
	uint64_t total = message->total;

	if (t->stopped)
		return MSRP_STOP_SENDING;
	if (t->in != message && (t->in || t->verifying || t->complete))
		return MSRP_FORBIDDEN; /* RFC 5547 8.7: one file, and nothing else */
	/* Who does not know ranges sends it all. */
	if (!t->in && t->start > 0 && t->file.has_size && total == t->file.size &&
	    client_file_receive_restart(t) != 0)
		return MSRP_STOP_SENDING;
	if (total != MSRP_TOTAL_UNKNOWN && is_too_long(t, total))
		return MSRP_STOP_SENDING;
	t->in = message;
	return 0;
}

/* What is in the hash stays in the file as it is, whatever comes in its place. */
static int keep(struct msrp_file_transfer *t, uint64_t at, struct slice bytes)
{
	uint64_t hashed = msrp_file_hash_size(t->hash);
	uint64_t known = at < hashed ? hashed - at : 0;

	if (known >= bytes.len)
		return 0;
	at += known;
	bytes = slice_skip(bytes, (size_t)known);
	t->write_err = client_file_write(t->fd, at, (const uint8_t *)bytes.p, bytes.len);
	if (t->write_err)
		return MSRP_STOP_SENDING;
	msrp_file_hash_add(t->hash, at, bytes.p, bytes.len);
	return 0;
}

static int on_data(void *arg, struct msrp_incoming *message, uint64_t offset, const uint8_t *bytes,
		   size_t len)
{
	struct msrp_file_transfer *t = arg;

	if (is_too_long(t, offset) || is_too_long(t, offset + len))
		return MSRP_STOP_SENDING;
	return keep(t, t->start + offset, slice_make(bytes, len));
}

static int on_end(void *arg, struct msrp_incoming *message, char flag)
{
	struct msrp_file_transfer *t = arg;

	if (message->complete)
		return finish(t, t->start + message->total);
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
	.begin = on_begin,
	.data = on_data,
	.end = on_end,
	.closed = client_file_transfer_closed,
};
