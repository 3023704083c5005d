/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdlib.h>

#include "client/chat.h"
#include "client/types.h"
#include "msrp/report.h"

/* Our part of a message, which is the data of its msrp_incoming. */
static struct client_chat_coming *coming_new(struct msrp_chat *chat)
{
	struct client_chat_coming *c = calloc(1, sizeof(*c));

	if (c)
		LIST_INSERT_HEAD(&chat->coming, c, in_chat);
	return c;
}

static void coming_free(struct client_chat_coming *c)
{
	LIST_REMOVE(c, in_chat);
	buf_done(&c->content);
	free(c);
}

/* A session that is freed does not tell of messages that are incomplete. */
void client_chat_drop_coming(struct msrp_chat *chat)
{
	while (!LIST_EMPTY(&chat->coming))
		coming_free(LIST_FIRST(&chat->coming));
}

int client_chat_begin(void *arg, struct msrp_incoming *message)
{
	struct msrp_chat *chat = arg;

	if (message->total != MSRP_TOTAL_UNKNOWN && message->total > chat->max_size)
		return MSRP_STOP_SENDING;
	if (!message->data)
		message->data = coming_new(chat);
	return message->data ? 0 : MSRP_STOP_SENDING;
}

int client_chat_data(void *arg, struct msrp_incoming *message, uint64_t offset,
		     const uint8_t *bytes, size_t len)
{
	struct msrp_chat *chat = arg;
	struct buf *b = &((struct client_chat_coming *)message->data)->content;

	if (offset > chat->max_size || len > chat->max_size - offset)
		return MSRP_STOP_SENDING;
	/* Chunks may overtake each other: what is missing is filled in when it comes. */
	if (offset + len > b->len) {
		size_t more = (size_t)offset + len - b->len;

		if (!buf_reserve(b, more))
			return MSRP_STOP_SENDING;
		buf_commit(b, more);
	}
	memcpy(b->block + b->start + offset, bytes, len);
	return 0;
}

static bool is_type(const char *content_type, struct slice type)
{
	return client_type_matches(type, slice_from(content_type));
}

static void tell(struct msrp_chat *chat, const struct msrp_chat_message *m)
{
	struct msrp_chat_message shown = *m;
	struct msrp_composing composing;

	if (is_type(m->content_type, SLICE(MSRP_COMPOSING_TYPE)) &&
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
		tell(chat, m);
	else
		status = MSRP_UNSUPPORTED_MEDIA;
	msrp_cpim_free(cpim);
	return status;
}

static int tell_whole(struct msrp_chat *chat, const struct msrp_incoming *message, struct buf *b)
{
	struct msrp_chat_message m = {
		.message_id = message->message_id,
		.content_type = message->content_type,
		.len = b->len,
	};

	buf_add_char(b, '\0'); /* for who prints it as a string */
	if (buf_failed(b))
		return MSRP_STOP_SENDING;
	m.content = buf_data(b);
	if (is_type(message->content_type, SLICE("message/cpim")))
		return tell_wrapped(chat, &m);
	tell(chat, &m);
	return 0;
}

int client_chat_message_end(void *arg, struct msrp_incoming *message, char flag)
{
	struct client_chat_coming *c = message->data;
	int status = 0;

	if (!message->complete && flag != '#')
		return 0;
	message->data = NULL;
	if (message->complete)
		status = tell_whole(arg, message, &c->content);
	coming_free(c);
	return status;
}
