/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The transport without TLS: system calls and nothing else.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "net/transport/transport.h"

static int tcp_handshake(struct net_transport *t)
{
	return 0;
}

static int tcp_write(struct net_transport *t, const uint8_t *p, size_t len, size_t *ret_len)
{
	int err;

	*ret_len = 0;
	/* Copying more costs more than the system call that it saves. */
	if (len <= NET_WHOLE_MAX) {
		err = net_output_make_room(&t->output, len);
		if (err)
			return err;
		net_output_add(&t->output, p, len);
		*ret_len = len;
		return 0;
	}
	err = net_output_flush(&t->output);
	return err ? err : net_output_send(&t->output, p, len, ret_len);
}

static void tcp_say_end(struct net_transport *t)
{
}

static bool tcp_peer_verified(struct net_transport *t)
{
	return false;
}

static bool tcp_peer_is(struct net_transport *t, const char *host)
{
	return false;
}

static struct net_certificate *tcp_peer_certificate(struct net_transport *t)
{
	return NULL;
}

static void tcp_free(struct net_transport *t)
{
	net_transport_done(t);
	free(t);
}

static int tcp_read(struct net_transport *t, uint8_t *out, size_t size, size_t *ret_len)
{
	return net_transport_recv(t, out, size, ret_len);
}

static const struct net_transport_ops tcp_ops = {
	.handshake = tcp_handshake,
	.read = tcp_read,
	.write = tcp_write,
	.say_end = tcp_say_end,
	.peer_verified = tcp_peer_verified,
	.peer_is = tcp_peer_is,
	.peer_certificate = tcp_peer_certificate,
	.free = tcp_free,
};

int net_tcp_new(struct net_context *context, int fd, struct net_transport **ret_transport)
{
	struct net_transport *t = malloc(sizeof(*t));

	if (!t) {
		close(fd);
		return -ENOMEM;
	}
	net_transport_init(t, &tcp_ops, context, fd);
	*ret_transport = t;
	return 0;
}
