/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SUPPORT_ORACLE_H
#define SUPPORT_ORACLE_H

#include <stdbool.h>
#include <stddef.h>

#include "support/world.h"

/*
 * Knows what everybody has sent to the relays of a world, and so who may get what: a message with a
 * session's URI as the one that it came through was sent by the owner of that session, and to the
 * name under which it arrives; a message that claims to come from a session was sent by its owner;
 * and only the asking side gets a response. It aborts when somebody gets anything else.
 */
enum { ORACLE_ACTORS = 4 };

struct oracle;

struct oracle *oracle_new(struct world *w);
struct oracle *oracle_free(struct oracle *o); /* returns NULL */

/* ACTOR has a new connection, without unknown traffic so far. */
void oracle_connect(struct oracle *o, size_t actor);

/* ACTOR owns the session of that URI from now on. */
void oracle_own(struct oracle *o, size_t actor, const char *uri);

void oracle_sent(struct oracle *o, size_t actor, struct slice bytes);
void oracle_got(struct oracle *o, size_t actor, struct slice bytes);

#endif
