/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads files in steps, one file of a session after the other, as the connection has room.
 */
#include "client/session/outgoing_file.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>

#include "base/ascii.h"
#include "base/reserved.h"
#include "client/session/file_io.h"
#include "client/session/session.h"

enum {
	READ_SIZE = 64 * 1024, /* a few TLS records; the connection holds four of them */

	/*
	 * Chunks that may be unanswered at a time. The next hop remembers each of them, as we do;
	 * with chunks of 2 KiB this still fills 100 Mbit/s over 40 ms.
	 */
	UNANSWERED_MAX = 256,

};

/* ---- reading ---- */

/* Reads the next step of the chunk; *ret_len is 0 when the chunk needs no more. */
static int read_step(struct msrp_session *s, struct client_outgoing *out, size_t *ret_len)
{
	size_t size = out->chunk->left < READ_SIZE ? (size_t)out->chunk->left : READ_SIZE;
	size_t len = 0;
	int err;

	if (size == 0) {
		*ret_len = 0;
		return 0;
	}
	if (out->read)
		err = out->read(out->read_arg, out->fed, s->scratch, size, &len);
	else
		err = client_file_read(out->fd, out->fed, s->scratch, size, &len);
	if (!err && len == 0)
		err = -ENODATA; /* the file is shorter than announced */
	if (!err)
		*ret_len = len < size ? len : size;
	return err;
}

/* ---- pumping ---- */

static uint64_t next_chunk_len(const struct client_outgoing *out)
{
	uint64_t left = out->end - out->fed;

	return out->chunk_size > 0 && out->chunk_size < left ? out->chunk_size : left;
}

static int step_outgoing_file(struct msrp_session *s, struct client_outgoing *out)
{
	size_t len;
	int err = 0;

	if (!out->chunk)
		err = client_outgoing_open_chunk(out, s->files, next_chunk_len(out), 0);
	if (!err)
		err = read_step(s, out, &len);
	/* The reader may have cancelled the file or ended the session. */
	if (err || out->over || s->gone)
		return err;
	return client_outgoing_feed(out, s->scratch, len);
}

/* The file whose turn it is: the first that is not completely fed. */
static struct client_outgoing *current_file(const struct msrp_session *s)
{
	struct client_outgoing *out;

	TAILQ_FOREACH (out, &s->queue, in_session)
		if (!out->last_fed)
			return out;
	return NULL;
}

static bool may_feed(const struct msrp_session *s, const struct client_outgoing *out)
{
	return !msrp_conn_is_full(&s->transport->link->conn) &&
	       (out->chunk || out->n_unanswered < UNANSWERED_MAX);
}

void client_files_pump(struct msrp_session *s)
{
	struct client_outgoing *out;

	while (!s->over && (out = current_file(s)) && may_feed(s, out)) {
		int err = step_outgoing_file(s, out);

		if (err)
			client_outgoing_fail(out, err, msrp_strerror(err));
	}
	if (!s->over)
		client_link_kick(s->transport->link);
}

/* ---- for the user ---- */

/* RFC 2183: a quoted string. Escapes what would end it; leaves out what would end the line. */
static int add_disposition(struct buf *lines, const char *name)
{
	buf_add_slice(lines, SLICE("Content-Disposition: attachment; filename=\""));
	for (; *name; name++) {
		if ((unsigned char)*name < 0x20 || *name == 0x7f)
			continue;
		if (*name == '"' || *name == '\\')
			buf_add_char(lines, '\\');
		buf_add_char(lines, *name);
	}
	buf_add_slice(lines, SLICE("\"\r\n"));
	return buf_failed(lines) ? -ENOMEM : 0;
}

/* The file would have two. */
static bool has_two_dispositions(const struct msrp_file_options *options)
{
	const struct msrp_send_options *send = &options->send;

	for (size_t i = 0; options->name && i < send->n_headers; i++)
		if (strcasecmp(msrp_header_name(send->headers[i]), "Content-Disposition") == 0)
			return true;
	return false;
}

int msrp_outgoing_file_new(int fd, uint64_t size, const struct msrp_file_options *options,
			   struct msrp_outgoing_file **ret_file)
{
	struct msrp_outgoing_file *file;
	struct client_outgoing *out;
	int err;

	if (!options || !ret_file || IS_NEWER(options) || IS_NEWER(&options->send))
		return -EINVAL;
	if (options->position > size || has_two_dispositions(options))
		return -EINVAL;
	file = calloc(1, sizeof(*file));
	if (!file)
		return -ENOMEM;
	out = &file->out;
	err = client_outgoing_init(out, NULL, &options->send, "application/octet-stream");
	if (!err && options->name)
		err = add_disposition(&out->lines, options->name);
	if (!err)
		err = client_outgoing_set_range(out, options->position, size, size);
	if (err) {
		client_outgoing_free(out);
		return err;
	}
	out->fd = fd;
	out->chunk_size = options->chunk_size;
	out->read = options->read;
	out->read_arg = options->read_arg;
	*ret_file = file;
	return 0;
}

struct msrp_outgoing_file *msrp_outgoing_file_free(struct msrp_outgoing_file *file)
{
	if (file && !file->out.session)
		client_outgoing_free(&file->out);
	return NULL;
}

static bool has_scratch(struct msrp_session *s)
{
	if (!s->scratch)
		s->scratch = malloc(READ_SIZE);
	return s->scratch != NULL;
}

static int session_send_file(struct msrp_session *s, struct msrp_outgoing_file *file)
{
	struct client_outgoing *out = &file->out;

	if (s->shutting || s->over)
		return -EPIPE;
	if (out->session)
		return -EALREADY;
	if (!has_scratch(s))
		return -ENOMEM;
	if (!out->message_id[0])
		msrp_ident_make(&s->context->random, out->message_id);
	out->session = s;
	out->listed = true;
	TAILQ_INSERT_TAIL(&s->queue, out, in_session);
	client_session_settle_soon(s);
	return 0;
}

int msrp_session_send_file(struct msrp_session *s, struct msrp_outgoing_file *file)
{
	return !s || !file ? -EINVAL : session_send_file(s, file);
}

static uint64_t outgoing_file_sent(const struct msrp_outgoing_file *file)
{
	const struct client_chunk *chunk;
	uint64_t sent = file->out.written;

	LIST_FOREACH (chunk, &file->out.chunks, in_out)
		sent += chunk->flow.written;
	return sent;
}

uint64_t msrp_outgoing_file_sent(const struct msrp_outgoing_file *file)
{
	return !file ? 0 : outgoing_file_sent(file);
}

void msrp_outgoing_file_cancel(struct msrp_outgoing_file *file)
{
	struct client_outgoing *out;
	struct msrp_session *s;

	if (!file || !file->out.session || file->out.over)
		return;
	out = &file->out;
	s = out->session;
	client_enter(s->context);
	client_outgoing_fail(out, -ECANCELED, "cancelled");
	client_leave(s->context);
	if (!s->over)
		client_link_kick(s->transport->link);
}
