/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Accepts a few connections in each turn of the loop. Without descriptors or memory it asks for
 * room, and pauses if there is none.
 */
#include "net/connection/listener.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

#include "base/list.h"
#include "net/connection/connection_state.h"
#include "net/connection/waiting_room.h"
#include "net/context_state.h"

enum {
	BACKLOG = 1024, /* the kernel reduces it to net.core.somaxconn */
	/*
	 * A flood of new connections must not starve the open ones, nor use up the descriptors
	 * before displaced connections are closed.
	 */
	ACCEPTS_PER_TURN = 16,
	PAUSE_MS = 1000, /* without descriptors, every accept() fails and the loop would spin */
};

struct net_listener {
	struct net_context *context;
	struct net_protocol protocol; /* holds references */
	net_accept_fn accept;
	net_accept_failed_fn accept_failed;
	net_accept_refused_fn accept_refused;
	void *arg;
	struct net_waiting_room waiting_room;
	struct net_address address;
	int fd;
	uv_poll_t poll;
	uv_timer_t pause;
	int n_handles; /* to be closed before the memory is freed */
	bool freed;
};

static void hand_over(struct net_listener *l, int fd, const struct net_address *peer)
{
	struct net_conn *conn;

	if (net_conn_new_accepted(l->context, fd, peer, &l->protocol, &conn) != 0)
		return; /* no memory: the peer sees its connection closed */
	if (!net_proxies_have(l->protocol.proxies, peer))
		l->accept(l->arg, conn, peer);
	else if (net_waiting_room_add(&l->waiting_room, conn) != 0)
		net_conn_abandon(conn);
}

static void on_let_in(void *arg, struct net_conn *conn)
{
	struct net_listener *l = arg;
	struct net_address peer = net_conn_peer(conn)->address;

	l->accept(l->arg, conn, &peer);
}

static void on_waiting_refused(void *arg, const struct net_address *address, const char *why)
{
	struct net_listener *l = arg;

	if (l->accept_refused)
		l->accept_refused(l->arg, address, why);
}

static const struct net_waiting_room_user waiting_room_user = {
	.let_in = on_let_in,
	.refused = on_waiting_refused,
};

static void on_poll(uv_poll_t *poll, int status, int events);

static void on_pause_over(uv_timer_t *timer)
{
	struct net_listener *l = CONTAINER_OF(timer, struct net_listener, pause);

	uv_poll_start(&l->poll, UV_READABLE, on_poll);
}

/*
 * If room was made, the socket is still polled, and soon reports the connection again. Connections
 * of which nothing is known go first.
 */
static void on_accept_failed(struct net_listener *l, int err)
{
	if (net_waiting_room_make_place(&l->waiting_room))
		return;
	if (l->accept_failed && l->accept_failed(l->arg, err))
		return;
	uv_poll_stop(&l->poll);
	uv_timer_start(&l->pause, on_pause_over, PAUSE_MS, 0);
}

static bool is_out_of_resources(int err)
{
	return err == EMFILE || err == ENFILE || err == ENOMEM || err == ENOBUFS;
}

/* False if there is nothing more to accept for now. */
static bool accept_one(struct net_listener *l)
{
	struct net_address peer = { .len = sizeof(peer.v6) };
	int fd = accept4(l->fd, &peer.any, &peer.len, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd >= 0) {
		hand_over(l, fd, &peer);
		return true;
	}
	if (errno == EAGAIN)
		return false;
	if (is_out_of_resources(errno)) {
		on_accept_failed(l, -errno);
		return false;
	}
	/*
	 * Any other error concerns one connection that is gone already (ECONNABORTED, see
	 * accept(2)).
	 */
	return true;
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
	struct net_listener *l = CONTAINER_OF(poll, struct net_listener, poll);

	for (int n = 0; n < ACCEPTS_PER_TURN && !l->freed; n++) {
		if (!accept_one(l))
			return;
	}
}

/*
 * The first of several enables port sharing only once it has the port: otherwise it could get a
 * port that another process shares.
 */
static int bind_and_listen(int fd, const struct net_address *address, enum net_sharing sharing)
{
	int on = 1;

	if (sharing == NET_SHARED_BEFORE)
		setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
	if (bind(fd, &address->any, address->len) != 0)
		return -errno;
	if (sharing == NET_SHARED_FROM_NOW)
		setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
	return listen(fd, BACKLOG) == 0 ? 0 : -errno;
}

