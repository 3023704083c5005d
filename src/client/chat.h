/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLIENT_CHAT_H
#define CLIENT_CHAT_H

#include "base/buf.h"
#include "client/context.h"
#include "client/msrp.h"

/*
 *     NEW --initialize--> INITIALIZING --> INITIALIZED --start--> STARTING --> STARTED
 *
 * and ENDING, ENDED from any of them.
 */
enum client_chat_state {
	CLIENT_CHAT_NEW,
	CLIENT_CHAT_INITIALIZING,
	CLIENT_CHAT_INITIALIZED,
	CLIENT_CHAT_STARTING,
	CLIENT_CHAT_STARTED,
	CLIENT_CHAT_ENDING,
	CLIENT_CHAT_ENDED,
};

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
	TAILQ_ENTRY(client_chat_waiting) in_chat;
	uint8_t content[];
};

struct msrp_chat {
	struct msrp_context *context;
	struct msrp_connector *connector; /* NULL once it has a session */
	struct msrp_session *session;	  /* NULL before and after */
	struct msrp_receiver *receiver;	  /* of its messages; NULL before */
	enum client_chat_state state;
	struct msrp_chat_callbacks callbacks;
	void *arg;

	struct client_chat_address local;
	struct client_chat_address remote;
	char *accept_types;
	char *accept_wrapped_types; /* NULL: all */
	enum msrp_setup setup;
	size_t max_size;

	/* What the other side said; NULL: all, and what is wrapped is as what is not. */
	char *their_types;
	char *their_wrapped_types;
	bool their_chatroom;
	bool their_private_messages;

	TAILQ_HEAD(, client_chat_waiting) waiting;
	size_t n_waiting;
	size_t waiting_size; /* octets of content */
	bool flushing;	     /* what waits is being sent: all else has to wait behind it */
	int failed;	     /* why it ends; 0: because it was asked to */
	char why[256];
	struct client_timer later; /* tells the end that is known before the caller has returned */
	bool gone;
	struct client_garbage garbage;
};

/* chat.c: copies what is there. False without memory; what was copied is to be freed anyway. */
bool client_chat_copy(char **ret_copy, const char *text);
bool client_chat_copy_address(struct client_chat_address *ret_copy,
			      const struct msrp_cpim_address *address);
void client_chat_address_done(struct client_chat_address *address);

/* chat_send.c: sends all that waits, or tells that it will not be. */
void client_chat_flush(struct msrp_chat *chat);
void client_chat_drop_waiting(struct msrp_chat *chat);
void client_chat_fail_waiting(struct msrp_chat *chat, const char *why);

/* chat_receive.c: for the receiver; its argument is the chat. */
int client_chat_received(void *arg, const struct msrp_received *message);

#endif
