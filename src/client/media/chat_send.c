/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Outgoing messages: wrapped if the other side asks for it, and kept until the chat has started.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/reserved.h"
#include "client/media/chat.h"
#include "client/formats/composing.h"

enum {
	/* As much as a person types while the other side is being called. */
	WAITING_MAX = 1024,
	WAITING_SIZE_MAX = 4 * 1024 * 1024,

	DATETIME_SIZE = 32,
};

static const char wrapper_type[] = "message/cpim";

/* ---- what became of a message ---- */

static void tell_not_delivered(struct msrp_chat *chat, const char *message_id, int status,
			       const char *comment)
{
	if (!chat->endpoint.gone && chat->callbacks.did_not_deliver_message)
		chat->callbacks.did_not_deliver_message(chat->arg, message_id, status, comment);
}

static void on_chat_response(void *arg, const char *message_id, int status, const char *comment)
{
	if (status != 200)
		tell_not_delivered(arg, message_id, status, comment);
}

static void on_chat_delivered(void *arg, const char *message_id, int status, const char *comment)
{
	struct msrp_chat *chat = arg;

	if (status != 200)
		tell_not_delivered(chat, message_id, status, comment);
	else if (!chat->endpoint.gone && chat->callbacks.did_deliver_message)
		chat->callbacks.did_deliver_message(chat->arg, message_id);
}

/* ---- wrapping ---- */

static bool takes(const char *types, const char *type)
{
	return !types || msrp_sdp_accepts(types, type);
}

/* Without a=accept-wrapped-types, every type that may be sent may be wrapped (RFC 4975 8.6). */
static bool takes_wrapped(const struct msrp_chat *chat, const char *type)
{
	return takes(chat->their_types, wrapper_type) &&
	       takes(chat->their_wrapped_types ? chat->their_wrapped_types : chat->their_types,
		     type);
}

static bool is_other(const struct msrp_chat *chat, const char *uri)
{
	return uri && (!chat->remote.uri || strcmp(uri, chat->remote.uri) != 0);
}

/* How MESSAGE may be sent to the other side: 0, or -ENOTSUP. */
static int choose_wrapping(const struct msrp_chat *chat, const struct msrp_cpim *message,
			   bool *ret_wrap)
{
	bool wrap = chat->local.uri && takes_wrapped(chat, message->content_type);

	/* Without its To, everybody would read what is meant for one. */
	if (is_other(chat, message->to.uri) && (!wrap || !chat->their_private_messages))
		return -ENOTSUP;
	if (!wrap && !takes(chat->their_types, message->content_type))
		return -ENOTSUP;
	*ret_wrap = wrap;
	return 0;
}

