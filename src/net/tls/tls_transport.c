/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The transport with TLS: OpenSSL reads from a BIO that leads to tls_feed.c, and writes to one that
 * leads to the connection's output.
 */
#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/host.h"
#include "net/address/address.h"
#include "net/context_state.h"
#include "net/tls/tls_feed.h"
#include "net/tls/tls_state.h"
#include "net/transport/transport.h"

enum {
	RECORD_PLAIN_MAX = 16 * 1024, /* RFC 8446 5.1 */
	/* With header, padding and tag, whatever the cipher, and a KeyUpdate before it. */
	RECORD_MAX = RECORD_PLAIN_MAX + 1024,
};

/* TLS of one connection. */
struct tls_transport {
	struct net_transport t; /* the first member, so that one may be cast to the other */
	struct net_tls *tls;
	SSL *ssl;
	struct net_tls_feed feed;
	int socket_err; /* the errno, negative, of a socket call inside OpenSSL */
	bool eof;	/* the socket has ended */
	int ended;	/* NET_EOF or a negative errno, for every later read */
};

static struct tls_transport *tls_transport_of(struct net_transport *t)
{
	return (struct tls_transport *)t;
}

struct net_tls_feed *net_tls_feed_of(struct net_transport *t)
{
	return &tls_transport_of(t)->feed;
}

/* Between OpenSSL and the socket. OpenSSL's own socket BIO would write() and die of SIGPIPE. */

static int bio_read(BIO *bio, char *out, size_t size, size_t *ret_len)
{
	struct tls_transport *tt = BIO_get_data(bio);
	int r = net_tls_feed_take(&tt->feed, &tt->t, out, size, ret_len);

	BIO_clear_retry_flags(bio);
	if (r == NET_WANT_READ || r == NET_NEXT_TURN)
		BIO_set_retry_read(bio);
	tt->eof = r == NET_EOF;
	if (r < 0)
		tt->socket_err = r;
	return r == 0;
}

static int bio_write(BIO *bio, const char *p, size_t len, size_t *ret_len)
{
	struct tls_transport *tt = BIO_get_data(bio);
	int r;

	if (len > RECORD_MAX)
		len = RECORD_MAX;
	BIO_clear_retry_flags(bio);
	r = net_output_make_room(&tt->t.output, len);
	if (r == NET_WANT_WRITE)
		BIO_set_retry_write(bio);
	if (r < 0)
		tt->socket_err = r;
	if (r != 0)
		return 0;
	net_output_add(&tt->t.output, p, len);
	*ret_len = len;
	return 1;
}

static long bio_ctrl(BIO *bio, int command, long larg, void *parg)
{
	struct tls_transport *tt = BIO_get_data(bio);

	if (command == BIO_CTRL_EOF)
		return tt->eof;
	return command == BIO_CTRL_FLUSH;
}

BIO_METHOD *net_tls_bio_new(void)
{
	BIO_METHOD *method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "gathering socket");

	if (!method)
		return NULL;
	BIO_meth_set_read_ex(method, bio_read);
	BIO_meth_set_write_ex(method, bio_write);
	BIO_meth_set_ctrl(method, bio_ctrl);
	return method;
}

/*
 * Call before each call of OpenSSL, whose errors go to its queue. That is nearly always empty, and
 * emptying it would cost as much as a short record.
 */
static void forget_errors(void)
{
	if (ERR_peek_error() != 0)
		ERR_clear_error();
}

static void explain_failure(struct tls_transport *tt)
{
	char why[NET_WHY_MAX];

	net_tls_error(SSL_get_verify_result(tt->ssl), why, sizeof(why));
	net_transport_explain(&tt->t, why);
}

/* Translates the result of a call that did not succeed. */
static int result(struct tls_transport *tt, int returned)
{
	switch (SSL_get_error(tt->ssl, returned)) {
	case SSL_ERROR_WANT_READ:
		return tt->feed.put_off ? NET_NEXT_TURN : NET_WANT_READ;
	case SSL_ERROR_WANT_WRITE:
		return NET_WANT_WRITE;
	case SSL_ERROR_ZERO_RETURN:
		return NET_EOF;
	case SSL_ERROR_SSL:
		explain_failure(tt);
		return -EPROTO;
	default:
		ERR_clear_error();
		return tt->socket_err ? tt->socket_err : -ECONNRESET;
	}
}

