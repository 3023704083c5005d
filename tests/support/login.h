/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SUPPORT_LOGIN_H
#define SUPPORT_LOGIN_H

#include "support/world.h"

enum {
	LOGIN_URI = 128,
	LOGIN_TEXT = 1024,
};

/*
 * The AUTH of NAME, first with AUTHORIZATION "", then with the answer to the challenge in OUT; and
 * the contents of a 200 in OUT. False: it is not there.
 */
size_t login_write(const char *name, const char *authorization, char ret_text[LOGIN_TEXT]);
bool login_answer(struct slice out, const char *user, char ret_authorization[LOGIN_TEXT]);
bool login_use_path(struct slice out, char ret_uri[LOGIN_URI]);

/*
 * END, which has no unread input, authenticates as USER of example.com and gets a session URI.
 * Other input meanwhile is dropped. False: it was refused.
 */
bool login_session(struct world_end *end, const char *user, char ret_uri[LOGIN_URI]);

#endif
