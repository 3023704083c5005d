/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sends a part of a file as one message, and waits for the next hop's answer and then for the other
 * end's report.
 */
#include "client/media/file_part.h"

#include <errno.h>

#include "client/session/file_io.h"
#include "client/session/session.h"
#include "msrp/report.h"

enum {
	REPORT_MS = 60 * 1000, /* from the last answer to the report that everything has arrived */
};

/* The first octet of the message is that of the part. */
static int read_part(void *arg, uint64_t offset, uint8_t *bytes, size_t size, size_t *ret_len)
{
	const struct client_file_part *p = arg;

	return client_file_read(p->fd, p->start + offset, bytes, size, ret_len);
}

static void finish_part(struct client_file_part *p, int err, const char *why)
{
	p->out = NULL;
	client_timer_stop(p->context, &p->patience);
	p->done(p->arg, err, why);
}

static void on_no_report(void *arg)
{
	struct client_file_part *p = arg;
	struct msrp_outgoing_file *out = p->out;

	p->out = NULL; /* its last outcome, which comes now, must not be reported */
	msrp_outgoing_file_cancel(out);
	finish_part(p, -ETIMEDOUT, "the other side does not confirm that all came");
}

static void on_part_response(void *arg, const char *message_id, int status, const char *comment)
{
	struct client_file_part *p = arg;

	if (status != MSRP_OK)
		finish_part(p, status, comment);
	else
		client_timer_start(p->context, &p->patience, REPORT_MS, on_no_report, p);
}

static void on_part_delivered(void *arg, const char *message_id, int status, const char *comment)
{
	struct client_file_part *p = arg;

	if (p->out)
		finish_part(p, status == MSRP_OK ? 0 : status, comment);
}

int client_file_part_send(struct client_file_part *p, struct msrp_session *session,
			  const struct client_file_part_options *o, client_file_part_fn done,
			  void *arg)
{
	struct msrp_file_options options = {
		.send = {
			.message_id = o->message_id,
			.content_type = o->type,
			.success_report = true,
			.response = on_part_response,
			.delivered = on_part_delivered,
			.arg = p,
		},
		.name = o->name,
		.chunk_size = o->chunk_size,
		.read = read_part,
		.read_arg = p,
	};
	int err;

	p->context = session->context;
	p->fd = o->fd;
	p->start = o->start;
	p->done = done;
	p->arg = arg;
	err = msrp_outgoing_file_new(o->fd, o->len, &options, &p->out);
	if (err)
		return err;
	err = msrp_session_send_file(session, p->out);
	if (err)
		p->out = msrp_outgoing_file_free(p->out);
	return err;
}

uint64_t client_file_part_sent(const struct client_file_part *p)
{
	return msrp_outgoing_file_sent(p->out);
}

void client_file_part_cancel(struct client_file_part *p)
{
	msrp_outgoing_file_cancel(p->out);
}
