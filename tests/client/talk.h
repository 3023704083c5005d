/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLIENT_TALK_H
#define CLIENT_TALK_H

#include "client/pair.h"

/* One end of a chat: notes what happens. */
struct talker {
	struct msrp_chat *chat;
	char *path;
	bool initialized;
	bool started;
	bool will_end;
	bool ended;
	int failed;
	size_t n_got;
	char got[64]; /* contents, one after the other */
	char type[64];
	char from[64];
	char from_name[64];
	char to[64];
	bool has_date;
	bool is_private;
	int composing; /* -1: none; otherwise whether active */
	unsigned refresh_s;
	size_t n_delivered;
	size_t n_not_delivered;
	int status; /* of an undelivered message */
	char nickname[64];
	int nickname_result; /* what we answer */
	int nickname_status; /* what the other side answers */
	bool frees_itself;
	void (*at_start)(struct talker *t);
	char got_before[64]; /* contents at the latest change of composing */
};

/* Two who talk, directly. */
struct talk {
	struct pair pair;
	struct talker al, bo;
};

extern const struct msrp_chat_callbacks talker_callbacks;

/* T chats by CONNECTOR. */
void talker_new(struct talker *t, struct msrp_connector *connector,
		const struct msrp_chat_options *options);

void talk_init(struct talk *t);

/* FROM_BO is what Al learns about Bo besides his path; NULL: nothing. */
void talk_start(struct talk *t, const struct msrp_sdp_media *from_bo);

void talk_done(struct talk *t);

void talker_say(struct talker *t, const char *text);

#endif
