/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Incoming messages: unwraps Message/CPIM, and reports each as what it is.
 */
#include <errno.h>

#include "client/media/chat.h"
#include "msrp/media_type.h"
#include "msrp/report.h"

static bool is_chat_type(const char *content_type, struct slice type)
{
	return msrp_media_type_matches(type, slice_from(content_type));
}

static void tell_chat_message(struct msrp_chat *chat, const struct msrp_chat_message *m)
{
	struct msrp_chat_message shown = *m;
	struct msrp_composing composing;

	if (is_chat_type(m->content_type, SLICE(MSRP_COMPOSING_TYPE)) &&
	    msrp_composing_parse(m->content, m->len, &composing) == 0)
		shown.composing = &composing;
	if (chat->callbacks.got_message)
		chat->callbacks.got_message(chat->arg, &shown);
}

static bool accepts_wrapped(const struct msrp_chat *chat, const struct msrp_cpim *cpim)
{
	return !cpim->required &&
	       (!chat->accept_wrapped_types ||
		msrp_sdp_accepts(chat->accept_wrapped_types, cpim->content_type));
}

static int tell_wrapped(struct msrp_chat *chat, struct msrp_chat_message *m)
{
	struct msrp_cpim *cpim;
	int err = msrp_cpim_parse(m->content, m->len, &cpim);
	int status = 0;

	if (err)
		return err == -ENOMEM ? MSRP_STOP_SENDING : MSRP_BAD_REQUEST;
	m->cpim = cpim;
	m->content_type = cpim->content_type;
	m->content = cpim->content;
	m->len = cpim->len;
	m->is_private = chat->their_chatroom && chat->local.uri && cpim->to.uri &&
			strcmp(cpim->to.uri, chat->local.uri) == 0;
	if (accepts_wrapped(chat, cpim))
		tell_chat_message(chat, m);
	else
		status = MSRP_UNSUPPORTED_MEDIA;
	msrp_cpim_free(cpim);
	return status;
}

int client_chat_received(void *arg, const struct msrp_received *message)
{
	struct msrp_chat *chat = arg;
	struct msrp_chat_message m = {
		.message_id = message->message_id,
		.content_type = message->content_type,
		.content = message->bytes,
		.len = (size_t)message->size,
		.head = message->head,
	};

	if (message->aborted)
		return 0;
	if (is_chat_type(message->content_type, SLICE("message/cpim")))
		return tell_wrapped(chat, &m);
	tell_chat_message(chat, &m);
	return 0;
}
