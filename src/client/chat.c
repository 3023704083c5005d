/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/chat.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "client/connector.h"
#include "msrp/path.h"

enum {
	SIZE_DEFAULT = 1024 * 1024, /* a message is typed, or a picture of modest size */
	TYPES_MAX = 64,
	HOST_MAX = 256, /* longer than DNS allows */
};

static const char types_default[] = "message/cpim text/* " MSRP_COMPOSING_TYPE;

/* ---- the end ---- */

static void tell_end(struct msrp_chat *chat)
{
	int err = chat->failed;

	chat->state = CLIENT_CHAT_ENDED;
	client_chat_fail_waiting(chat, chat->why);
	if (err && !chat->gone && chat->callbacks.did_fail)
		chat->callbacks.did_fail(chat->arg, err, chat->why);
	if (!chat->gone && chat->callbacks.did_end)
		chat->callbacks.did_end(chat->arg);
}

static void on_later(void *arg)
{
	tell_end(arg);
}

/* From inside of a callback of the connector's or the session's: now is the time. */
static void fail(struct msrp_chat *chat, int err, const char *why)
{
	chat->connector = msrp_connector_cleanup(chat->connector);
	chat->failed = err;
	snprintf(chat->why, sizeof(chat->why), "%s", why);
	tell_end(chat);
}

static void on_closed(void *arg, int err, const char *why)
{
	struct msrp_chat *chat = arg;

	chat->session = msrp_session_free(chat->session);
	/* Who leaves a chat closes the connection: this is no failure. */
	fail(chat, err == MSRP_ERROR_CLOSED ? 0 : err, why);
}

void msrp_chat_end(struct msrp_chat *chat)
{
	if (chat->state >= CLIENT_CHAT_ENDING)
		return;
	chat->state = CLIENT_CHAT_ENDING;
	if (chat->callbacks.will_end)
		chat->callbacks.will_end(chat->arg);
	if (chat->gone)
		return;
	if (chat->session) {
		if (!chat->flushing) /* else that comes when what waits was sent */
			msrp_session_shutdown(chat->session);
		return;
	}
	chat->connector = msrp_connector_cleanup(chat->connector);
	snprintf(chat->why, sizeof(chat->why), "the chat was ended");
	client_timer_start(chat->context, &chat->later, 0, on_later, chat);
}

/* ---- initialize ---- */

/* The first URI of our path is where the other side would connect to. */
static int describe(struct msrp_chat *chat, const char *path, char host[HOST_MAX],
		    struct msrp_sdp_media *ret_media)
{
	struct msrp_path parsed;
	const struct msrp_uri *first;

	if (msrp_path_parse(slice_from(path), &parsed) != 0)
		return MSRP_ERROR_PATH;
	first = msrp_path_first(&parsed);
	snprintf(host, HOST_MAX, "%" SLICE_FMT, SLICE_ARG(first->host));
	*ret_media = (struct msrp_sdp_media){
		.host = host,
		.port = first->port,
		.use_tls = first->secure,
		.path = path,
		.accept_types = chat->accept_types,
		.accept_wrapped_types = chat->accept_wrapped_types,
		.max_size = chat->max_size,
		.setup = chat->setup,
	};
	return 0;
}

static void on_prepared(void *arg, int err, const char *why, const char *local_path)
{
	struct msrp_chat *chat = arg;
	struct msrp_sdp_media media;
	char host[HOST_MAX];

	if (!err)
		err = describe(chat, local_path, host, &media);
	if (err) {
		fail(chat, err, why);
		return;
	}
	chat->state = CLIENT_CHAT_INITIALIZED;
	if (chat->callbacks.did_initialize)
		chat->callbacks.did_initialize(chat->arg, &media);
}

int msrp_chat_initialize(struct msrp_chat *chat, const struct msrp_local_uri *local)
{
	int err;

	if (chat->state != CLIENT_CHAT_NEW)
		return -EALREADY;
	err = msrp_connector_prepare(chat->connector, local, on_prepared, chat);
	if (!err)
		chat->state = CLIENT_CHAT_INITIALIZING;
	return err;
}

/* ---- start ---- */

/* Cuts LIST, a copy, at its spaces. */
static void split_types(char *list, const char *types[TYPES_MAX + 1])
{
	size_t n = 0;

	for (char *rest = list, *type; n < TYPES_MAX && (type = strsep(&rest, " "));)
		if (*type)
			types[n++] = type;
	types[n] = NULL;
}

static int on_nickname(void *arg, const char *nickname)
{
	struct msrp_chat *chat = arg;

	return chat->callbacks.nickname(chat->arg, nickname);
}