/* After a call that read: sends what OpenSSL wrote on its own, and returns R unless that failed. */
static int end_and(struct tls_transport *tt, int r)
{
	int kept = net_tls_feed_end(&tt->feed, &tt->t);
	int err = net_output_flush(&tt->t.output);

	if (kept != 0 && r >= 0)
		return kept;
	return err < 0 && r >= 0 ? err : r;
}

/* One step, as far as the input permits. */
static int go_on_with_handshake(struct tls_transport *tt)
{
	int r;

	forget_errors();
	net_tls_feed_begin(&tt->feed);
	r = SSL_do_handshake(tt->ssl);
	r = r == 1 ? 0 : result(tt, r);
	if (r == 0)
		net_tls_feed_open(&tt->feed);
	return r;
}

static int tls_handshake(struct net_transport *t)
{
	struct tls_transport *tt = tls_transport_of(t);
	int r, kept, flushed;

	if (SSL_is_init_finished(tt->ssl))
		return 0; /* it came from another context */
	if (t->context->turn.n_handshakes >= NET_TURN_HANDSHAKES_MAX)
		return NET_NEXT_TURN;
	t->context->turn.n_handshakes++;
	r = go_on_with_handshake(tt);
	kept = net_tls_feed_end(&tt->feed, &tt->t);
	flushed = net_output_flush(&t->output);
	if (kept != 0)
		return kept;
	if (r == NET_EOF || (r < 0 && tt->eof)) {
		net_transport_explain(t, "the other side closed the connection");
		return -ECONNRESET;
	}
	if (r == NET_WANT_READ && flushed == NET_WANT_WRITE)
		return NET_WANT_WRITE; /* there is no answer to unsent output */
	return flushed < 0 && r >= 0 ? flushed : r;
}

/*
 * May a read be of use, of which LEN bytes have come so far? The socket is read once for a call, so
 * that what it had is taken whole, and nothing of it has to wait for the next call. Where neither
 * the socket nor OpenSSL holds anything, OpenSSL would only set up a buffer for the next record, in
 * vain.
 */
static bool may_read(const struct tls_transport *tt, size_t len)
{
	if (net_tls_feed_has(&tt->feed, &tt->t))
		return true;
	if (len > 0)
		return SSL_pending(tt->ssl) > 0;
	return !tt->t.drained || SSL_has_pending(tt->ssl) || SSL_want_write(tt->ssl);
}

/*
 * Reads as many records as there are and as are permitted, so that the user is called once for all
 * of them.
 */
static int tls_read(struct net_transport *t, uint8_t *out, size_t size, size_t *ret_len)
{
	struct tls_transport *tt = tls_transport_of(t);
	size_t len = 0, n;
	int r = tt->ended;

	net_tls_feed_begin(&tt->feed);
	while (r == 0 && len < size && net_tls_feed_may_go_on(&tt->feed) && may_read(tt, len)) {
		forget_errors();
		r = SSL_read_ex(tt->ssl, out + len, size - len, &n);
		r = r == 1 ? 0 : result(tt, r);
		if (r == 0)
			net_tls_feed_brought(&tt->feed, t, n);
		if (r == 0)
			len += n;
	}
	if (r == 0 && len == 0)
		r = NET_WANT_READ;
	r = end_and(tt, r);
	if (r == NET_EOF || r < 0)
		tt->ended = r;
	*ret_len = len;
	return len > 0 ? 0 : r;
}

/*
 * Begins a record only if there is room for all of it: otherwise OpenSSL would insist on the same
 * bytes the next time, but by then the user may have others to send first.
 */
static int write_record(struct tls_transport *tt, const uint8_t *p, size_t len, size_t *ret_len)
{
	int r = net_output_make_room(&tt->t.output, RECORD_MAX);

	if (r)
		return r;
	forget_errors();
	r = SSL_write_ex(tt->ssl, p, len, ret_len);
	return r == 1 ? 0 : result(tt, r);
}

static int tls_write(struct net_transport *t, const uint8_t *p, size_t len, size_t *ret_len)
{
	size_t done = 0, n;
	int r = 0;

	while (r == 0 && done < len) {
		n = len - done < RECORD_PLAIN_MAX ? len - done : RECORD_PLAIN_MAX;
		r = write_record(tls_transport_of(t), p + done, n, &n);
		if (r == 0)
			done += n;
	}
	*ret_len = done;
	return r;
}

