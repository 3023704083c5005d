/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The life of a chat, from the connector that it takes over to its end. chat_send.c and
 * chat_receive.c have its messages.
 */
#include "client/media/chat.h"

#include <errno.h>
#include <stdlib.h>

#include "base/reserved.h"

enum {
	SIZE_DEFAULT = 1024 * 1024, /* a typed message, or a picture of modest size */
	TYPES_MAX = 64,
};

static const char types_default[] = "message/cpim text/* " MSRP_COMPOSING_TYPE;

static struct msrp_chat *chat_of(struct client_endpoint *e)
{
	return CONTAINER_OF(e, struct msrp_chat, endpoint);
}

/* ---- the end ---- */

static void on_chat_ended(struct client_endpoint *e)
{
	struct msrp_chat *chat = chat_of(e);

	client_chat_fail_waiting(chat, e->why);
	if (e->failed && !e->gone && chat->callbacks.did_fail)
		chat->callbacks.did_fail(chat->arg, e->failed, e->why);
	if (!e->gone && chat->callbacks.did_end)
		chat->callbacks.did_end(chat->arg);
}

static void on_chat_closed(void *arg, int err, const char *why)
{
	struct msrp_chat *chat = arg;

	/* Closing the connection is the way to leave a chat, and no failure. */
	client_endpoint_closed(&chat->endpoint, err == MSRP_ERROR_CLOSED ? 0 : err, why);
}

void msrp_chat_end(struct msrp_chat *chat)
{
	struct client_endpoint *e;

	if (!chat)
		return;
	e = &chat->endpoint;
	if (e->state >= CLIENT_ENDPOINT_ENDING)
		return;
	e->state = CLIENT_ENDPOINT_ENDING;
	if (chat->callbacks.will_end)
		chat->callbacks.will_end(chat->arg);
	if (!e->gone)
		client_endpoint_close(e, 0, "the chat was ended");
}

/* ---- initialize ---- */

static void on_initialized(struct client_endpoint *e, struct msrp_sdp_media *local)
{
	struct msrp_chat *chat = chat_of(e);

	local->accept_types = chat->accept_types;
	local->accept_wrapped_types = chat->accept_wrapped_types;
	local->max_size = chat->max_size;
	if (chat->callbacks.did_initialize)
		chat->callbacks.did_initialize(chat->arg, local);
}

int msrp_chat_initialize(struct msrp_chat *chat, const struct msrp_local_uri *local)
{
	if (!chat)
		return -EINVAL;
	if (chat->endpoint.state != CLIENT_ENDPOINT_NEW)
		return -EALREADY;
	return client_endpoint_prepare(&chat->endpoint, local);
}

/* ---- start ---- */

/* Splits LIST, a copy, at its spaces. */
static void split_types(char *list, const char *types[TYPES_MAX + 1])
{
	size_t n = 0;

	for (char *rest = list, *type; n < TYPES_MAX && (type = strsep(&rest, " "));)
		if (*type)
			types[n++] = type;
	types[n] = NULL;
}

static int on_chat_nickname(void *arg, const char *nickname)
{
	struct msrp_chat *chat = arg;

	return chat->callbacks.nickname(chat->arg, nickname);
}

static int make_receiver(struct msrp_chat *chat)
{
	struct msrp_receiver_options options = {
		.max_size = chat->max_size,
		.received = client_chat_received,
		.closed = on_chat_closed,
		.nickname = chat->callbacks.nickname ? on_chat_nickname : NULL,
		.arg = chat,
	};

	return msrp_receiver_new(&options, &chat->receiver);
}

static int open_chat_session(struct client_endpoint *e, struct msrp_transport *transport)
{
	struct msrp_chat *chat = chat_of(e);
	const char *types[TYPES_MAX + 1];
	char *list = strdup(chat->accept_types);
	int err;

	if (!list || make_receiver(chat) != 0) {
		free(list);
		msrp_transport_free(transport);
		return -ENOMEM;
	}
	split_types(list, types);
	err = msrp_receiver_session_new(chat->receiver, transport, types, &e->session);
	free(list);
	return err;
}

static void on_chat_started(struct client_endpoint *e)
{
	struct msrp_chat *chat = chat_of(e);

	if (chat->keep_alive_ms > 0)
		msrp_session_set_keep_alive(e->session, chat->keep_alive_ms);
	client_chat_flush(chat); /* messages sent from the callback follow those that wait */
	if (chat->callbacks.did_start)
		chat->callbacks.did_start(chat->arg);
	client_chat_tell_unsent(chat);
}

