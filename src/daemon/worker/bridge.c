/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes the two ends of a connection in memory between two workers, and wakes the thread of the
 * other end.
 */
#include "daemon/worker/bridge.h"

#include <stdlib.h>

static void unref_bridge(struct bridge *bridge)
{
	if (atomic_fetch_sub(&bridge->refs, 1) > 1)
		return;
	ring_done(&bridge->end[0].out);
	ring_done(&bridge->end[1].out);
	net_certificate_free(bridge->certificate);
	free(bridge);
}

/* Takes the whole list at once, so that it cannot change while it is read. */
static struct bridge_end *take_all(struct waker *waker)
{
	return atomic_exchange(&waker->first, NULL);
}

static void on_waker_async(uv_async_t *async)
{
	struct waker *waker = CONTAINER_OF(async, struct waker, async);
	struct bridge_end *end = take_all(waker), *next;

	for (; end; end = next) {
		next = end->next_woken;
		/* Before reading: anything later wakes it again. */
		atomic_store(&end->is_woken, false);
		waker->woken(end);
		unref_bridge(end->bridge);
	}
}

int waker_init(struct waker *waker, uv_loop_t *loop, void (*woken)(struct bridge_end *end))
{
	int err;

	atomic_init(&waker->first, NULL);
	waker->woken = woken;
	err = uv_async_init(loop, &waker->async, on_waker_async);
	waker->open = !err;
	return err;
}

void waker_close(struct waker *waker)
{
	struct bridge_end *end, *next;

	if (!waker->open)
		return;
	waker->open = false;
	for (end = take_all(waker); end; end = next) {
		next = end->next_woken;
		unref_bridge(end->bridge);
	}
	uv_close((uv_handle_t *)&waker->async, NULL);
}

static void end_init(struct bridge *bridge, unsigned i, struct waker *waker)
{
	struct bridge_end *end = &bridge->end[i];

	end->bridge = bridge;
	end->other = &bridge->end[1 - i];
	end->waker = waker;
}

struct bridge *bridge_new(struct waker *near, struct waker *far)
{
	struct bridge *bridge = calloc(1, sizeof(*bridge));

	if (!bridge)
		return NULL;
	atomic_init(&bridge->refs, 2);
	end_init(bridge, 0, near);
	end_init(bridge, 1, far);
	return bridge;
}

void bridge_wake(struct bridge_end *end)
{
	struct waker *waker = end->waker;
	struct bridge_end *first;

	if (atomic_exchange(&end->is_woken, true))
		return;
	atomic_fetch_add(&end->bridge->refs, 1);
	first = atomic_load(&waker->first);
	do {
		end->next_woken = first;
	} while (!atomic_compare_exchange_weak(&waker->first, &first, end));
	uv_async_send(&waker->async);
}

void bridge_leave(struct bridge_end *end)
{
	atomic_store(&end->is_ended, true);
	end->owner = NULL;
	bridge_wake(end->other);
	unref_bridge(end->bridge);
}
