/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Descriptions that a msrp_file_receiver gets, and its answers: whether a file is wanted, and from
 * which octet on.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/media/file_receiver.h"
#include "msrp/report.h"

/* ---- answers ---- */

static void send_answer(struct client_received_file *f, struct msrp_sdp_media *answer,
			const char *info)
{
	struct msrp_file_receiver *r = f->receiver;
	int err;

	answer->path = msrp_session_local_path(r->session);
	answer->accept_types = "*";
	err = client_description_send(r->session, answer, info, NULL, NULL, NULL);
	if (err)
		client_file_receiver_fail(r, err, msrp_strerror(err));
}

void client_received_file_refuse(struct client_received_file *f, const char *why)
{
	struct msrp_sdp_media answer = { 0 };
	struct msrp_file_receiver *r = f->receiver;

	if (!f->offer) { /* the message itself will be refused */
		if (why)
			snprintf(r->refusal, sizeof(r->refusal), "%s", why);
		return;
	}
	msrp_file_refuse(f->offer, &answer);
	send_answer(f, &answer, why);
}

void client_received_file_agree(struct client_received_file *f)
{
	struct msrp_sdp_media answer = { .port = CLIENT_DESCRIPTION_PORT };

	f->shown.state = MSRP_FILE_OFFERED;
	f->agreed = true;
	if (msrp_file_accept(f->offer, f->shown.start, &answer) == 0)
		send_answer(f, &answer, NULL);
}

/* ---- is it here already? ---- */

/* Nothing needs to be sent. */
static void take_without_transfer(struct client_received_file *f)
{
	struct msrp_sdp_media answer = { .port = CLIENT_DESCRIPTION_PORT };

	msrp_file_accept(f->offer, 0, &answer);
	answer.direction = MSRP_INACTIVE;
	send_answer(f, &answer, NULL);
	f->shown.present = true;
	f->shown.done = f->shown.file.size;
	client_received_file_over(f, 0, "the file is there already");
}

static void on_checked(void *arg, int err)
{
	struct client_received_file *f = arg;
	struct msrp_file_selector found = { 0 };

	if (!err)
		err = msrp_file_hash_result(f->check, &found);
	f->check = msrp_file_hash_free(f->check);
	if (!err && msrp_file_selector_matches(&f->offer->file, &found))
		take_without_transfer(f);
	else
		client_received_file_ask(f);
}

static int start_check(struct client_received_file *f)
{
	struct msrp_file_receiver *r = f->receiver;
	int fd = r->callbacks.present(r->arg, &f->shown);
	int err;

	if (fd < 0)
		return -ENOENT;
	err = r->gone ? -ECANCELED : msrp_file_hash_new(r->context->loop, &f->check);
	if (!err)
		err = msrp_file_hash_read(f->check, fd, f->offer->file.size, on_checked, f);
	close(fd);
	if (!err)
		f->shown.state = MSRP_FILE_READING;
	return err;
}

/* A part of a file cannot be compared with a whole one. */
static bool can_be_present(const struct client_received_file *f)
{
	const struct msrp_file_selector *file = &f->offer->file;
	struct msrp_sdp_media answer = { 0 };

	return f->receiver->callbacks.present && file->has_size &&
	       (file->has_sha1 || file->has_sha256) && msrp_file_accept(f->offer, 0, &answer) == 0;
}

/* ---- offers ---- */

/* The oldest agreed file of which nothing has come. */
static struct client_received_file *find_idle(const struct msrp_file_receiver *r)
{
	struct client_received_file *f;

	TAILQ_FOREACH (f, &r->files, in_receiver)
		if (f->shown.state == MSRP_FILE_OFFERED && !f->message && !f->cancelled)
			return f;
	return NULL;
}

static bool is_known_file(const struct msrp_file_receiver *r, const char *id)
{
	struct client_received_file *f;

	TAILQ_FOREACH (f, &r->files, in_receiver)
		if (strcmp(f->shown.id, id) == 0)
			return true;
	return false;
}

/* A sender that changes its mind simply offers the next file. */
static bool make_room_for_offer(struct msrp_file_receiver *r)
{
	struct client_received_file *f;

	if (r->n_files < r->options.at_once)
		return true;
	f = find_idle(r);
	if (f)
		client_received_file_over(f, -ECANCELED, "another file was offered in its place");
	return f && !r->gone;
}

static void take_offer(struct client_received_file *f)
{
	struct msrp_file_receiver *r = f->receiver;

	if (can_be_present(f) && start_check(f) == 0) {
		client_description_send_patience(r->session);
		return;
	}
	if (r->gone)
		return;
	f->check = msrp_file_hash_free(f->check);
	if (client_received_file_ask(f) && !f->agreed)
		client_description_send_patience(r->session);
}

int client_file_receiver_offered(struct msrp_file_receiver *r, struct msrp_sdp_media *offer)
{
	struct client_received_file *f = NULL;
	int status = MSRP_FORBIDDEN; /* the sender has to wait */

	if (client_description_is_end(offer)) {
		r->ended = true;
		msrp_session_shutdown(r->session);
		status = 0;
	} else if (!offer->has_file) {
		status = MSRP_BAD_REQUEST;
	} else if (offer->port != 0 && offer->file_transfer_id &&
		   offer->direction != MSRP_RECVONLY &&
		   !is_known_file(r, offer->file_transfer_id) && make_room_for_offer(r)) {
		f = client_received_file_new(r, offer);
		status = f ? 0 : MSRP_STOP_SENDING;
	}
	if (!f) {
		msrp_sdp_media_free(offer);
		return status;
	}
	r->offered = true;
	take_offer(f);
	return 0;
}