static bool remember(struct msrp_chat *chat, const struct msrp_sdp_media *remote)
{
	chat->their_chatroom = remote->chatroom;
	chat->their_private_messages = remote->private_messages;
	return client_copy_text(&chat->their_types, remote->accept_types) &&
	       client_copy_text(&chat->their_wrapped_types, remote->accept_wrapped_types);
}

int msrp_chat_start(struct msrp_chat *chat, const struct msrp_sdp_media *remote)
{
	int err;

	if (!chat || !remote || IS_NEWER(remote))
		return -EINVAL;
	err = client_endpoint_check_start(&chat->endpoint);
	if (!err && !remember(chat, remote))
		err = -ENOMEM;
	return err ? err : client_endpoint_start(&chat->endpoint, remote->path);
}

/* ---- making and freeing ---- */

bool client_chat_copy_address(struct client_chat_address *ret_copy,
			      const struct msrp_cpim_address *address)
{
	return client_copy_text(&ret_copy->name, address->name) &&
	       client_copy_text(&ret_copy->uri, address->uri);
}

void client_chat_address_done(struct client_chat_address *address)
{
	free(address->name);
	free(address->uri);
}

static size_t count_types(const char *list)
{
	size_t n = 1;

	for (; *list; list++)
		n += *list == ' ';
	return n;
}

static bool copy_options(struct msrp_chat *chat, const struct msrp_chat_options *o)
{
	chat->endpoint.setup = o->setup;
	chat->max_size = o->max_size ? o->max_size : SIZE_DEFAULT;
	return client_chat_copy_address(&chat->local, &o->local) &&
	       client_chat_copy_address(&chat->remote, &o->remote) &&
	       client_copy_text(&chat->accept_types,
				o->accept_types ? o->accept_types : types_default) &&
	       client_copy_text(&chat->accept_wrapped_types, o->accept_wrapped_types);
}

static void free_chat(struct client_endpoint *e)
{
	struct msrp_chat *chat = chat_of(e);

	client_chat_drop_waiting(chat);
	msrp_receiver_free(chat->receiver);
	client_chat_address_done(&chat->local);
	client_chat_address_done(&chat->remote);
	free(chat->accept_types);
	free(chat->accept_wrapped_types);
	free(chat->their_types);
	free(chat->their_wrapped_types);
	free(chat);
}

static const struct client_endpoint_kind kind = {
	.initialized = on_initialized,
	.open = open_chat_session,
	.started = on_chat_started,
	.ended = on_chat_ended,
	.free = free_chat,
};

int msrp_chat_new(struct msrp_connector *connector, const struct msrp_chat_options *options,
		  const struct msrp_chat_callbacks *callbacks, void *arg,
		  struct msrp_chat **ret_chat)
{
	static const struct msrp_chat_options defaults;
	struct msrp_chat *chat;

	if (!connector || !callbacks || !ret_chat || IS_NEWER(callbacks) ||
	    (options && IS_NEWER(options))) {
		msrp_connector_cleanup(connector);
		return -EINVAL;
	}
	chat = calloc(1, sizeof(*chat));
	if (!chat) {
		msrp_connector_cleanup(connector);
		return -ENOMEM;
	}
	client_endpoint_init(&chat->endpoint, &kind, connector);
	chat->callbacks = *callbacks;
	chat->arg = arg;
	TAILQ_INIT(&chat->waiting);
	if (!copy_options(chat, options ? options : &defaults)) {
		msrp_chat_free(chat);
		return -ENOMEM;
	}
	if (count_types(chat->accept_types) > TYPES_MAX) {
		msrp_chat_free(chat);
		return -EINVAL;
	}
	*ret_chat = chat;
	return 0;
}

struct msrp_chat *msrp_chat_free(struct msrp_chat *chat)
{
	if (!chat)
		return NULL;
	client_endpoint_free(&chat->endpoint);
	return NULL;
}

int msrp_chat_set_keep_alive(struct msrp_chat *chat, unsigned interval_ms)
{
	if (!chat)
		return -EINVAL;
	if (chat->endpoint.state >= CLIENT_ENDPOINT_ENDING)
		return -EPIPE;
	chat->keep_alive_ms = interval_ms;
	return chat->endpoint.session
		   ? msrp_session_set_keep_alive(chat->endpoint.session, interval_ms)
		   : 0;
}

int msrp_chat_set_nickname(struct msrp_chat *chat, const char *nickname, msrp_outcome_fn outcome,
			   void *arg)
{
	if (!chat || !nickname)
		return -EINVAL;
	if (chat->endpoint.state < CLIENT_ENDPOINT_STARTED)
		return -EAGAIN;
	if (!chat->endpoint.session)
		return -EPIPE;
	return msrp_session_set_nickname(chat->endpoint.session, nickname, outcome, arg);
}
