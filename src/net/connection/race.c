/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each attempt is a transport of its own with a poll handle, until one of them wins and the others
 * are closed.
 */
#include "net/connection/race.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/context_state.h"

enum {
	STAGGER_MS = 250, /* RFC 8305 section 8 */
};

struct net_attempt {
	TAILQ_ENTRY(net_attempt) entry;
	struct net_race *race;
	struct net_address address;
	uv_poll_t poll;
	int fd;				 /* the transport's, once there is one */
	struct net_transport *transport; /* NULL before it is connected */
};

static void on_close(uv_handle_t *handle)
{
	free(CONTAINER_OF(handle, struct net_attempt, poll));
}

/* The socket, and the transport if there is one, become the caller's. */
static void end_attempt(struct net_attempt *attempt)
{
	struct net_race *race = attempt->race;

	TAILQ_REMOVE(&race->attempts, attempt, entry);
	race->n_attempts--;
	uv_close((uv_handle_t *)&attempt->poll, on_close);
}

static void give_up_attempt(struct net_attempt *attempt)
{
	struct net_transport *transport = attempt->transport;
	int fd = attempt->fd;

	end_attempt(attempt);
	if (transport)
		transport->ops->free(transport);
	else
		close(fd);
}

static void continue_race(struct net_race *race);

static void fail_attempt(struct net_attempt *attempt, int err)
{
	struct net_race *race = attempt->race;
	struct net_transport *transport = attempt->transport;
	struct net_address address = attempt->address;
	char why[2 * NET_WHY_MAX];

	if (transport)
		snprintf(why, sizeof(why), "TLS handshake: %s",
			 transport->why ? transport->why : uv_strerror(err));
	give_up_attempt(attempt);
	race->failed(race, &address, err, transport ? why : NULL);
	continue_race(race);
}

static void win(struct net_attempt *attempt)
{
	struct net_race *race = attempt->race;
	struct net_transport *transport = attempt->transport;
	struct net_address address = attempt->address;

	end_attempt(attempt);
	net_race_stop(race);
	race->won(race, transport, &address);
}

static void on_handshake(uv_poll_t *poll, int status, int events);

static void go_on_with_handshake(struct net_attempt *attempt)
{
	struct net_transport *transport = attempt->transport;
	int r = transport->ops->handshake(transport);

	if (r == 0 && attempt->race->must_verify && !transport->ops->peer_verified(transport)) {
		net_transport_explain(transport, "the certificate does not verify");
		r = -EPROTO;
	}
	if (r == 0)
		win(attempt);
	else if (r < 0)
		fail_attempt(attempt, r);
	else
		uv_poll_start(&attempt->poll, r == NET_WANT_READ ? UV_READABLE : UV_WRITABLE,
			      on_handshake);
}

static void on_handshake(uv_poll_t *poll, int status, int events)
{
	struct net_attempt *attempt = CONTAINER_OF(poll, struct net_attempt, poll);

	/* The call that runs into a socket's error reports it best. */
	attempt->transport->drained = false;
	go_on_with_handshake(attempt);
}

static int make_transport(struct net_attempt *attempt)
{
	struct net_race *race = attempt->race;

	if (race->tls)
		return net_tls_connect_new(race->context, attempt->fd, race->tls, race->server_name,
					   &attempt->transport);
	return net_tcp_new(race->context, attempt->fd, &attempt->transport);
}

static void on_stagger(uv_timer_t *timer)
{
	struct net_race *race = timer->data;

	if (race->next < race->n_addresses)
		continue_race(race);
	else
		race->more(race);
}

static void on_attempt_connected(uv_poll_t *poll, int status, int events)
{
	struct net_attempt *attempt = CONTAINER_OF(poll, struct net_attempt, poll);
	struct net_race *race = attempt->race;
	struct net_address address = attempt->address;
	int err = 0;
	socklen_t len = sizeof(err);

	if (getsockopt(attempt->fd, SOL_SOCKET, SO_ERROR, &err, &len) != 0)
		err = errno;
	if (err) {
		fail_attempt(attempt, -err);
		return;
	}
	uv_poll_stop(poll);
	err = make_transport(attempt);
	if (!err) {
		/*
		 * Somebody is there: a handshake sometimes takes longer than a quarter of a second.
		 */
		uv_timer_start(race->stagger, on_stagger, race->server_ms, 0);
		go_on_with_handshake(attempt);
		return;
	}
	end_attempt(attempt); /* the socket is closed already */
	race->failed(race, &address, err, NULL);
	continue_race(race);
}

static void make_room_for_attempt(struct net_race *race)
{
	struct net_attempt *oldest = TAILQ_FIRST(&race->attempts);
	struct net_address address;

	if (race->n_attempts < NET_ATTEMPTS_MAX)
		return;
	address = oldest->address;
	give_up_attempt(oldest);
	race->failed(race, &address, UV_ETIMEDOUT, NULL);
}

static int begin_attempt(struct net_race *race, const struct net_address *address)
{
	struct net_attempt *attempt;
	int err, fd;

	make_room_for_attempt(race);
	fd = socket(address->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	net_socket_set(fd, &race->socket);
	attempt = calloc(1, sizeof(*attempt));
	err = attempt ? 0 : -ENOMEM;
	if (!err && connect(fd, &address->any, address->len) != 0 && errno != EINPROGRESS)
		err = -errno;
	if (!err)
		err = uv_poll_init(race->context->loop, &attempt->poll, fd);
	if (err) {
		free(attempt);
		close(fd);
		return err;
	}
	attempt->race = race;
	attempt->address = *address;
	attempt->fd = fd;
	TAILQ_INSERT_TAIL(&race->attempts, attempt, entry);
	race->n_attempts++;
	uv_poll_start(&attempt->poll, UV_WRITABLE, on_attempt_connected);
	return 0;
}

/* Begins with the next address for which an attempt can be made. */
static void continue_race(struct net_race *race)
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
			uv_timer_start(
			    race->stagger, on_stagger,
			    race->next < race->n_addresses ? STAGGER_MS : race->server_ms, 0);
			return;
		}
		race->failed(race, address, err, NULL);
	}
	if (race->n_attempts == 0) {
		uv_timer_stop(race->stagger);
		race->more(race);
	}
}

void net_race_init(struct net_race *race)
{
	TAILQ_INIT(&race->attempts);
	race->stagger->data = race;
}

void net_race_add(struct net_race *race, const struct net_address *address, size_t n)
{
	if (n > NET_ADDRESSES_MAX)
		n = NET_ADDRESSES_MAX;
	memcpy(race->address, address, n * sizeof(*address));
	race->n_addresses = n;
	race->next = 0;
	continue_race(race);
}

bool net_race_is_in_handshake(const struct net_race *race)
{
	const struct net_attempt *attempt;

	TAILQ_FOREACH (attempt, &race->attempts, entry) {
		if (attempt->transport)
			return true;
	}
	return false;
}

void net_race_stop(struct net_race *race)
{
	struct net_attempt *attempt, *next;

	uv_timer_stop(race->stagger);
	TAILQ_FOREACH_SAFE (attempt, &race->attempts, entry, next)
		give_up_attempt(attempt);
}
