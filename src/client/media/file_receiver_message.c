/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages to a msrp_file_receiver: descriptions, and files. It accepts only agreed files or, from
 * a sender without offers, messages that look like files.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/media/file_receiver.h"
#include "client/session/session.h"
#include "msrp/report.h"

static const char spoken[] = "text/* message/* " MSRP_COMPOSING_TYPE;

/* ---- refusing ---- */

/* Keeps WHY, which is needed when the file may be gone; NULL: the present one stays. */
static int refuse_file(struct msrp_file_receiver *r, struct msrp_incoming *message, int status,
		       const char *why)
{
	if (why)
		snprintf(r->refusal, sizeof(r->refusal), "%s", why);
	message->comment = r->refusal;
	return status;
}

/* Describes why a file cannot be accepted, in one line for both sides to read. */
static void explain_refused_file(int err, char why[CLIENT_WHY_MAX])
{
	if (err == MSRP_ERROR_MISMATCH)
		snprintf(why, CLIENT_WHY_MAX, "%s", msrp_strerror(err));
	else if (err == -EFBIG)
		snprintf(why, CLIENT_WHY_MAX, "the file is larger than is allowed here");
	else if (err == -ESPIPE)
		snprintf(why, CLIENT_WHY_MAX,
			 "the file comes out of order, and cannot be put in order here");
	else
		snprintf(why, CLIENT_WHY_MAX, "cannot write the file: %s", strerror(-err));
}

/* ---- the beginning ---- */

static struct client_received_file *find_by_message(const struct msrp_file_receiver *r,
						    const struct msrp_incoming *message)
{
	struct client_received_file *f;

	TAILQ_FOREACH (f, &r->files, in_receiver)
		if (f->message == message)
			return f;
	return NULL;
}

static struct client_received_file *find_by_id(const struct msrp_file_receiver *r, const char *id)
{
	struct client_received_file *f;

	TAILQ_FOREACH (f, &r->files, in_receiver)
		if (f->offer && strcmp(f->shown.id, id) == 0)
			return f;
	return NULL;
}

static bool is_verifiable(const struct msrp_file_selector *file)
{
	return file->has_size && (file->has_sha1 || file->has_sha256);
}

/*
 * The whole file, although only the rest was requested, or the answer is not out yet: the sender
 * does not support ranges, or did not wait.
 */
static bool take_whole(struct client_received_file *f)
{
	if (f->check) {
		f->check = msrp_file_hash_free(f->check);
		if (!client_received_file_ask(f))
			return false;
	}
	if (!f->accepted || client_file_sink_restart(&f->sink) != 0)
		return false;
	f->agreed = true;
	f->shown.start = 0;
	return true;
}

/* Only if its size, where known, is the agreed one. */
static bool open_offered(struct client_received_file *f, const struct msrp_incoming *message)
{
	const struct msrp_file_selector *file = &f->offer->file;
	bool any = message->total == MSRP_TOTAL_UNKNOWN || !file->has_size;

	if (f->message || f->cancelled || f->verifying)
		return false;
	if (f->agreed && (any || message->total == file->size - f->shown.start))
		return true;
	return is_verifiable(file) && (any || message->total == file->size) && take_whole(f);
}

/*
 * The filename of a Content-Disposition. The caller frees it; NULL: it has none, or there is no
 * memory.
 */
static char *disposition_name(const struct msrp_incoming *message)
{
	const struct msrp_header *header = msrp_chunk_header(message->head, "Content-Disposition");
	const struct msrp_value *value = header ? msrp_header_decoded(header) : NULL;

	for (size_t i = 0; value && i < value->parameters.n; i++) {
		const struct msrp_parameter *parameter = &value->parameters.list[i];

		if (strcasecmp(parameter->name, "filename") == 0)
			return parameter->value ? strdup(parameter->value) : NULL;
	}
	return NULL;
}

static struct client_received_file *new_unannounced(struct msrp_file_receiver *r,
						    const struct msrp_incoming *message)
{
	struct client_received_file *f = client_received_file_new(r, NULL);

	if (!f)
		return NULL;
	f->name = disposition_name(message);
	f->type = strdup(message->content_type);
	f->shown.file.name = f->name;
	f->shown.file.type = f->type;
	f->shown.file.has_size = message->total != MSRP_TOTAL_UNKNOWN;
	f->shown.file.size = f->shown.file.has_size ? message->total : 0;
	return f;
}

