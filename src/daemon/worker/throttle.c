/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Puts a lock around relay/shared/throttle.c, whose table all workers share, and gives it the time.
 */
#include "daemon/worker/throttle.h"

#include <errno.h>
#include <uv.h>

#include "daemon/seed.h"

/* The clock of all loops, independent of their turns. */
static uint64_t now_ms(void)
{
	return uv_hrtime() / 1000000;
}

int throttle_init(struct throttle *throttle)
{
	uint8_t key[SIPHASH_KEY_LEN];

	*throttle = (struct throttle){ .lock = PTHREAD_MUTEX_INITIALIZER };
	if (seed_make(key) != 0)
		return -EIO;
	throttle->table = relay_throttle_new(key, RELAY_THROTTLE_ORIGINS);
	return throttle->table ? 0 : -ENOMEM;
}

void throttle_done(struct throttle *throttle)
{
	throttle->table = relay_throttle_free(throttle->table);
}

void throttle_configure(struct throttle *throttle, uint64_t failures)
{
	pthread_mutex_lock(&throttle->lock);
	throttle->failures = failures;
	relay_throttle_configure(throttle->table, failures);
	if (failures == 0)
		relay_throttle_lift(throttle->table, slice_from(NULL), now_ms());
	pthread_mutex_unlock(&throttle->lock);
}

bool throttle_may_try(struct throttle *throttle, const struct relay_origin *origin)
{
	bool may;

	pthread_mutex_lock(&throttle->lock);
	may = relay_throttle_may_try(throttle->table, origin, now_ms());
	pthread_mutex_unlock(&throttle->lock);
	return may;
}

void throttle_wrong(struct throttle *throttle, const struct relay_origin *origin,
		    struct relay_pause *ret_pause)
{
	pthread_mutex_lock(&throttle->lock);
	relay_throttle_wrong(throttle->table, origin, now_ms(), ret_pause);
	pthread_mutex_unlock(&throttle->lock);
}

uint64_t throttle_right(struct throttle *throttle, const struct relay_origin *origin)
{
	uint64_t wrong;

	pthread_mutex_lock(&throttle->lock);
	wrong = relay_throttle_right(throttle->table, origin, now_ms());
	pthread_mutex_unlock(&throttle->lock);
	return wrong;
}

bool throttle_is_vouched(struct throttle *throttle, const struct relay_origin *origin)
{
	bool vouched;

	pthread_mutex_lock(&throttle->lock);
	vouched = relay_throttle_is_vouched(throttle->table, origin, now_ms());
	pthread_mutex_unlock(&throttle->lock);
	return vouched;
}

void throttle_list(struct throttle *throttle, size_t most, throttle_fn fn, void *arg)
{
	struct relay_throttle_view view;
	size_t at = 0;

	pthread_mutex_lock(&throttle->lock);
	while (most-- > 0 && relay_throttle_next(throttle->table, now_ms(), &at, &view))
		fn(&view, arg);
	pthread_mutex_unlock(&throttle->lock);
}

void throttle_end(struct throttle *throttle, throttle_fn fn, void *arg)
{
	struct relay_throttle_view view;
	size_t at = 0;

	pthread_mutex_lock(&throttle->lock);
	while (relay_throttle_end(throttle->table, now_ms(), &at, &view))
		fn(&view, arg);
	pthread_mutex_unlock(&throttle->lock);
}

void throttle_count(struct throttle *throttle, uint64_t *ret_failures,
		    struct relay_throttle_counts *ret_counts)
{
	pthread_mutex_lock(&throttle->lock);
	*ret_failures = throttle->failures;
	relay_throttle_count(throttle->table, ret_counts);
	pthread_mutex_unlock(&throttle->lock);
}

bool throttle_lift(struct throttle *throttle, struct slice name)
{
	bool found;

	pthread_mutex_lock(&throttle->lock);
	found = relay_throttle_lift(throttle->table, name, now_ms());
	pthread_mutex_unlock(&throttle->lock);
	return found;
}
