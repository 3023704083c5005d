/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Adds up what the sessions of a user have, for "msrpctl users" and the users of "msrpctl top".
 */
#ifndef CTL_USAGE_H
#define CTL_USAGE_H

#include <jansson.h>

/*
 * Counts SESSION, an object of the answer to "sessions list", for its user: in USERS, by realm and
 * user, adds its "bytes_..." and its "rate_...", if it has any, and takes what it says of the user.
 * Ignores one without a user.
 */
void ctl_usage_add(json_t *users, const json_t *session);

#endif