/* From a sender without offers. */
static int begin_unannounced(struct msrp_file_receiver *r, struct msrp_incoming *message,
			     struct client_received_file **ret_f)
{
	struct client_received_file *f;

	if (!message->disposition[0] && msrp_sdp_accepts(spoken, message->content_type))
		return MSRP_UNSUPPORTED_MEDIA;
	if (r->n_files >= r->options.at_once)
		return MSRP_FORBIDDEN;
	f = new_unannounced(r, message);
	if (!f)
		return MSRP_STOP_SENDING;
	snprintf(r->refusal, sizeof(r->refusal), "the file is not wanted");
	if (!client_received_file_ask(f))
		return refuse_file(r, message, MSRP_STOP_SENDING, NULL);
	if (!f->accepted) {
		client_received_file_drop(f);
		return MSRP_FORBIDDEN;
	}
	*ret_f = f;
	return 0;
}

static int begin_file(struct msrp_file_receiver *r, struct msrp_incoming *message)
{
	struct client_received_file *f = find_by_id(r, message->message_id);
	int status = 0;

	if (f ? !open_offered(f, message) : r->offered)
		return refuse_file(r, message, MSRP_FORBIDDEN, "not a file that was agreed on");
	if (!f)
		status = begin_unannounced(r, message, &f);
	if (status)
		return status;
	f->message = message;
	client_received_file_started(f);
	return 0;
}

static int on_file_begin(void *arg, struct msrp_incoming *message)
{
	struct msrp_file_receiver *r = arg;

	if (message == r->description.message || find_by_message(r, message))
		return 0; /* another chunk of it */
	if (r->closing)
		return MSRP_STOP_SENDING;
	if (!client_description_is(message->content_type))
		return begin_file(r, message);
	return r->options.without_offers ? MSRP_UNSUPPORTED_MEDIA
					 : client_description_begin(&r->description, message);
}

/* ---- the octets ---- */

static int keep_octets(struct client_received_file *f, uint64_t offset, const uint8_t *bytes,
		       size_t len)
{
	const struct msrp_file_selector *file = &f->shown.file;
	uint64_t start = f->shown.start;
	uint64_t rest = f->offer && file->has_size ? file->size - start : UINT64_MAX - start;

	if (offset > rest || len > rest - offset)
		return MSRP_ERROR_MISMATCH;
	if (start + offset + len > f->receiver->options.max_size)
		return -EFBIG;
	return client_file_sink_write(&f->sink, start + offset, bytes, len);
}

static int on_file_data(void *arg, struct msrp_incoming *message, uint64_t offset,
			const uint8_t *bytes, size_t len)
{
	struct msrp_file_receiver *r = arg;
	struct client_received_file *f;

	if (message == r->description.message)
		return client_description_add(&r->description, offset, bytes, len);
	f = find_by_message(r, message);
	if (!f->err)
		f->err = keep_octets(f, offset, bytes, len);
	if (!f->err)
		return 0;
	explain_refused_file(f->err, f->why);
	return refuse_file(r, message, MSRP_STOP_SENDING, f->why);
}

/* ---- the end ---- */

/* Like client_file_sink_verify(); the user has the last word. */
static int verify_file(struct client_received_file *f, uint64_t size)
{
	struct msrp_file_receiver *r = f->receiver;
	struct msrp_file_selector found = { 0 };
	struct msrp_file_selector wanted = { 0 };
	int err;

	if (f->offer)
		wanted = f->shown.file;

	wanted.name = NULL;
	wanted.type = NULL;
	err = client_file_sink_verify(&f->sink, size, &wanted, &found);
	if (err)
		return err;
	found.name = f->shown.file.name;
	found.type = f->shown.file.type;
	f->shown.file = found;
	return r->callbacks.complete ? r->callbacks.complete(r->arg, &f->shown) : 0;
}

/* If it is another file, there is nothing to resume. */
static void fail_verified(struct client_received_file *f, int err, char why[CLIENT_WHY_MAX])
{
	explain_refused_file(err, why);
	if (err == MSRP_ERROR_MISMATCH)
		f->sink.hashed = 0;
}

