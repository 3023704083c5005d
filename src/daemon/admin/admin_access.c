/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Looks up the users and groups of the configuration when it is loaded, and compares the
 * credentials of each client with them.
 */
#include "daemon/admin/admin_access.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { GROUPS_MAX = 65536 }; /* NGROUPS_MAX of Linux */

static int find_users(struct admin_access *access, const struct config_strings *names)
{
	access->uid = calloc(names->n + 1, sizeof(*access->uid));
	if (!access->uid)
		return -ENOMEM;
	for (size_t i = 0; i < names->n; i++) {
		const struct passwd *entry = getpwnam(names->item[i]);

		if (!entry)
			return -ENOENT;
		access->uid[access->n_uids++] = entry->pw_uid;
	}
	return 0;
}

static int find_groups(struct admin_access *access, const struct config_strings *names)
{
	access->gid = calloc(names->n + 1, sizeof(*access->gid));
	if (!access->gid)
		return -ENOMEM;
	for (size_t i = 0; i < names->n; i++) {
		const struct group *entry = getgrnam(names->item[i]);

		if (!entry)
			return -ENOENT;
		access->gid[access->n_gids++] = entry->gr_gid;
	}
	return 0;
}

int admin_access_init(struct admin_access *access, const struct config *config)
{
	int err;

	*access = (struct admin_access){ 0 };
	err = find_users(access, &config->admin.users);
	return err ? err : find_groups(access, &config->admin.groups);
}

void admin_access_done(struct admin_access *access)
{
	free(access->uid);
	free(access->gid);
	*access = (struct admin_access){ 0 };
}

static bool has_uid(const struct admin_access *access, uid_t uid)
{
	for (size_t i = 0; i < access->n_uids; i++)
		if (access->uid[i] == uid)
			return true;
	return uid == 0 || uid == geteuid();
}

static bool has_gid(const struct admin_access *access, gid_t gid)
{
	for (size_t i = 0; i < access->n_gids; i++)
		if (access->gid[i] == gid)
			return true;
	return false;
}

/* The supplementary groups that the process had when it connected. */
static bool has_one_of_its_groups(const struct admin_access *access, int fd)
{
	socklen_t len = 0;
	gid_t *gid;
	bool has = false;

	/* The first call returns the length of the list. */
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, NULL, &len) == 0 || errno != ERANGE ||
	    len > GROUPS_MAX * sizeof(*gid))
		return false;
	gid = malloc(len);
	if (gid && getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, gid, &len) == 0)
		for (size_t i = 0; i < len / sizeof(*gid) && !has; i++)
			has = has_gid(access, gid[i]);
	free(gid);
	return has;
}

bool admin_access_check(const struct admin_access *access, int fd, uid_t *ret_uid)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0)
		return false;
	*ret_uid = peer.uid;
	return has_uid(access, peer.uid) || has_gid(access, peer.gid) ||
	       has_one_of_its_groups(access, fd);
}

void admin_access_name(uid_t uid, char ret_text[ADMIN_USER_MAX])
{
	const struct passwd *entry = getpwuid(uid);

	if (entry)
		snprintf(ret_text, ADMIN_USER_MAX, "%.40s (uid %u)", entry->pw_name, (unsigned)uid);
	else
		snprintf(ret_text, ADMIN_USER_MAX, "uid %u", (unsigned)uid);
}
