/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A chat from the inside. The endpoint is the part that it shares with file transfers.
 */
#ifndef CLIENT_MEDIA_CHAT_H
#define CLIENT_MEDIA_CHAT_H

#include "base/buf.h"
#include "client/media/endpoint.h"
#include "client/msrp/media.h"

/* A name and a URI of our own; both may be NULL. */
struct client_chat_address {
	char *name;
	char *uri;
};

/* A message that waits for the chat to start. */
struct client_chat_waiting {
	char message_id[MSRP_MESSAGE_ID_SIZE];
	char *content_type;
	struct client_chat_address to;
	char *datetime;
	char *subject;
	size_t len;
	int err; /* why it could not be sent when the chat started */
	TAILQ_ENTRY(client_chat_waiting) in_chat;
	uint8_t content[];
};

struct msrp_chat {
	struct client_endpoint endpoint;
	struct msrp_receiver *receiver; /* for its messages; NULL before the start */
	struct msrp_chat_callbacks callbacks;
	void *arg;

	struct client_chat_address local;
	struct client_chat_address remote;
	char *accept_types;
	char *accept_wrapped_types; /* NULL: all types */
	size_t max_size;

	/* The types that the other side accepts; NULL: all, wrapped or not. */
	char *their_types;
	char *their_wrapped_types;
	bool their_chatroom;
	bool their_private_messages;

	TAILQ_HEAD(, client_chat_waiting) waiting;
	size_t n_waiting;
	size_t waiting_size; /* octets of content */
	unsigned keep_alive_ms;
};

/* In chat.c: copies like client_copy_text(). */
bool client_chat_copy_address(struct client_chat_address *ret_copy,
			      const struct msrp_cpim_address *address);
void client_chat_address_done(struct client_chat_address *address);

/* In chat_send.c: sends all waiting messages; failures are reported later. */
void client_chat_flush(struct msrp_chat *chat);
void client_chat_tell_unsent(struct msrp_chat *chat);
void client_chat_drop_waiting(struct msrp_chat *chat);
void client_chat_fail_waiting(struct msrp_chat *chat, const char *why);

/* In chat_receive.c: for the receiver; its argument is the chat. */
int client_chat_received(void *arg, const struct msrp_received *message);

#endif
