/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whole messages that wait for a program to ask for them.
 */
#ifndef CLIENT_MEDIA_QUEUE_H
#define CLIENT_MEDIA_QUEUE_H

#include "base/list.h"
#include "client/msrp/media.h"

struct client_queued;

/* Whole messages, each a copy in one block, in order of arrival. */
struct client_queue {
	TAILQ_HEAD(, client_queued) messages;
	size_t n;
	size_t size; /* octets of their bodies */
};

void client_queue_init(struct client_queue *queue);
void client_queue_done(struct client_queue *queue);

/* Adds a copy of a message in memory. Returns 0 or -ENOMEM. */
int client_queue_add(struct client_queue *queue, const struct msrp_received *message);

/* Takes the first one, for msrp_received_free(); the queue must not be empty. */
struct msrp_received *client_queue_take(struct client_queue *queue);

#endif
