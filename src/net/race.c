/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/race.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	STAGGER_MS = 250, /* RFC 8305 section 8 */
};

struct net_attempt {
	LIST_ENTRY(net_attempt) entry;
	struct net_race *race;
	struct net_address address;
	uv_poll_t poll;
	int fd;
};

static void on_close(uv_handle_t *handle)
{
	free(CONTAINER_OF(handle, struct net_attempt, poll));
}

/* The socket becomes the caller's. */
static int end_attempt(struct net_attempt *attempt)
{
	LIST_REMOVE(attempt, entry);
	uv_close((uv_handle_t *)&attempt->poll, on_close);
	return attempt->fd;
}

static void go_on(struct net_race *race);

static void on_connected(uv_poll_t *poll, int status, int events)
{
	struct net_attempt *attempt = CONTAINER_OF(poll, struct net_attempt, poll);
	struct net_race *race = attempt->race;
	struct net_address address = attempt->address;
	int err = 0;
	socklen_t len = sizeof(err);
	int fd = end_attempt(attempt);

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len) != 0)
		err = errno;
	if (err) {
		close(fd);
		race->failed(race, &address, -err);
		go_on(race);
		return;
	}
	net_race_stop(race);
	race->won(race, fd, &address);
}

static int begin_attempt(struct net_race *race, const struct net_address *address)
{
	struct net_attempt *attempt;
	int err, fd;

	fd = socket(address->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	attempt = calloc(1, sizeof(*attempt));
	err = attempt ? 0 : -ENOMEM;
	if (!err && connect(fd, &address->any, address->len) != 0 && errno != EINPROGRESS)
		err = -errno;
	if (!err)
		err = uv_poll_init(race->loop, &attempt->poll, fd);
	if (err) {
		free(attempt);
		close(fd);
		return err;
	}
	attempt->race = race;
	attempt->address = *address;
	attempt->fd = fd;
	LIST_INSERT_HEAD(&race->attempts, attempt, entry);
	uv_poll_start(&attempt->poll, UV_WRITABLE, on_connected);
	return 0;
}

static void on_stagger(uv_timer_t *timer)
{
	go_on(timer->data);
}

/* Begins with the next address that can be begun with at all. */
static void go_on(struct net_race *race)
{
	const struct net_address *address;
	int err;

	while (race->next < race->n_addresses) {
		address = &race->address[race->next++];
		if (race->allow && !race->allow(race->allow_arg, address))
			err = -EACCES;
		else
			err = begin_attempt(race, address);
		if (!err) {
			uv_timer_start(race->stagger, on_stagger, STAGGER_MS, 0);
			return;
		}
		race->failed(race, address, err);
	}
	if (LIST_EMPTY(&race->attempts)) {
		uv_timer_stop(race->stagger);
		race->lost(race);
	}
}

void net_race_start(struct net_race *race, const struct net_address *address, size_t n)
{
	if (n > NET_ADDRESSES_MAX)
		n = NET_ADDRESSES_MAX;
	memcpy(race->address, address, n * sizeof(*address));
	race->n_addresses = n;
	race->next = 0;
	race->stagger->data = race;
	go_on(race);
}

void net_race_stop(struct net_race *race)
{
	struct net_attempt *attempt, *next;

	uv_timer_stop(race->stagger);
	LIST_FOREACH_SAFE (attempt, &race->attempts, entry, next)
		close(end_attempt(attempt));
}
