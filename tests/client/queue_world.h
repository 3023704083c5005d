/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLIENT_QUEUE_WORLD_H
#define CLIENT_QUEUE_WORLD_H

#include "client/pair.h"

enum {
	FOREVER = -1,
	SOON_MS = 20,
};

/* A queue session that is called by a plain one, or by another queue session. */
struct queue_world {
	struct pair pair;
	const struct msrp_context_options *context;
	struct msrp_queue_options options;
	const char *const *accept_types;
	struct msrp_queue_session *queue;
	struct msrp_queue_session *other; /* NULL: the caller has a plain one */
	bool is_both;
	struct msrp_received *message;
	int result; /* of attempts from inside a callback */
	size_t n_tried;
};

struct queue_world *queue_world_of(struct side *s);

void queue_world_start(struct queue_world *w, int transport);

void queue_world_done(struct queue_world *w);

int queue_world_receive(struct queue_world *w, int timeout_ms);

void queue_world_expect(const struct queue_world *w, const char *text);

void queue_world_send(struct queue_world *w, const void *bytes, size_t len);

#endif
