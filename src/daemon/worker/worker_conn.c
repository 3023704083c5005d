/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Joins a net connection to its relay peer: accepts and connects within the limits, and passes
 * events on in both directions.
 */
#include "daemon/worker/worker_state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config/config_transport.h"
#include "net/proxy/proxy_header.h"
#include "net/websocket/websocket_frame.h"

enum {
	/*
	 * Connections that the relay may open out of the spare descriptors when all others are
	 * busy.
	 */
	BEYOND_MAX = 16,
};

struct worker_conn *worker_conn_new(struct worker *worker, struct limit_hold hold)
{
	struct worker_conn *self = calloc(1, sizeof(*self));

	if (!self)
		return NULL;
	self->worker = worker;
	self->hold = hold;
	LIST_INSERT_HEAD(&worker->conns, self, in_worker);
	worker->n_conns++;
	return self;
}

void worker_conn_free(struct worker_conn *self)
{
	struct worker *worker = self->worker;

	LIST_REMOVE(self, in_worker);
	worker->n_conns--;
	limit_release(worker->parts.limit, &self->hold);
	msrp_peek_done(&self->peek);
	free(self->move);
	free(self);
	worker_on_gone(worker);
}

static void count_opened(struct worker_conn *self)
{
	struct worker_counters *counters = &self->worker->counters;

	if (self->opened)
		return; /* another worker has it */
	self->opened = true;
	(self->hold.address ? counters->opened_in : counters->opened_out)[self->transport]++;
}

static void count_closed(struct worker_conn *self)
{
	struct worker_counters *counters = &self->worker->counters;

	if (!self->opened && self->hold.address)
		counters->handshake_failures++;
	else if (!self->opened)
		counters->connect_failures++;
}

static void show_progress(struct worker_conn *self, enum newcomer_shown shown)
{
	limit_show(self->worker->parts.limit, &self->hold, shown, worker_now_ms(self->worker));
}

static enum worker_transport transport_of(const struct net_peer_info *info)
{
	if (info->websocket)
		return info->secure ? WORKER_WSS : WORKER_WS;
	return info->secure ? WORKER_TLS : WORKER_TCP;
}

/* With the header of its frame it is as long as configured. */
static size_t message_max(const struct worker *worker)
{
	return worker->snapshot->config->websocket.chunk - NET_WEBSOCKET_HEADER_MAX;
}

static void tell_refused(struct worker *worker, enum limit_result result, const char *name)
{
	uint64_t refused = limit_refused(worker->parts.limit, result, worker_now_ms(worker));

	if (refused > 0)
		log_say(worker->parts.log, RECORD_CONNECTIONS_REFUSED,
			"%llu because of %s, most recently %s", (unsigned long long)refused,
			limit_name(result), name);
}

/* Clients that come through a proxy are counted one by one. */
static enum limit_result count_at(struct worker_conn *self, const uint8_t address[16])
{
	if (!self->hold.address)
		return LIMIT_OK;
	return limit_move(self->worker->parts.limit, &self->hold, address);
}

static void on_conn_opened(void *arg)
{
	struct worker_conn *self = arg;
	const struct net_peer_info *info = net_conn_peer(self->conn);
	struct relay_peer_info peer_info = {
		/* See config_transport_is_secure(). */
		.secure = info->secure || info->websocket,
		.verified = info->verified,
		.message_max = info->websocket ? message_max(self->worker) : 0,
		.port = net_address_port(&info->address),
	};
	enum limit_result result;

	net_address_format(&info->address, self->name);
	net_address_bytes(&info->address, peer_info.address);
	result = count_at(self, peer_info.address);
	if (result != LIMIT_OK) {
		tell_refused(self->worker, result, self->name);
		net_conn_abort(self->conn);
		return;
	}
	self->transport = transport_of(info);
	count_opened(self);
	if (info->secure || info->websocket)
		show_progress(self, NEWCOMER_OPEN);
	relay_peer_opened(self->peer, worker_now_ms(self->worker), &peer_info);
}

int worker_conn_feed(struct worker_conn *self, const uint8_t *in, size_t len)
{
	int err = relay_peer_recv(self->peer, worker_now_ms(self->worker), in, len);

	if (!self->hold.newcomer)
		return err;
	if (relay_peer_is_proven(self->peer))
		limit_prove(self->worker->parts.limit, &self->hold);
	else if (relay_peer_has_asked(self->peer))
		show_progress(self, NEWCOMER_ASKED);
	return err;
}

static int on_conn_recv(void *arg, const uint8_t *in, size_t len)
{
	struct worker_conn *self = arg;

	show_progress(self, NEWCOMER_OPEN);
	return self->placed ? worker_conn_feed(self, in, len) : worker_place(self, in, len);
}

