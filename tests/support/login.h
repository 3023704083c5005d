/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SUPPORT_LOGIN_H
#define SUPPORT_LOGIN_H

#include "support/world.h"

enum { LOGIN_URI = 128 };

/*
 * END, which has got nothing that was not looked at, authenticates as USER of
 * example.com and gets a session URI. From what it gets meanwhile the rest is
 * dropped. False: it was not let in.
 */
bool login_session(struct world_end *end, const char *user, char ret_uri[LOGIN_URI]);

#endif
