/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Access to the admin socket: for root, the user that msrpd runs as, and the users and groups that
 * the configuration names. admin.c asks for each connection.
 */
#ifndef DAEMON_ADMIN_ADMIN_ACCESS_H
#define DAEMON_ADMIN_ADMIN_ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "daemon/config/config.h"

struct admin_access {
	uid_t *uid;
	size_t n_uids;
	gid_t *gid;
	size_t n_gids;
};

/*
 * Returns 0; -ENOENT for a name that does not exist on this machine; -ENOMEM. In every case
 * admin_access_done() frees what was allocated.
 */
int admin_access_init(struct admin_access *access, const struct config *config);
void admin_access_done(struct admin_access *access);

enum { ADMIN_USER_MAX = 64 };

/* The name of UID for the log: "msrpd (uid 996)", or "uid 996" if it has none. */
void admin_access_name(uid_t uid, char ret_text[ADMIN_USER_MAX]);

/* May the process at the other end of the UNIX socket FD use it? *RET_UID: the user it runs as. */
bool admin_access_check(const struct admin_access *access, int fd, uid_t *ret_uid);

#endif