static void on_conn_eof(void *arg)
{
	struct worker_conn *self = arg;

	relay_peer_eof(self->peer, worker_now_ms(self->worker));
}

static size_t on_conn_pull(void *arg, const uint8_t **ret_out)
{
	struct worker_conn *self = arg;

	return relay_peer_pull(self->peer, ret_out);
}

static void on_conn_sent(void *arg, size_t len)
{
	struct worker_conn *self = arg;

	relay_peer_sent(self->peer, worker_now_ms(self->worker), len);
}

static bool on_conn_want_read(void *arg)
{
	struct worker_conn *self = arg;

	return relay_peer_want_read(self->peer);
}

/* Either a proxy is missing in listen[].proxy_from, or one in it sends no valid header. */
static void say_proxy_refused(struct worker *worker, const char *peer, const char *why)
{
	char network[NET_ADDRESS_TEXT_MAX];
	struct record record;

	record_init(&record, RECORD_PROXY_REFUSED);
	record_text(&record, RECORD_PEER, slice_from(peer));
	record_text(&record, RECORD_REASON, slice_from(why));
	net_address_network(peer, network);
	worker_log_limited(worker, &record, slice_from(network));
}

static void on_conn_closed(void *arg, int err, const char *why)
{
	struct worker_conn *self = arg;
	struct record record;

	record_init(&record, RECORD_CONNECTION_CLOSED);
	record_text(&record, RECORD_PEER, slice_from(self->name));
	record_text(&record, RECORD_REASON, slice_from(why));
	log_write(self->worker->parts.log, &record);
	count_closed(self);
	if (err == NET_PROXY_FAULT)
		say_proxy_refused(self->worker, self->name, why);
	if (err == -EMFILE || err == -ENFILE)
		self->worker->n_rooms_wanted++; /* for the next connection */
	relay_peer_closed(self->peer, worker_now_ms(self->worker), why);
	worker_conn_free(self);
}

const struct net_conn_user worker_conn_user = {
	.opened = on_conn_opened,
	.recv = on_conn_recv,
	.eof = on_conn_eof,
	.pull = on_conn_pull,
	.sent = on_conn_sent,
	.want_read = on_conn_want_read,
	.closed = on_conn_closed,
};

/* Gives CONN to a peer of the relay. False without memory. */
static bool adopt_conn(struct worker *worker, struct net_conn *conn, const char *name,
		       struct limit_hold hold)
{
	struct worker_conn *self = worker_conn_new(worker, hold);

	if (!self)
		return false;
	self->peer = relay_peer_new(worker->relay, worker_now_ms(worker), self);
	if (!self->peer) {
		self->hold = (struct limit_hold){ 0 }; /* it stays the caller's */
		worker_conn_free(self);
		return false;
	}
	self->conn = conn;
	self->placed = worker->parts.n_siblings < 2;
	memcpy(self->name, name, sizeof(self->name));
	net_conn_set_user(conn, &worker_conn_user, self);
	limit_settle(worker->parts.limit, &self->hold, &worker->owner, self);
	return true;
}

static bool is_crowded(const struct worker *worker)
{
	return limit_staying(worker->parts.limit) > worker->parts.descriptors;
}

/* A connection accepted beyond the number of descriptors replaces another one. */
static enum limit_result accept_or_replace(struct worker *worker, const struct net_address *address,
					   struct limit_hold *ret_hold)
{
	enum limit_result result;
	uint8_t bytes[16];

	net_address_bytes(address, bytes);
	result = limit_accept(worker->parts.limit, bytes, worker_now_ms(worker), ret_hold);
	if (result != LIMIT_OK || !is_crowded(worker) || worker_make_room(worker))
		return result;
	limit_release(worker->parts.limit, ret_hold);
	return LIMIT_DESCRIPTORS;
}

void worker_on_accept(void *arg, struct net_conn *conn, const struct net_address *address)
{
	struct worker *worker = arg;
	struct limit_hold hold;
	enum limit_result result;
	char name[NET_ADDRESS_TEXT_MAX] = "";

	if (worker->stage != WORKER_SERVES) {
		net_conn_abandon(conn);
		return;
	}
	net_address_format(address, name);
	result = accept_or_replace(worker, address, &hold);
	if (result == LIMIT_OK) {
		if (adopt_conn(worker, conn, name, hold))
			return;
		limit_release(worker->parts.limit, &hold);
		result = LIMIT_NO_MEMORY;
	}
	tell_refused(worker, result, name);
	net_conn_abandon(conn);
}

bool worker_on_accept_failed(void *arg, int err)
{
	struct worker *worker = arg;
	struct record record;

	record_init(&record, RECORD_ACCEPT_FAILED);
	record_say(&record, "%s", uv_strerror(err));
	worker_log_limited(worker, &record, slice_from(NULL));
	return worker_make_room(worker);
}

