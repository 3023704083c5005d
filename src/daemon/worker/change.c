/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Opens the listeners that the next snapshot wants for every worker, and keeps those that stay the
 * same.
 */
#include "daemon/worker/change.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void part_free(const struct change *change, struct change_part *part)
{
	for (size_t i = 0; part->fd && i < change->n_listeners; i++)
		if (part->fd[i] >= 0)
			close(part->fd[i]);
	free(part->fd);
	free(part->listener);
}

static bool part_init(const struct change *change, struct change_part *part)
{
	part->fd = calloc(change->n_listeners, sizeof(*part->fd));
	part->listener = calloc(change->n_listeners, sizeof(struct net_listener *));
	for (size_t i = 0; part->fd && i < change->n_listeners; i++)
		part->fd[i] = -1;
	return part->fd && part->listener;
}

struct change *change_new(struct snapshot *next, size_t n_workers)
{
	struct change *change = calloc(1, sizeof(*change));
	bool fine;

	if (!change)
		return NULL;
	change->next = snapshot_ref(next);
	change->n_listeners = next->config->n_listen;
	change->kept = calloc(change->n_listeners, sizeof(*change->kept));
	change->part = calloc(n_workers, sizeof(*change->part));
	fine = change->kept && change->part;
	for (size_t i = 0; fine && i < change->n_listeners; i++)
		change->kept[i] = CHANGE_NEW;
	for (; fine && change->n_parts < n_workers; change->n_parts++)
		fine = part_init(change, &change->part[change->n_parts]);
	return fine ? change : change_free(change);
}

struct change *change_free(struct change *change)
{
	if (!change)
		return NULL;
	for (size_t i = 0; i < change->n_parts; i++)
		part_free(change, &change->part[i]);
	free(change->part);
	free(change->kept);
	snapshot_unref(change->next);
	free(change);
	return NULL;
}

/*
 * Addresses can be written in several ways; a port that the system chose matches the 0 that was
 * asked for.
 */
static bool is_same_address(const struct config_listener *a, const struct config_listener *b)
{
	struct net_address left, right;
	uint8_t left_bytes[16], right_bytes[16];

	if (a->port != b->port || net_address_parse(a->address, 0, &left) != 0 ||
	    net_address_parse(b->address, 0, &right) != 0 ||
	    left.any.sa_family != right.any.sa_family)
		return false;
	net_address_bytes(&left, left_bytes);
	net_address_bytes(&right, right_bytes);
	return memcmp(left_bytes, right_bytes, sizeof(left_bytes)) == 0;
}

static bool is_same_place(const struct snapshot *a, size_t i, const struct snapshot *b, size_t j)
{
	if (a->listener[i].passed || b->listener[j].passed)
		return a->listener[i].passed == b->listener[j].passed;
	return is_same_address(&a->config->listen[i], &b->config->listen[j]);
}

static bool is_kept(const struct change *change, size_t old)
{
	for (size_t i = 0; i < change->n_listeners; i++)
		if (change->kept[i] == (int)old)
			return true;
	return false;
}

static void find_kept(struct change *change, size_t i, const struct snapshot *before,
		      bool same_transport)
{
	const struct snapshot *next = change->next;

	for (size_t old = 0; old < before->config->n_listen; old++) {
		if (is_kept(change, old) || !is_same_place(next, i, before, old) ||
		    (same_transport &&
		     next->config->listen[i].transport != before->config->listen[old].transport))
			continue;
		change->kept[i] = (int)old;
		next->listener[i].address = before->listener[old].address;
		return;
	}
}

/* Completely unchanged listeners first, because the system may have chosen the ports of several. */
void change_keep_listeners(struct change *change, const struct snapshot *before)
{
	for (size_t i = 0; i < change->n_listeners; i++)
		find_kept(change, i, before, true);
	for (size_t i = 0; i < change->n_listeners; i++)
		if (change->kept[i] == CHANGE_NEW)
			find_kept(change, i, before, false);
}

/*
 * Each worker has a socket of its own. If the system chooses the port of the first, the others use
 * the same one.
 */
static int open_own(struct change *change, size_t i)
{
	const struct config_listener *config = &change->next->config->listen[i];
	struct net_address *address = &change->next->listener[i].address;
	int err = net_address_parse(config->address, (uint16_t)config->port, address);

	for (size_t n = 0; n < change->n_parts && !err; n++) {
		enum net_sharing sharing = NET_SHARED_BEFORE;

		if (n == 0)
			sharing = change->n_parts > 1 ? NET_SHARED_FROM_NOW : NET_SHARED_BY_NOBODY;
		err = net_listener_open(address, sharing, &change->part[n].fd[i]);
		if (!err)
			err = net_listener_name(change->part[n].fd[i], address);
	}
	return err;
}

/*
 * All workers wait on the same socket, and the first one takes the connection: systemd's socket
 * belongs to root, so ours could not share its port.
 */
static int duplicate_passed(struct change *change, size_t i)
{
	struct snapshot_listener *listener = &change->next->listener[i];
	int err = net_listener_name(listener->passed, &listener->address);

	for (size_t n = 0; n < change->n_parts && !err; n++) {
		int fd = fcntl(listener->passed, F_DUPFD_CLOEXEC, 0);

		change->part[n].fd[i] = fd;
		err = fd < 0 ? -errno : 0;
	}
	return err;
}

int change_open_listener(struct change *change, size_t i)
{
	return change->next->listener[i].passed ? duplicate_passed(change, i) : open_own(change, i);
}
