/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each message is one block with all of its strings, so that a program can free it by one call.
 */
#include "client/media/queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct client_queued {
	struct msrp_received shown; /* first, because the user has its address */
	struct msrp_chunk *head;
	TAILQ_ENTRY(client_queued) in_queue;
	char block[]; /* what shown points to */
};

void client_queue_init(struct client_queue *queue)
{
	*queue = (struct client_queue){ 0 };
	TAILQ_INIT(&queue->messages);
}

void client_queue_done(struct client_queue *queue)
{
	while (queue->n > 0)
		msrp_received_free(client_queue_take(queue));
}

/* Copies LEN bytes and a NUL to *AT, which moves on. Returns where the copy is. */
static char *put_copy(char **at, const void *bytes, size_t len)
{
	char *copy = *at;

	memcpy(copy, bytes, len);
	copy[len] = '\0';
	*at += len + 1;
	return copy;
}

int client_queue_add(struct client_queue *queue, const struct msrp_received *message)
{
	size_t id_len = strlen(message->message_id);
	size_t type_len = strlen(message->content_type);
	size_t disposition_len = strlen(message->disposition);
	size_t size = (size_t)message->size;
	struct client_queued *queued =
	    malloc(sizeof(*queued) + id_len + type_len + disposition_len + size + 4);
	char *at;

	if (!queued)
		return -ENOMEM;
	if (msrp_chunk_copy(message->head, &queued->head) != 0) {
		free(queued);
		return -ENOMEM;
	}
	at = queued->block;
	queued->shown = *message;
	queued->shown.head = queued->head;
	queued->shown.message_id = put_copy(&at, message->message_id, id_len);
	queued->shown.content_type = put_copy(&at, message->content_type, type_len);
	queued->shown.disposition = put_copy(&at, message->disposition, disposition_len);
	queued->shown.bytes = (const uint8_t *)put_copy(&at, message->bytes, size);
	TAILQ_INSERT_TAIL(&queue->messages, queued, in_queue);
	queue->n++;
	queue->size += size;
	return 0;
}

struct msrp_received *client_queue_take(struct client_queue *queue)
{
	struct client_queued *queued = TAILQ_FIRST(&queue->messages);

	TAILQ_REMOVE(&queue->messages, queued, in_queue);
	queue->n--;
	queue->size -= (size_t)queued->shown.size;
	return &queued->shown;
}

struct msrp_received *msrp_received_free(struct msrp_received *message)
{
	struct client_queued *queued = (struct client_queued *)(void *)message;

	if (!queued)
		return NULL;
	msrp_chunk_free(queued->head);
	free(queued);
	return NULL;
}