void worker_on_accept_refused(void *arg, const struct net_address *address, const char *why)
{
	struct worker *worker = arg;
	char name[NET_ADDRESS_TEXT_MAX];

	net_address_format(address, name);
	worker->counters.handshake_failures++;
	say_proxy_refused(worker, name, why);
}

bool worker_make_room(struct worker *worker)
{
	const struct relay_peer *peer = relay_close_idlest(worker->relay, worker_now_ms(worker));
	struct worker_conn *conn;

	if (!peer)
		return false;
	/* A connection that closes in good order keeps its descriptor for up to half a minute. */
	conn = relay_peer_handle(peer);
	limit_leave(worker->parts.limit, &conn->hold);
	net_conn_abort(conn->conn);
	return true;
}

void worker_on_leaving(void *owner, void *arg)
{
	struct worker *worker = owner;
	enum limit_result because;
	void *leaving;

	while (limit_next_leaving(worker->parts.limit, &worker->owner, &leaving, &because)) {
		struct worker_conn *conn = leaving;

		tell_refused(worker, because, conn->name);
		net_conn_abort(conn->conn);
	}
}

static bool is_allowed(void *arg, const struct net_address *address)
{
	const struct worker *worker = arg;
	uint8_t bytes[16];

	net_address_bytes(address, bytes);
	return relay_policy_check(worker->snapshot->policy, bytes, net_address_port(address));
}

/*
 * RFC 4975 5.4. An endpoint is identified by its fingerprint, which usually only clients know. If
 * the relay knows it, no authority has to confirm it (14.4).
 */
static bool must_verify(const struct config *config, const struct msrp_uri_slices *uri,
			enum relay_trust trust)
{
	if (trust == RELAY_TRUST_NAME)
		return config->tls.verify_peers == CONFIG_VERIFY_ALWAYS ||
		       !msrp_uri_host_is_numeric(uri);
	return trust == RELAY_TRUST_CERTIFICATE;
}

static int start_connect(struct worker_conn *self, const char *from,
			 const struct msrp_uri_slices *uri, enum relay_trust trust)
{
	struct worker *worker = self->worker;
	char host[WORKER_HOST_MAX + 1];
	char asker[NET_ADDRESS_TEXT_MAX];
	struct net_connect_options options = {
		.host = host,
		.asker = asker,
		.port = uri->port,
		.service =
		    uri->secure ? "_msrps._tcp" : NULL, /* RFC 4976 section 8 defines no other */
		.default_port = MSRP_PORT,
		.tls = uri->secure ? worker->snapshot->client_tls : NULL,
		.must_verify = must_verify(worker->snapshot->config, uri, trust),
		.socket = config_socket_options(worker->snapshot->config,
						worker->snapshot->config->outbound.dscp),
		.allow = is_allowed,
		.allow_arg = worker,
	};

	if (uri->host.len > WORKER_HOST_MAX)
		return -ENAMETOOLONG;
	memcpy(host, uri->host.p, uri->host.len);
	host[uri->host.len] = '\0';
	net_address_network(from, asker);
	return net_conn_connect(worker->context, &options, &worker_conn_user, self, &self->conn);
}

/* An outgoing connection displaces another one too, but later: the relay is running now. */
static enum limit_result connect_and_replace(struct worker *worker, struct limit_hold *ret_hold)
{
	enum limit_result result =
	    limit_connect(worker->parts.limit, worker_now_ms(worker), ret_hold);

	if (result != LIMIT_OK || !is_crowded(worker))
		return result;
	worker->n_rooms_wanted++;
	if (limit_staying(worker->parts.limit) <= worker->parts.descriptors + BEYOND_MAX)
		return LIMIT_OK;
	limit_release(worker->parts.limit, ret_hold);
	return LIMIT_DESCRIPTORS;
}

int worker_connect(struct worker *worker, struct relay_peer *peer, const char *from,
		   const struct msrp_uri_slices *uri, enum relay_trust trust)
{
	struct limit_hold hold;
	enum limit_result result;
	struct worker_conn *self;
	int err;

	if (worker->stage >= WORKER_CLOSES)
		return -ESHUTDOWN;
	if (!slice_equal_nocase(uri->transport, SLICE("tcp")))
		return -EPROTONOSUPPORT;
	result = connect_and_replace(worker, &hold);
	if (result != LIMIT_OK) {
		tell_refused(worker, result, "an outgoing connection");
		return -EMFILE;
	}
	self = worker_conn_new(worker, hold);
	if (!self) {
		limit_release(worker->parts.limit, &hold);
		return -ENOMEM;
	}
	self->peer = peer;
	self->placed = true;
	err = start_connect(self, from, uri, trust);
	if (err) {
		worker_conn_free(self);
		return err;
	}
	relay_peer_set_handle(peer, self);
	return 0;
}
