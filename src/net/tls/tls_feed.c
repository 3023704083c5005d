/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Records are read from the socket in lots, counted, and given to OpenSSL one at a time.
 */
#include "net/tls/tls_feed.h"

#include <errno.h>
#include <string.h>

#include "net/context_state.h"

/* Called for each record, before OpenSSL asks for what follows its header. */
static void on_message(int written, int version, int content_type, const void *p, size_t len,
		       SSL *ssl, void *arg)
{
	struct net_transport *t = arg;
	struct net_tls_feed *feed = net_tls_feed_of(t);

	if (written || content_type != SSL3_RT_HEADER)
		return;
	feed->n_records++;
	feed->n_barren++;
	feed->fresh = true;
	t->context->turn.n_barren++;
}

void net_tls_feed_watch(SSL *ssl, struct net_transport *t)
{
	SSL_set_msg_callback(ssl, on_message);
	SSL_set_msg_callback_arg(ssl, t);
}

void net_tls_feed_begin(struct net_tls_feed *feed)
{
	feed->n_records = 0;
	feed->put_off = false;
}

int net_tls_feed_end(struct net_tls_feed *feed, struct net_transport *t)
{
	buf_add(&t->held, feed->raw, feed->raw_len);
	feed->raw_len = 0;
	return buf_failed(&t->held) ? -ENOMEM : 0;
}

static void make_up(struct net_tls_feed *feed, size_t len)
{
	size_t n;

	feed->credit += len;
	n = feed->credit / NET_TLS_BYTES_PER_BARREN;
	feed->credit %= NET_TLS_BYTES_PER_BARREN;
	feed->n_barren = n < feed->n_barren ? feed->n_barren - (unsigned)n : 0;
}

static int refill(struct net_tls_feed *feed, struct net_transport *t)
{
	feed->raw = t->context->raw;
	return net_transport_recv(t, t->context->raw, NET_TLS_RAW_SIZE, &feed->raw_len);
}

static size_t take_held(struct buf *held, void *out, size_t size)
{
	size_t len = size < held->len ? size : held->len;

	memcpy(out, buf_data(held), len);
	buf_consume(held, len);
	if (held->len == 0)
		buf_done(held);
	return len;
}

static size_t take_raw(struct net_tls_feed *feed, void *out, size_t size)
{
	size_t len = size < feed->raw_len ? size : feed->raw_len;

	memcpy(out, feed->raw, len);
	feed->raw += len;
	feed->raw_len -= len;
	return len;
}

/* A peer whose records all brought data never waits for others whose records did not. */
static bool must_wait(const struct net_tls_feed *feed, const struct net_transport *t)
{
	return feed->n_barren > 1 && t->context->turn.n_barren > NET_TURN_BARREN_MAX;
}

int net_tls_feed_take(struct net_tls_feed *feed, struct net_transport *t, void *out, size_t size,
		      size_t *ret_len)
{
	int r;

	if (feed->n_barren > NET_TLS_BARREN_MAX) {
		net_transport_explain(t, "too many TLS records without data");
		return -EPROTO;
	}
	feed->put_off = must_wait(feed, t);
	if (feed->put_off)
		return NET_NEXT_TURN;
	if (!net_tls_feed_has(feed, t)) {
		r = refill(feed, t);
		if (r)
			return r;
	}
	*ret_len = t->held.len > 0 ? take_held(&t->held, out, size) : take_raw(feed, out, size);
	if (!feed->open)
		make_up(feed, *ret_len);
	return 0;
}

void net_tls_feed_brought(struct net_tls_feed *feed, struct net_transport *t, size_t len)
{
	if (feed->fresh && feed->n_barren > 0) {
		feed->n_barren--;
		if (t->context->turn.n_barren > 0)
			t->context->turn.n_barren--; /* it may have begun in an earlier turn */
	}
	feed->fresh = false;
	make_up(feed, len);
}

void net_tls_feed_open(struct net_tls_feed *feed)
{
	feed->open = true;
	feed->n_barren = 0;
	feed->credit = 0;
}

bool net_tls_feed_has(const struct net_tls_feed *feed, const struct net_transport *t)
{
	return t->held.len > 0 || feed->raw_len > 0;
}

bool net_tls_feed_may_go_on(const struct net_tls_feed *feed)
{
	return feed->n_records < NET_TLS_RECORDS_PER_READ;
}