/* A kernel without IPv6 has all of its addresses at 0.0.0.0. */
static int make_socket(struct net_address *address)
{
	int type = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
	int fd = socket(address->any.sa_family, type, 0);

	if (fd < 0 && errno == EAFNOSUPPORT && net_address_take_ipv4(address))
		fd = socket(address->any.sa_family, type, 0);
	return fd < 0 ? -errno : fd;
}

int net_listener_open(const struct net_address *wanted, enum net_sharing sharing, int *ret_fd)
{
	struct net_address address = *wanted;
	int on = 1, off = 0, err;
	int fd = make_socket(&address);

	if (fd < 0)
		return fd;
	/*
	 * A restarted server must not wait for the connections of its predecessor to
	 * be forgotten.
	 */
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	/* Independent of the system's default: "::" accepts IPv4 as well. */
	if (address.any.sa_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	err = bind_and_listen(fd, &address, sharing);
	if (err) {
		close(fd);
		return err;
	}
	*ret_fd = fd;
	return 0;
}

int net_listener_name(int fd, struct net_address *ret_address)
{
	*ret_address = (struct net_address){ .len = sizeof(ret_address->v6) };
	if (getsockname(fd, &ret_address->any, &ret_address->len) != 0)
		return -errno;
	return ret_address->any.sa_family == AF_INET || ret_address->any.sa_family == AF_INET6
		   ? 0
		   : -EAFNOSUPPORT;
}

static void keep_protocol(struct net_listener *l, const struct net_protocol *protocol)
{
	if (protocol->tls)
		net_tls_ref(protocol->tls);
	if (protocol->websocket)
		net_websocket_settings_ref(protocol->websocket);
	net_proxies_ref(protocol->proxies);
	net_tls_unref(l->protocol.tls);
	net_websocket_settings_unref(l->protocol.websocket);
	net_proxies_unref(l->protocol.proxies);
	l->protocol = *protocol;
}

int net_listener_adopt(struct net_context *context, const struct net_listener_options *options,
		       int fd, struct net_listener **ret_listener)
{
	struct net_listener *l = calloc(1, sizeof(*l));
	int err;

	if (!l)
		return -ENOMEM;
	err = uv_poll_init(context->loop, &l->poll, fd);
	if (err) {
		free(l);
		return err;
	}
	uv_timer_init(context->loop, &l->pause);
	l->n_handles = 2;
	l->context = context;
	l->fd = fd;
	net_listener_set_protocol(l, &options->protocol);
	l->accept = options->accept;
	l->accept_failed = options->accept_failed;
	l->accept_refused = options->accept_refused;
	l->arg = options->arg;
	net_waiting_room_init(&l->waiting_room, &waiting_room_user, l);
	net_listener_name(fd, &l->address);
	*ret_listener = l;
	return 0;
}

void net_listener_start(struct net_listener *l)
{
	uv_poll_start(&l->poll, UV_READABLE, on_poll);
}

int net_listener_new(struct net_context *context, const struct net_listener_options *options,
		     struct net_listener **ret_listener)
{
	int fd;
	int err = net_listener_open(&options->address, options->sharing, &fd);

	if (err)
		return err;
	err = net_listener_adopt(context, options, fd, ret_listener);
	if (err)
		close(fd);
	else
		net_listener_start(*ret_listener);
	return err;
}

static void free_when_handles_are_back(struct net_listener *l)
{
	if (--l->n_handles == 0)
		free(l);
}

static void on_listener_poll_close(uv_handle_t *handle)
{
	free_when_handles_are_back(CONTAINER_OF(handle, struct net_listener, poll));
}

static void on_pause_close(uv_handle_t *handle)
{
	free_when_handles_are_back(CONTAINER_OF(handle, struct net_listener, pause));
}

struct net_listener *net_listener_free(struct net_listener *l)
{
	if (!l)
		return NULL;
	l->freed = true;
	net_waiting_room_done(&l->waiting_room);
	uv_close((uv_handle_t *)&l->poll, on_listener_poll_close);
	uv_close((uv_handle_t *)&l->pause, on_pause_close);
	close(l->fd);
	keep_protocol(l, &(struct net_protocol){ 0 });
	return NULL;
}

const struct net_address *net_listener_address(const struct net_listener *l)
{
	return &l->address;
}

/* Connections have from their listener what the kernel is told of them. */
void net_listener_set_protocol(struct net_listener *l, const struct net_protocol *protocol)
{
	net_socket_set(l->fd, &protocol->socket);
	if (protocol->socket.dscp == 0 && l->protocol.socket.dscp > 0)
		net_socket_set_dscp(l->fd, 0);
	keep_protocol(l, protocol);
}
