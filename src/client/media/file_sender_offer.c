/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The offers of a msrp_file_sender, and the answers: which octets the other side wants, that it
 * wants none, or that it does not understand offers.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/media/file_sender.h"
#include "msrp/report.h"

enum {
	/*
	 * From the 200 for an offer to its answer, or the announcement that it will take time: a
	 * side that does not read the message says 200 to it, too. Then, time to read an existing
	 * file of perhaps 100 GB.
	 */
	UNDERSTOOD_MS = 3 * 1000,
	ANSWER_MS = 600 * 1000,
};

/* ---- nobody understands it ---- */

/* Offers made until now will not be answered. */
static void move_offered(struct msrp_file_sender *s)
{
	struct client_sent_file *f, *next;

	TAILQ_FOREACH_SAFE (f, &s->files, in_sender, next) {
		if (f->shown.state == MSRP_FILE_OFFERED && !f->cancelled)
			client_sent_file_move(f, 0, f->shown.file.size);
		if (s->gone || s->closing)
			return;
	}
}

static void go_without_offers(struct client_sent_file *f, int err, const char *why)
{
	struct msrp_file_sender *s = f->sender;

	s->without_offers = true;
	if (s->callbacks.unoffered)
		s->callbacks.unoffered(s->arg, &f->shown, err, why);
	if (!s->gone && !s->closing)
		move_offered(s);
}

static void on_no_answer(void *arg)
{
	go_without_offers(arg, -ETIMEDOUT,
			  "the other side has taken the offer, but does not answer it");
}

static void be_patient(struct client_sent_file *f, uint64_t ms)
{
	client_timer_start(f->sender->context, &f->patience, ms, on_no_answer, f);
}

/* The statuses by which somebody says that he does not understand offers. */
static bool is_not_understood(int status)
{
	return status == MSRP_BAD_REQUEST || status == MSRP_UNSUPPORTED_MEDIA ||
	       status == MSRP_UNKNOWN_METHOD;
}

/* ---- an offer ---- */

static struct client_sent_file *find_by_message(const struct msrp_file_sender *s,
						const char *message_id)
{
	struct client_sent_file *f;

	TAILQ_FOREACH (f, &s->files, in_sender)
		if (f->shown.state == MSRP_FILE_OFFERED && !f->cancelled &&
		    strcmp(f->offer_id, message_id) == 0)
			return f;
	return NULL;
}

static void on_offer_outcome(void *arg, const char *message_id, int status, const char *comment)
{
	struct msrp_file_sender *s = arg;
	struct client_sent_file *f = s->gone ? NULL : find_by_message(s, message_id);

	if (!f || status == -ECANCELED)
		return;
	if (is_not_understood(status))
		go_without_offers(f, status, comment);
	else if (status != MSRP_OK)
		client_sent_file_fail(f, status, comment);
	else if (!f->patient)
		be_patient(f, UNDERSTOOD_MS);
}

int client_file_sender_offer(struct client_sent_file *f)
{
	struct msrp_file_sender *s = f->sender;
	struct msrp_sdp_media media = {
		.port = CLIENT_DESCRIPTION_PORT,
		.path = msrp_session_local_path(s->session),
		.accept_types = CLIENT_DESCRIPTION_TYPE,
		.direction = MSRP_SENDONLY,
		.has_file = true,
		.file = f->shown.file,
		.file_transfer_id = f->id,
		.file_disposition = "attachment",
	};

	f->shown.state = MSRP_FILE_OFFERED;
	be_patient(f, ANSWER_MS);
	return client_description_send(s->session, &media, NULL, on_offer_outcome, s, f->offer_id);
}

/* ---- answers ---- */

static void take_patience(struct msrp_file_sender *s)
{
	struct client_sent_file *f;

	TAILQ_FOREACH (f, &s->files, in_sender) {
		if (f->shown.state != MSRP_FILE_OFFERED || f->cancelled)
			continue;
		f->patient = true;
		be_patient(f, ANSWER_MS);
	}
}

static void take_refusal(struct client_sent_file *f, const char *info)
{
	char why[CLIENT_WHY_MAX];

	snprintf(why, sizeof(why), "the other side does not want the file%s%s", info ? ": " : "",
		 info ? info : "");
	client_sent_file_over(f, MSRP_ERROR_REFUSED, why);
}

static void take_range(struct client_sent_file *f, const struct msrp_sdp_media *answer)
{
	uint64_t size = f->shown.file.size;
	uint64_t start = answer->file_start > 0 ? answer->file_start - 1 : 0;
	uint64_t stop =
	    answer->file_start > 0 && answer->file_stop < size ? answer->file_stop : size;

	if (start > stop)
		client_sent_file_over(f, -ERANGE, "the other side asks for what there is not");
	else
		client_sent_file_move(f, start, stop - start);
}

static void take_answer(struct client_sent_file *f, const struct msrp_sdp_media *answer,
			const char *info)
{
	if (answer->port == 0) {
		take_refusal(f, info);
	} else if (answer->direction == MSRP_INACTIVE) {
		f->shown.present = true;
		f->shown.done = f->shown.file.size;
		client_sent_file_over(f, 0, "the other side has the file already");
	} else {
		take_range(f, answer);
	}
}

static struct client_sent_file *find_by_transfer(const struct msrp_file_sender *s, const char *id)
{
	struct client_sent_file *f;

	TAILQ_FOREACH (f, &s->files, in_sender)
		if (f->shown.state == MSRP_FILE_OFFERED && !f->cancelled && strcmp(f->id, id) == 0)
			return f;
	return NULL;
}

static void take_description(struct msrp_file_sender *s, const struct msrp_sdp_media *answer,
			     const char *info)
{
	struct client_sent_file *f = NULL;

	if (client_description_is_patience(answer))
		take_patience(s);
	else if (answer->file_transfer_id)
		f = find_by_transfer(s, answer->file_transfer_id);
	if (f)
		take_answer(f, answer, info);
}

/* ---- for the session ---- */

int client_file_sender_begin(void *arg, struct msrp_incoming *message)
{
	struct msrp_file_sender *s = arg;

	return client_description_begin(&s->description, message);
}

int client_file_sender_data(void *arg, struct msrp_incoming *message, uint64_t offset,
			    const uint8_t *bytes, size_t len)
{
	struct msrp_file_sender *s = arg;

	return client_description_add(&s->description, offset, bytes, len);
}

int client_file_sender_message_end(void *arg, struct msrp_incoming *message, char flag)
{
	struct msrp_file_sender *s = arg;
	struct msrp_sdp_media *answer = NULL;
	char *info = NULL;
	int status = client_description_end(&s->description, flag, &answer, &info);

	if (answer && !s->closing)
		take_description(s, answer, info);
	msrp_sdp_media_free(answer);
	free(info);
	return status;
}