static int make_receiver(struct msrp_chat *chat)
{
	struct msrp_receiver_options options = {
		.max_size = chat->max_size,
		.received = client_chat_received,
		.closed = on_closed,
		.nickname = chat->callbacks.nickname ? on_nickname : NULL,
		.arg = chat,
	};

	return msrp_receiver_new(&options, &chat->receiver);
}

static int open_session(struct msrp_chat *chat, struct msrp_transport *transport)
{
	const char *types[TYPES_MAX + 1];
	char *list = strdup(chat->accept_types);
	int err;

	if (!list || make_receiver(chat) != 0) {
		free(list);
		msrp_transport_free(transport);
		return -ENOMEM;
	}
	split_types(list, types);
	err = msrp_receiver_session_new(chat->receiver, transport, types, &chat->session);
	free(list);
	return err;
}

static void on_completed(void *arg, int err, const char *why, struct msrp_transport *transport)
{
	struct msrp_chat *chat = arg;

	if (!err) {
		err = open_session(chat, transport);
		why = "out of memory";
	}
	if (err) {
		fail(chat, err, why);
		return;
	}
	chat->connector = msrp_connector_cleanup(chat->connector);
	chat->state = CLIENT_CHAT_STARTED;
	chat->flushing = true; /* what is sent from the callback comes after what waits */
	if (chat->callbacks.did_start)
		chat->callbacks.did_start(chat->arg);
	client_chat_flush(chat);
}

static bool remember(struct msrp_chat *chat, const struct msrp_sdp_media *remote)
{
	chat->their_chatroom = remote->chatroom;
	chat->their_private_messages = remote->private_messages;
	return client_chat_copy(&chat->their_types, remote->accept_types) &&
	       client_chat_copy(&chat->their_wrapped_types, remote->accept_wrapped_types);
}

int msrp_chat_start(struct msrp_chat *chat, const struct msrp_sdp_media *remote)
{
	int err;

	if (chat->state < CLIENT_CHAT_INITIALIZED)
		return -EINVAL;
	if (chat->state > CLIENT_CHAT_INITIALIZED)
		return -EALREADY;
	if (!remember(chat, remote))
		return -ENOMEM;
	err = msrp_connector_complete(chat->connector, remote->path, on_completed, chat);
	if (!err)
		chat->state = CLIENT_CHAT_STARTING;
	return err;
}

/* ---- making and freeing ---- */

bool client_chat_copy(char **ret_copy, const char *text)
{
	free(*ret_copy);
	*ret_copy = text ? strdup(text) : NULL;
	return !text || *ret_copy;
}

bool client_chat_copy_address(struct client_chat_address *ret_copy,
			      const struct msrp_cpim_address *address)
{
	return client_chat_copy(&ret_copy->name, address->name) &&
	       client_chat_copy(&ret_copy->uri, address->uri);
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
	chat->setup = o->setup;
	chat->max_size = o->max_size ? o->max_size : SIZE_DEFAULT;
	return client_chat_copy_address(&chat->local, &o->local) &&
	       client_chat_copy_address(&chat->remote, &o->remote) &&
	       client_chat_copy(&chat->accept_types,
				o->accept_types ? o->accept_types : types_default) &&
	       client_chat_copy(&chat->accept_wrapped_types, o->accept_wrapped_types);
}

int msrp_chat_new(struct msrp_connector *connector, const struct msrp_chat_options *options,
		  const struct msrp_chat_callbacks *callbacks, void *arg,
		  struct msrp_chat **ret_chat)
{
	static const struct msrp_chat_options defaults;
	struct msrp_chat *chat = calloc(1, sizeof(*chat));

	if (!chat) {
		msrp_connector_cleanup(connector);
		return -ENOMEM;
	}
	chat->context = connector->context;
	chat->connector = connector;
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

static void free_garbage(struct client_garbage *garbage)
{
	struct msrp_chat *chat = CONTAINER_OF(garbage, struct msrp_chat, garbage);

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

struct msrp_chat *msrp_chat_free(struct msrp_chat *chat)
{
	if (!chat)
		return NULL;
	chat->gone = true;
	chat->state = CLIENT_CHAT_ENDED;
	chat->connector = msrp_connector_cleanup(chat->connector);
	chat->session = msrp_session_free(chat->session);
	client_timer_stop(chat->context, &chat->later);
	client_discard(chat->context, &chat->garbage, free_garbage);
	return NULL;
}

int msrp_chat_set_nickname(struct msrp_chat *chat, const char *nickname, msrp_outcome_fn outcome,
			   void *arg)
{
	if (chat->state < CLIENT_CHAT_STARTED)
		return -EAGAIN;
	if (!chat->session)
		return -EPIPE;
	return msrp_session_set_nickname(chat->session, nickname, outcome, arg);
}
