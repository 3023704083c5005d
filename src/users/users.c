/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Common to all back ends: references, and the look-up itself, which goes to the back end.
 */
#include "users/users.h"

void users_init(struct users *users, const struct users_backend *backend)
{
	users->backend = backend;
	atomic_init(&users->refs, 1);
}

struct users *users_ref(struct users *users)
{
	atomic_fetch_add_explicit(&users->refs, 1, memory_order_relaxed);
	return users;
}

struct users *users_unref(struct users *users)
{
	/* The last thread must see what all others did. */
	if (users && atomic_fetch_sub_explicit(&users->refs, 1, memory_order_acq_rel) == 1)
		users->backend->free(users);
	return NULL;
}

void users_find(struct users *users, uv_loop_t *loop, const struct users_question *question,
		users_fn callback, void *arg)
{
	users->backend->find(users, loop, question, callback, arg);
}

bool users_has_changed(struct users *users)
{
	return users->backend->has_changed && users->backend->has_changed(users);
}

int users_refresh(struct users *users, users_say_fn say, void *arg)
{
	return users->backend->refresh ? users->backend->refresh(users, say, arg) : USERS_SAME;
}
