/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Common to both kinds of transport: the socket, its options, and its output.
 */
#include "net/transport/transport.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/context_state.h"

enum {
	/*
	 * Bytes that may wait in the kernel before they are first sent. A later short message
	 * cannot overtake them; and so few stay in the processor's cache, which makes bulk
	 * transfers a tenth cheaper.
	 */
	UNSENT_MAX = 16 * 1024,
};

static void set_option(int fd, int level, int option, int value)
{
	setsockopt(fd, level, option, &value, sizeof(value));
}

void net_transport_init(struct net_transport *t, const struct net_transport_ops *ops,
			struct net_context *context, int fd)
{
	*t = (struct net_transport){
		.ops = ops,
		.fd = fd,
		.output = { .fd = fd },
	};
	net_transport_move(t, context);
	/* Small messages go at once; we do the gathering ourselves. */
	set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	set_option(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, UNSENT_MAX);
}

void net_transport_move(struct net_transport *t, struct net_context *context)
{
	t->context = context;
	t->output.scratch = &context->out;
	t->output.rest.store = t->held.store = &context->blocks;
}

void net_transport_leave(struct net_transport *t)
{
	t->output.rest.store = t->held.store = NULL;
}

void net_transport_explain(struct net_transport *t, const char *why)
{
	free(t->why);
	t->why = strdup(why);
}

void net_transport_done(struct net_transport *t)
{
	free(t->why);
	net_output_done(&t->output);
	buf_done(&t->held);
	close(t->fd);
}

int net_transport_recv(struct net_transport *t, void *out, size_t size, size_t *ret_len)
{
	ssize_t n;

	if (t->drained)
		return NET_WANT_READ;
	do {
		n = recv(t->fd, out, size, 0);
	} while (n < 0 && errno == EINTR);
	if (n == 0)
		return NET_EOF;
	if (n < 0 && errno != EAGAIN)
		return -errno;
	t->drained = n < 0 || (size_t)n < size;
	if (n < 0)
		return NET_WANT_READ;
	if (t->watched && net_proxy_watch(&t->watch, out, (size_t)n)) {
		net_transport_explain(t, "a PROXY header that is not expected");
		return NET_PROXY_FAULT;
	}
	*ret_len = (size_t)n;
	return 0;
}
