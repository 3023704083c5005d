/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bytes that the socket did not take stay in a buffer of the connection, and go first the next
 * time.
 */
#include "net/transport/output.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "net/transport/transport.h"

void net_output_done(struct net_output *output)
{
	buf_done(&output->rest);
}

int net_output_send(struct net_output *output, const uint8_t *p, size_t len, size_t *ret_sent)
{
	ssize_t n;

	*ret_sent = 0;
	do {
		n = send(output->fd, p, len, MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? NET_WANT_WRITE : -errno;
	*ret_sent = (size_t)n;
	/* A socket that took less than it was given is full: another try would be in vain. */
	return (size_t)n < len ? NET_WANT_WRITE : 0;
}

static int flush_rest(struct net_output *output)
{
	size_t sent;
	int err;

	if (output->rest.len == 0)
		return 0;
	err = net_output_send(output, buf_data(&output->rest), output->rest.len, &sent);
	buf_consume(&output->rest, sent);
	if (output->rest.len == 0)
		buf_done(&output->rest);
	return err;
}

int net_output_flush(struct net_output *output)
{
	struct net_scratch *scratch = output->scratch;
	size_t sent;
	int err = flush_rest(output);

	if (err || scratch->len == 0)
		return err;
	err = net_output_send(output, scratch->bytes, scratch->len, &sent);
	if (err == NET_WANT_WRITE) {
		buf_add(&output->rest, scratch->bytes + sent, scratch->len - sent);
		if (buf_failed(&output->rest))
			err = -ENOMEM;
	}
	/* In any case the next connection must find the scratch empty. */
	scratch->len = 0;
	return err;
}

int net_output_make_room(struct net_output *output, size_t len)
{
	assert(len <= NET_SCRATCH_SIZE);
	if (output->rest.len == 0 && output->scratch->len + len <= NET_SCRATCH_SIZE)
		return 0;
	return net_output_flush(output);
}

void net_output_add(struct net_output *output, const void *p, size_t len)
{
	struct net_scratch *scratch = output->scratch;

	assert(output->rest.len == 0 && scratch->len + len <= NET_SCRATCH_SIZE);
	memcpy(scratch->bytes + scratch->len, p, len);
	scratch->len += len;
}