static void tls_say_end(struct net_transport *t)
{
	ERR_clear_error();
	SSL_shutdown(tls_transport_of(t)->ssl);
	ERR_clear_error();
}

static bool tls_peer_verified(struct net_transport *t)
{
	SSL *ssl = tls_transport_of(t)->ssl;

	return SSL_get0_peer_certificate(ssl) && SSL_get_verify_result(ssl) == X509_V_OK;
}

static bool tls_peer_is(struct net_transport *t, const char *host)
{
	return net_tls_certificate_names(SSL_get0_peer_certificate(tls_transport_of(t)->ssl), host);
}

static struct net_certificate *tls_peer_certificate(struct net_transport *t)
{
	return (struct net_certificate *)SSL_get1_peer_certificate(tls_transport_of(t)->ssl);
}

static void tls_free(struct net_transport *t)
{
	struct tls_transport *tt = tls_transport_of(t);

	SSL_free(tt->ssl);
	net_tls_unref(tt->tls);
	net_transport_done(t);
	free(tt);
}

static const struct net_transport_ops tls_ops = {
	.handshake = tls_handshake,
	.read = tls_read,
	.write = tls_write,
	.say_end = tls_say_end,
	.peer_verified = tls_peer_verified,
	.peer_is = tls_peer_is,
	.peer_certificate = tls_peer_certificate,
	.free = tls_free,
};

static int set_bio(struct tls_transport *tt)
{
	BIO *bio = BIO_new(tt->tls->bio);

	if (!bio)
		return -ENOMEM;
	BIO_set_data(bio, tt);
	BIO_set_init(bio, 1);
	SSL_set_bio(tt->ssl, bio, bio);
	return 0;
}

static int tls_new(struct net_context *context, int fd, struct net_tls *tls,
		   struct tls_transport **ret_tt)
{
	struct tls_transport *tt = calloc(1, sizeof(*tt));

	if (!tt) {
		close(fd);
		return -ENOMEM;
	}
	net_transport_init(&tt->t, &tls_ops, context, fd);
	tt->t.secure = true;
	tt->tls = net_tls_ref(tls);
	tt->ssl = SSL_new(tls->served[0].ctx);
	if (!tt->ssl || set_bio(tt) != 0) {
		ERR_clear_error();
		tls_free(&tt->t);
		return -ENOMEM;
	}
	net_tls_feed_watch(tt->ssl, &tt->t);
	*ret_tt = tt;
	return 0;
}

int net_tls_accept_new(struct net_context *context, int fd, struct net_tls *tls, enum net_web web,
		       enum net_tls_clients clients, struct net_transport **ret_transport)
{
	struct tls_transport *tt;
	int err = tls_new(context, fd, tls, &tt);

	if (err)
		return err;
	SSL_set_accept_state(tt->ssl);
	net_tls_ask_client(tt->ssl, clients);
	net_tls_expect_web(tt->ssl, web);
	*ret_transport = &tt->t;
	return 0;
}

/* RFC 6125, and RFC 6066 section 3: SNI is for names only. */
static int expect_name(SSL *ssl, const char *name)
{
	X509_VERIFY_PARAM *param = SSL_get0_param(ssl);
	struct net_address address;
	int ok;

	X509_VERIFY_PARAM_set_hostflags(param, NET_TLS_HOST_FLAGS);
	if (net_address_parse(name, 0, &address) == 0)
		ok = X509_VERIFY_PARAM_set1_ip_asc(param, name);
	else
		ok = host_is_name(slice_from(name)) && SSL_set1_host(ssl, name) &&
		     SSL_set_tlsext_host_name(ssl, name);
	ERR_clear_error();
	return ok ? 0 : -EINVAL;
}

int net_tls_connect_new(struct net_context *context, int fd, struct net_tls *tls,
			const char *server_name, struct net_transport **ret_transport)
{
	struct tls_transport *tt;
	int err = tls_new(context, fd, tls, &tt);

	if (err)
		return err;
	SSL_set_connect_state(tt->ssl);
	err = expect_name(tt->ssl, server_name);
	if (err) {
		tls_free(&tt->t);
		return err;
	}
	*ret_transport = &tt->t;
	return 0;
}