static void finish_later(void *arg, int err)
{
	struct client_received_file *f = arg;
	struct msrp_file_receiver *r = f->receiver;
	char why[CLIENT_WHY_MAX] = "";

	if (f->cancelled)
		return;
	f->verifying = false;
	if (!err)
		err = verify_file(f, f->sink.hashed);
	if (r->gone)
		return;
	if (err)
		fail_verified(f, err, why);
	if (!r->closed)
		msrp_session_report(r->session, f->message_id, err ? MSRP_STOP_SENDING : MSRP_OK,
				    err ? why : NULL);
	client_received_file_over(f, err, why);
	if (!r->gone)
		client_file_receiver_check_end(r);
}

/* Chunks have overtaken each other: the sender gets its report after the file has been read. */
static bool read_again(struct client_received_file *f, struct msrp_incoming *message, uint64_t size)
{
	snprintf(f->message_id, sizeof(f->message_id), "%s", message->message_id);
	f->verifying = client_incoming_hold_report(f->receiver->session, message) == 0 &&
		       client_file_sink_read(&f->sink, size, finish_later, f) == 0;
	return f->verifying;
}

static int finish_received_file(struct client_received_file *f, struct msrp_incoming *message)
{
	struct msrp_file_receiver *r = f->receiver;
	uint64_t size = f->shown.start + message->total;
	char why[CLIENT_WHY_MAX] = "";
	int err;

	f->message = NULL;
	err = verify_file(f, size);
	if (r->gone || (err == -EAGAIN && read_again(f, message, size)))
		return 0;
	if (err == -EAGAIN)
		err = MSRP_ERROR_MISMATCH;
	if (err) {
		fail_verified(f, err, why);
		refuse_file(r, message, 0, why);
	}
	client_received_file_over(f, err, why);
	return err ? MSRP_STOP_SENDING : 0;
}

/* Behind a relay, this is the only sign of a sender that has gone. */
static void break_off(struct client_received_file *f)
{
	static const char why[] = "the file has not come to its end";
	struct msrp_file_receiver *r = f->receiver;

	client_received_file_over(f, r->closing ? -ECANCELED : MSRP_ERROR_ABORTED, why);
	if (!r->gone)
		client_file_receiver_fail(r, MSRP_ERROR_ABORTED, why);
}

/* Its sender was told 413, and can go on with the next if it makes offers. */
static void give_up_file(struct client_received_file *f)
{
	struct msrp_file_receiver *r = f->receiver;
	char why[CLIENT_WHY_MAX];
	bool goes_on = f->offer != NULL;
	int err = f->err;

	snprintf(why, sizeof(why), "%s", f->why);
	client_received_file_over(f, err, why);
	if (!r->gone && !goes_on)
		client_file_receiver_fail(r, err, why);
}

static int end_file(struct client_received_file *f, struct msrp_incoming *message, char flag)
{
	if (f->cancelled) {
		f->message = NULL;
		return 0;
	}
	if (message->complete)
		return finish_received_file(f, message);
	if (flag != '#')
		return 0;
	f->message = NULL;
	if (f->err)
		give_up_file(f);
	else
		break_off(f);
	return 0;
}

static int end_description(struct msrp_file_receiver *r, char flag)
{
	struct msrp_sdp_media *offer = NULL;
	char *info = NULL;
	int status = client_description_end(&r->description, flag, &offer, &info);

	free(info);
	if (offer && r->closing)
		msrp_sdp_media_free(offer);
	else if (offer)
		status = client_file_receiver_offered(r, offer);
	return status;
}

static int on_file_end(void *arg, struct msrp_incoming *message, char flag)
{
	struct msrp_file_receiver *r = arg;
	struct client_received_file *f = find_by_message(r, message);

	if (message == r->description.message)
		return end_description(r, flag);
	return f ? end_file(f, message, flag) : 0;
}

static void on_file_receiver_closed(void *arg, int err, const char *why)
{
	struct msrp_file_receiver *r = arg;

	client_timer_stop(r->context, &r->later);
	client_timer_stop(r->context, &r->tick);
	r->closed = true;
	if (!r->err) {
		r->err = err;
		snprintf(r->why, sizeof(r->why), "%s", why);
	}
	client_file_receiver_check_end(r);
}

const struct msrp_session_callbacks client_file_receiver_session = {
	.begin = on_file_begin,
	.data = on_file_data,
	.end = on_file_end,
	.closed = on_file_receiver_closed,
};
