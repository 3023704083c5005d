/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A back end in front of another one: answers from memory, or asks and remembers. All threads share
 * the memory, guarded by a lock.
 */
#include "users/cache.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/list.h"

enum { SECOND_MS = 1000 };

/* The hash of a user for one algorithm. */
struct memory {
	TAILQ_ENTRY(memory) in_order;
	UT_hash_handle hh;
	uint64_t until_ms;
	struct msrp_digest_hex ha1;
	uint64_t rate;
	size_t key_len;
	char key[];
};

TAILQ_HEAD(memories, memory);

struct users_cache {
	struct users base;
	struct users *behind;
	uint64_t lifetime_ms;
	uint8_t seed[SIPHASH_KEY_LEN];
	pthread_mutex_t lock;
	/* Guarded by the lock: */
	struct memory *by_key;
	struct memories in_order; /* all live equally long, so the oldest is first */
	size_t n;
};

/* A question to the back end behind us. */
struct asking {
	struct users_cache *self;
	users_fn callback;
	void *arg;
	struct buf key;
};

static uint64_t clock_ms(void)
{
	return uv_hrtime() / 1000000;
}

static void make_key(const struct users_question *question, struct buf *key)
{
	buf_add_char(key, (char)('0' + question->algorithm));
	buf_add_slice(key, question->user);
	buf_add_char(key, '\0');
	buf_add_slice(key, question->realm);
}

/* The caller holds the lock, here and in the next four functions. */
static void forget(struct users_cache *self, struct memory *memory)
{
	HASH_DEL(self->by_key, memory);
	TAILQ_REMOVE(&self->in_order, memory, in_order);
	self->n--;
	explicit_bzero(&memory->ha1, sizeof(memory->ha1));
	free(memory);
}

static void forget_old(struct users_cache *self, uint64_t now_ms)
{
	struct memory *first;

	while ((first = TAILQ_FIRST(&self->in_order)) && first->until_ms <= now_ms)
		forget(self, first);
}

static struct memory *find_memory(const struct users_cache *self, const struct buf *key)
{
	struct memory *memory;

	HASH_FIND_SEEDED(self->seed, self->by_key, buf_data(key), key->len, memory);
	return memory;
}

/* If there is no memory, the answer is not remembered. */
static void remember_answer(struct users_cache *self, const struct buf *key,
			    const struct msrp_ha1_answer *answer, uint64_t now_ms)
{
	const struct slice ha1 = answer->ha1[0];

	struct memory *memory = calloc(1, sizeof(*memory) + key->len);

	if (!memory)
		return;
	memory->until_ms = now_ms + self->lifetime_ms;
	memory->rate = answer->rate;
	memory->ha1.len = ha1.len;
	memcpy(memory->ha1.text, ha1.p, ha1.len);
	memory->key_len = key->len;
	memcpy(memory->key, buf_data(key), key->len);
	HASH_ADD_SEEDED(self->seed, self->by_key, memory->key, memory->key_len, memory);
	if (!memory->hh.tbl) {
		free(memory);
		return;
	}
	TAILQ_INSERT_TAIL(&self->in_order, memory, in_order);
	if (++self->n > USERS_CACHE_MAX)
		forget(self, TAILQ_FIRST(&self->in_order));
}

/* Replaces what was remembered of the user by the new answer, if that has a hash. */
static void replace_memory(struct users_cache *self, const struct buf *key,
			   const struct msrp_ha1_answer *answer)
{
	struct memory *old;

	pthread_mutex_lock(&self->lock);
	forget_old(self, clock_ms());
	old = find_memory(self, key);
	if (old)
		forget(self, old);
	if (answer->result == MSRP_HA1_FOUND && answer->n_ha1 == 1)
		remember_answer(self, key, answer, clock_ms());
	pthread_mutex_unlock(&self->lock);
}

static bool recall(struct users_cache *self, const struct buf *key, struct msrp_digest_hex *ret_ha1,
		   uint64_t *ret_rate)
{
	struct memory *memory;

	pthread_mutex_lock(&self->lock);
	forget_old(self, clock_ms());
	memory = find_memory(self, key);
	if (memory) {
		*ret_ha1 = memory->ha1;
		*ret_rate = memory->rate;
	}
	pthread_mutex_unlock(&self->lock);
	return memory;
}

static void on_answer(void *arg, const struct msrp_ha1_answer *answer)
{
	struct asking *asking = arg;

	/* A failed look-up says nothing about the user. */
	if (answer->result == MSRP_HA1_FOUND || answer->result == MSRP_HA1_UNKNOWN)
		replace_memory(asking->self, &asking->key, answer);
	asking->callback(asking->arg, answer);
	buf_done(&asking->key);
	free(asking);
}

static void answer_from_memory(struct msrp_digest_hex *ha1, uint64_t rate, users_fn callback,
			       void *arg)
{
	const struct slice text = slice_make(ha1->text, ha1->len);
	const struct msrp_ha1_answer answer = {
		.result = MSRP_HA1_FOUND,
		.ha1 = &text,
		.n_ha1 = 1,
		.valid_s = UINT64_MAX,
		.rate = rate,
		.from_memory = true,
	};

	callback(arg, &answer);
	explicit_bzero(ha1, sizeof(*ha1));
}

static void cache_find(struct users *users, uv_loop_t *loop, const struct users_question *question,
		       users_fn callback, void *arg)
{
	struct users_cache *self = (struct users_cache *)users;
	struct asking *asking = malloc(sizeof(*asking));
	struct msrp_digest_hex ha1;
	uint64_t rate;

	if (!asking) {
		callback(arg, &(struct msrp_ha1_answer){ .result = MSRP_HA1_FAILED });
		return;
	}
	*asking = (struct asking){ .self = self, .callback = callback, .arg = arg };
	make_key(question, &asking->key);
	if (buf_failed(&asking->key) || question->anew ||
	    !recall(self, &asking->key, &ha1, &rate)) {
		users_find(self->behind, loop, question, on_answer, asking);
		return;
	}
	buf_done(&asking->key);
	free(asking);
	answer_from_memory(&ha1, rate, callback, arg);
}

static void cache_free(struct users *users)
{
	struct users_cache *self = (struct users_cache *)users;

	while (!TAILQ_EMPTY(&self->in_order))
		forget(self, TAILQ_FIRST(&self->in_order));
	pthread_mutex_destroy(&self->lock);
	users_unref(self->behind);
	free(self);
}

static const struct users_backend cache_backend = {
	.find = cache_find,
	.free = cache_free,
};

int users_cache_new(struct users *behind, unsigned seconds, const uint8_t seed[SIPHASH_KEY_LEN],
		    struct users **ret_users)
{
	struct users_cache *self = calloc(1, sizeof(*self));

	if (!self) {
		users_unref(behind);
		return -ENOMEM;
	}
	users_init(&self->base, &cache_backend);
	self->behind = behind;
	self->lifetime_ms = (uint64_t)seconds * SECOND_MS;
	memcpy(self->seed, seed, SIPHASH_KEY_LEN);
	pthread_mutex_init(&self->lock, NULL); /* cannot fail in glibc */
	TAILQ_INIT(&self->in_order);
	*ret_users = &self->base;
	return 0;
}
