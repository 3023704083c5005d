/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The queue of questions to a place, fair between those that ask.
 */
#include "users/remote_queue.h"

#include <stdlib.h>
#include <string.h>

void remote_queue_init(struct remote_queue *queue, const uint8_t seed[SIPHASH_KEY_LEN])
{
	*queue = (struct remote_queue){ 0 };
	memcpy(queue->seed, seed, SIPHASH_KEY_LEN);
	for (int i = 0; i < REMOTE_QUEUE_KINDS; i++)
		TAILQ_INIT(&queue->turns[i]);
}

static struct remote_queue_source *add_source(struct remote_queue *queue,
					      const struct remote_queue_key *key)
{
	struct remote_queue_source *source = calloc(1, sizeof(*source));

	if (!source)
		return NULL;
	source->key = *key;
	TAILQ_INIT(&source->items);
	HASH_ADD_SEEDED(queue->seed, queue->sources, &source->key, sizeof(source->key), source);
	if (!source->hh.tbl) {
		free(source);
		return NULL;
	}
	TAILQ_INSERT_TAIL(&queue->turns[key->kind], source, in_turns);
	return source;
}

static void drop_source(struct remote_queue *queue, struct remote_queue_source *source)
{
	HASH_DELETE(hh, queue->sources, source);
	TAILQ_REMOVE(&queue->turns[source->key.kind], source, in_turns);
	free(source);
}

/* Returns the source whose last question is dropped first: a newcomer's, if there is any. */
static struct remote_queue_source *greediest(const struct remote_queue *queue)
{
	struct remote_queue_source *most = NULL;
	struct remote_queue_source *source;

	for (int kind = REMOTE_QUEUE_KINDS - 1; kind >= 0 && !most; kind--)
		TAILQ_FOREACH (source, &queue->turns[kind], in_turns)
			if (!most || source->n > most->n)
				most = source;
	return most;
}

bool remote_queue_add(struct remote_queue *queue, struct remote_queue_item *item,
		      const struct remote_queue_key *key, struct remote_queue_item **ret_displaced)
{
	struct remote_queue_source *source;

	*ret_displaced = NULL;
	HASH_FIND_SEEDED(queue->seed, queue->sources, key, sizeof(*key), source);
	if (source && source->n >= REMOTE_QUEUE_ORIGIN_MAX)
		return false;
	if (!source)
		source = add_source(queue, key);
	if (!source)
		return false;
	TAILQ_INSERT_TAIL(&source->items, item, in_source);
	item->source = source;
	source->n++;
	queue->n++;
	if (queue->n > REMOTE_QUEUE_MAX) {
		*ret_displaced = TAILQ_LAST(&greediest(queue)->items, remote_queue_items);
		remote_queue_remove(queue, *ret_displaced);
	}
	return true;
}

struct remote_queue_item *remote_queue_take(struct remote_queue *queue)
{
	struct remote_queue_source *source = TAILQ_FIRST(&queue->turns[REMOTE_QUEUE_RENEWALS]);
	struct remote_queue_item *item;

	if (!source)
		source = TAILQ_FIRST(&queue->turns[REMOTE_QUEUE_NEWCOMERS]);
	if (!source)
		return NULL;
	TAILQ_REMOVE(&queue->turns[source->key.kind], source, in_turns);
	TAILQ_INSERT_TAIL(&queue->turns[source->key.kind], source, in_turns);
	item = TAILQ_FIRST(&source->items);
	remote_queue_remove(queue, item);
	return item;
}

void remote_queue_remove(struct remote_queue *queue, struct remote_queue_item *item)
{
	struct remote_queue_source *source = item->source;

	TAILQ_REMOVE(&source->items, item, in_source);
	item->source = NULL;
	queue->n--;
	if (--source->n == 0)
		drop_source(queue, source);
}