static void format_now(char text[DATETIME_SIZE])
{
	time_t now = time(NULL);
	struct tm utc;

	gmtime_r(&now, &utc);
	strftime(text, DATETIME_SIZE, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

static int send_wrapped(struct msrp_chat *chat, struct msrp_cpim *message,
			struct msrp_send_options *options)
{
	char now[DATETIME_SIZE];
	uint8_t *bytes;
	size_t len;
	int err;

	format_now(now);
	message->from = (struct msrp_cpim_address){ chat->local.name, chat->local.uri };
	if (!message->to.uri)
		message->to = (struct msrp_cpim_address){ chat->remote.name, chat->remote.uri };
	if (!message->datetime)
		message->datetime = now;
	err = msrp_cpim_format(message, &bytes, &len);
	if (err)
		return err;
	options->content_type = wrapper_type;
	err = msrp_session_send(chat->endpoint.session, bytes, len, options, NULL);
	free(bytes);
	return err;
}

/* Sends with OPTIONS; fills in the content type. */
static int send_message(struct msrp_chat *chat, struct msrp_cpim *message,
			struct msrp_send_options *options)
{
	bool wrap;
	int err = choose_wrapping(chat, message, &wrap);

	if (err)
		return err;
	if (wrap)
		return send_wrapped(chat, message, options);
	options->content_type = message->content_type;
	return msrp_session_send(chat->endpoint.session, message->content, message->len, options,
				 NULL);
}

static int send_now(struct msrp_chat *chat, struct msrp_cpim *message, const char *message_id)
{
	struct msrp_send_options options = {
		.message_id = message_id,
		.failures = MSRP_FAILURES_PARTIAL,
		.success_report = true,
		.response = on_chat_response,
		.delivered = on_chat_delivered,
		.arg = chat,
	};

	return send_message(chat, message, &options);
}

/* ---- waiting for the start ---- */

static void waiting_free(struct client_chat_waiting *w)
{
	client_chat_address_done(&w->to);
	free(w->content_type);
	free(w->datetime);
	free(w->subject);
	free(w);
}

static int wait_for_start(struct msrp_chat *chat, const struct msrp_cpim *message,
			  const char *message_id)
{
	struct client_chat_waiting *w;

	if (chat->n_waiting == WAITING_MAX || message->len > WAITING_SIZE_MAX - chat->waiting_size)
		return -ENOBUFS;
	w = calloc(1, sizeof(*w) + message->len);
	if (!w)
		return -ENOMEM;
	snprintf(w->message_id, sizeof(w->message_id), "%s", message_id);
	w->len = message->len;
	if (w->len > 0)
		memcpy(w->content, message->content, w->len);
	if (!client_copy_text(&w->content_type, message->content_type) ||
	    !client_chat_copy_address(&w->to, &message->to) ||
	    !client_copy_text(&w->datetime, message->datetime) ||
	    !client_copy_text(&w->subject, message->subject)) {
		waiting_free(w);
		return -ENOMEM;
	}
	TAILQ_INSERT_TAIL(&chat->waiting, w, in_chat);
	chat->n_waiting++;
	chat->waiting_size += w->len;
	return 0;
}

static struct client_chat_waiting *take_waiting(struct msrp_chat *chat)
{
	struct client_chat_waiting *w = TAILQ_FIRST(&chat->waiting);

	if (!w)
		return NULL;
	TAILQ_REMOVE(&chat->waiting, w, in_chat);
	chat->n_waiting--;
	chat->waiting_size -= w->len;
	return w;
}

static int send_waiting(struct msrp_chat *chat, const struct client_chat_waiting *w)
{
	struct msrp_cpim message = {
		.to = { w->to.name, w->to.uri },
		.datetime = w->datetime,
		.subject = w->subject,
		.content_type = w->content_type,
		.content = w->content,
		.len = w->len,
	};

	return send_now(chat, &message, w->message_id);
}

void client_chat_flush(struct msrp_chat *chat)
{
	struct client_chat_waiting *w, *next;

	TAILQ_FOREACH_SAFE (w, &chat->waiting, in_chat, next) {
		w->err = send_waiting(chat, w);
		if (w->err)
			continue;
		TAILQ_REMOVE(&chat->waiting, w, in_chat);
		chat->n_waiting--;
		chat->waiting_size -= w->len;
		waiting_free(w);
	}
}

void client_chat_tell_unsent(struct msrp_chat *chat)
{
	struct client_chat_waiting *w;

	while (!chat->endpoint.gone && (w = take_waiting(chat))) {
		tell_not_delivered(chat, w->message_id, w->err, msrp_strerror(w->err));
		waiting_free(w);
	}
}

void client_chat_fail_waiting(struct msrp_chat *chat, const char *why)
{
	struct client_chat_waiting *w;

	while (!chat->endpoint.gone && (w = take_waiting(chat))) {
		tell_not_delivered(chat, w->message_id, -ECANCELED, why);
		waiting_free(w);
	}
}

void client_chat_drop_waiting(struct msrp_chat *chat)
{
	struct client_chat_waiting *w;

	while ((w = take_waiting(chat)))
		waiting_free(w);
}

/* ---- for the user ---- */

static int set_message_id(struct msrp_chat *chat, const char *wanted,
			  char ret_id[MSRP_MESSAGE_ID_SIZE])
{
	if (!wanted) {
		msrp_ident_make(&chat->endpoint.context->random, ret_id);
		return 0;
	}
	if (!msrp_ident_valid(slice_from(wanted)))
		return -EINVAL;
	snprintf(ret_id, MSRP_MESSAGE_ID_SIZE, "%s", wanted);
	return 0;
}

int msrp_chat_send(struct msrp_chat *chat, const void *content, size_t len,
		   const struct msrp_chat_send_options *options, char ret_id[MSRP_MESSAGE_ID_SIZE])
{
	static const struct msrp_chat_send_options defaults;
	const struct msrp_chat_send_options *o = options ? options : &defaults;
	struct msrp_cpim message = {
		.to = o->to,
		.datetime = o->datetime,
		.subject = o->subject,
		.content_type = o->content_type ? o->content_type : "text/plain; charset=utf-8",
		.content = content,
		.len = len,
	};
	char id[MSRP_MESSAGE_ID_SIZE];
	int err;

	if (!chat || (len > 0 && !content) || IS_NEWER(o))
		return -EINVAL;
	if (chat->endpoint.state >= CLIENT_ENDPOINT_ENDING)
		return -EPIPE;
	err = set_message_id(chat, o->message_id, id);
	if (err)
		return err;
	if (chat->endpoint.state < CLIENT_ENDPOINT_STARTED)
		err = wait_for_start(chat, &message, id);
	else
		err = send_now(chat, &message, id);
	if (!err && ret_id)
		memcpy(ret_id, id, sizeof(id));
	return err;
}

int msrp_chat_send_composing(struct msrp_chat *chat, const struct msrp_composing *composing)
{
	struct msrp_send_options options = { .failures = MSRP_FAILURES_NO };
	struct msrp_cpim message = { .content_type = MSRP_COMPOSING_TYPE };
	struct buf document = { 0 };
	int err;

	if (!chat || !composing || IS_NEWER(composing))
		return -EINVAL;
	if (chat->endpoint.state < CLIENT_ENDPOINT_STARTED)
		return -EAGAIN;
	if (chat->endpoint.state >= CLIENT_ENDPOINT_ENDING)
		return -EPIPE;
	client_composing_format(composing, &document);
	message.content = buf_data(&document);
	message.len = document.len;
	err = buf_failed(&document) ? -ENOMEM : send_message(chat, &message, &options);
	buf_done(&document);
	return err;
}
