/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/app_state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "daemon/event.h"

enum {
	HOST_MAX = 255, /* RFC 1035 2.3.4 */

	/* Connections that the relay may open when all are busy, out of the spare descriptors. */
	BEYOND_MAX = 16,
};

static uint64_t now_of(const struct app *app)
{
	return uv_now(app->loop);
}

static struct app_conn *conn_new(struct app *app, struct limit_hold hold)
{
	struct app_conn *self = calloc(1, sizeof(*self));

	if (!self)
		return NULL;
	self->app = app;
	self->hold = hold;
	LIST_INSERT_HEAD(&app->conns, self, in_app);
	return self;
}

static void conn_free(struct app_conn *self)
{
	struct app *app = self->app;

	LIST_REMOVE(self, in_app);
	app->n_leaving -= self->leaving;
	limit_release(&app->limit, &self->hold);
	free(self);
	if (app->stops > 0 && LIST_EMPTY(&app->conns))
		app_on_quiet(app);
}

static void on_opened(void *arg)
{
	struct app_conn *self = arg;
	const struct net_peer_info *info = net_conn_peer(self->conn);

	net_address_format(&info->address, self->name);
	relay_peer_opened(self->peer, now_of(self->app),
			  &(struct relay_peer_info){
			      .secure = info->secure,
			      .verified = info->verified,
			      .port = net_address_port(&info->address),
			  });
}

static int on_recv(void *arg, const uint8_t *in, size_t len)
{
	struct app_conn *self = arg;
	int err = relay_peer_recv(self->peer, now_of(self->app), in, len);

	if (self->hold.unproven && relay_peer_is_proven(self->peer))
		limit_prove(&self->app->limit, &self->hold);
	return err;
}

static void on_eof(void *arg)
{
	struct app_conn *self = arg;

	relay_peer_eof(self->peer, now_of(self->app));
}

static size_t on_pull(void *arg, const uint8_t **ret_out)
{
	struct app_conn *self = arg;

	return relay_peer_pull(self->peer, ret_out);
}

static void on_sent(void *arg, size_t len)
{
	struct app_conn *self = arg;

	relay_peer_sent(self->peer, now_of(self->app), len);
}

static bool on_want_read(void *arg)
{
	struct app_conn *self = arg;

	return relay_peer_want_read(self->peer);
}

static void on_closed(void *arg, int err, const char *why)
{
	struct app_conn *self = arg;
	struct record record;

	record_init(&record, RECORD_CONNECTION_CLOSED);
	record_text(&record, RECORD_PEER, slice_from(self->name));
	record_text(&record, RECORD_REASON, slice_from(why));
	log_write(self->app->log, &record);
	if (err == -EMFILE || err == -ENFILE)
		self->app->n_rooms_wanted++; /* for the next one */
	relay_peer_closed(self->peer, now_of(self->app), why);
	conn_free(self);
}

static const struct net_conn_user conn_user = {
	.opened = on_opened,
	.recv = on_recv,
	.eof = on_eof,
	.pull = on_pull,
	.sent = on_sent,
	.want_read = on_want_read,
	.closed = on_closed,
};

static void tell_refused(struct app *app, enum limit_result result, const char *name)
{
	uint64_t refused = limit_refused(&app->limit, result, now_of(app));

	if (refused > 0)
		log_say(app->log, RECORD_CONNECTIONS_REFUSED, "%llu because of %s, the last one %s",
			(unsigned long long)refused, limit_name(result), name);
}

/* Gives CONN to a peer of the relay. False without memory. */
static bool adopt(struct app *app, struct net_conn *conn, const char *name, struct limit_hold hold)
{
	struct app_conn *self = conn_new(app, hold);

	if (!self)
		return false;
	self->peer = relay_peer_new(app->relay, now_of(app), self);
	if (!self->peer) {
		self->hold = (struct limit_hold){ 0 }; /* stays the caller's */
		conn_free(self);
		return false;
	}
	self->conn = conn;
	memcpy(self->name, name, sizeof(self->name));
	net_conn_set_user(conn, &conn_user, self);
	return true;
}

static bool is_crowded(const struct app *app)
{
	return app->limit.total - app->n_leaving > app->descriptors;
}

/* Whoever is accepted beyond the limit of descriptors replaces somebody. */
static enum limit_result accept_or_replace(struct app *app, const struct net_address *address,
					   struct limit_hold *ret_hold)
{
	enum limit_result result;
	uint8_t bytes[16];

	net_address_bytes(address, bytes);
	result = limit_accept(&app->limit, bytes, ret_hold);
	if (result != LIMIT_OK || !is_crowded(app) || app_make_room(app))
		return result;
	limit_release(&app->limit, ret_hold);
	return LIMIT_DESCRIPTORS;
}

void app_on_accept(void *arg, struct net_conn *conn, const struct net_address *address)
{
	struct app *app = arg;
	struct limit_hold hold;
	enum limit_result result;
	char name[NET_ADDRESS_TEXT_MAX] = "";

	net_address_format(address, name);
	result = accept_or_replace(app, address, &hold);
	if (result == LIMIT_OK) {
		if (adopt(app, conn, name, hold))
			return;
		limit_release(&app->limit, &hold);
		result = LIMIT_NO_MEMORY;
	}
	tell_refused(app, result, name);
	net_conn_abandon(conn);
}

static struct app_conn *conn_of(const struct relay_peer *peer)
{
	return relay_peer_handle(peer);
}

bool app_make_room(struct app *app)
{
	const struct relay_peer *peer = relay_close_idlest(app->relay, now_of(app));
	struct app_conn *conn;

	if (!peer)
		return false;
	/* What is closed in good order keeps its descriptor for up to half a minute. */
	conn = conn_of(peer);
	conn->leaving = true;
	app->n_leaving++;
	net_conn_abort(conn->conn);
	return true;
}

static void host_kick(void *arg, struct relay_peer *peer)
{
	net_conn_kick(conn_of(peer)->conn);
}

static bool is_allowed(void *arg, const struct net_address *address)
{
	const struct app *app = arg;
	uint8_t bytes[16];

	net_address_bytes(address, bytes);
	return relay_policy_check(app->policy, bytes, net_address_port(address));
}

static int start_connect(struct app_conn *self, const struct msrp_uri *uri)
{
	struct app *app = self->app;
	char host[HOST_MAX + 1];
	struct net_connect_options options = {
		.host = host,
		.port = uri->port,
		.service =
		    uri->secure ? "_msrps._tcp" : NULL, /* RFC 4976 section 8 knows no other */
		.default_port = MSRP_PORT,
		.tls = uri->secure ? app->client_tls : NULL,
		.allow = is_allowed,
		.allow_arg = app,
	};

	if (uri->host.len > HOST_MAX)
		return -ENAMETOOLONG;
	memcpy(host, uri->host.p, uri->host.len);
	host[uri->host.len] = '\0';
	return net_conn_connect(app->context, &options, &conn_user, self, &self->conn);
}

/* An outgoing connection replaces somebody too, but not now: the relay is at work. */
static enum limit_result connect_and_replace(struct app *app, struct limit_hold *ret_hold)
{
	enum limit_result result = limit_connect(&app->limit, ret_hold);

	if (result != LIMIT_OK || !is_crowded(app))
		return result;
	app->n_rooms_wanted++;
	if (app->limit.total - app->n_leaving <= app->descriptors + BEYOND_MAX)
		return LIMIT_OK;
	limit_release(&app->limit, ret_hold);
	return LIMIT_DESCRIPTORS;
}

static int host_connect(void *arg, struct relay_peer *peer, const struct msrp_uri *uri)
{
	struct app *app = arg;
	struct limit_hold hold;
	enum limit_result result;
	struct app_conn *self;
	int err;

	if (app->stops > 0)
		return -ESHUTDOWN;
	if (!slice_equal_nocase(uri->transport, SLICE("tcp")))
		return -EPROTONOSUPPORT;
	result = connect_and_replace(app, &hold);
	if (result != LIMIT_OK) {
		tell_refused(app, result, "an outgoing one");
		return -EMFILE;
	}
	self = conn_new(app, hold);
	if (!self) {
		limit_release(&app->limit, &hold);
		return -ENOMEM;
	}
	self->peer = peer;
	err = start_connect(self, uri);
	if (err) {
		conn_free(self);
		return err;
	}
	relay_peer_set_handle(peer, self);
	return 0;
}

static void host_close(void *arg, struct relay_peer *peer)
{
	net_conn_close(conn_of(peer)->conn);
}

static bool host_is_certified(void *arg, struct relay_peer *peer, struct slice host)
{
	char name[HOST_MAX + 1];

	if (host.len > HOST_MAX)
		return false;
	memcpy(name, host.p, host.len);
	name[host.len] = '\0';
	return net_conn_peer_is(conn_of(peer)->conn, name);
}

/* Ids and nonces that can be guessed would be worse than a relay that is not there. */
static void host_random(void *arg, uint8_t *out, size_t len)
{
	while (len > 0) {
		ssize_t n = getrandom(out, len, 0);

		if (n < 0 && errno != EINTR)
			abort();
		if (n > 0) {
			out += n;
			len -= (size_t)n;
		}
	}
}

/* A question to the users that is under way. */
struct app_lookup {
	struct app *app;
	struct relay_lookup *lookup;
};

static void on_found(void *arg, enum users_result result, struct slice ha1)
{
	static const enum relay_lookup_result results[] = {
		[USERS_FOUND] = RELAY_USER_FOUND,
		[USERS_UNKNOWN] = RELAY_USER_UNKNOWN,
		[USERS_FAILED] = RELAY_LOOKUP_FAILED,
	};
	struct app_lookup *self = arg;
	struct app_lookup copy = *self;

	free(self);
	relay_lookup_answer(copy.lookup, now_of(copy.app), results[result], ha1);
}

static void host_lookup(void *arg, struct relay_lookup *lookup)
{
	struct app *app = arg;
	struct app_lookup *self = malloc(sizeof(*self));

	if (!self) {
		relay_lookup_answer(lookup, now_of(app), RELAY_LOOKUP_FAILED, (struct slice){ 0 });
		return;
	}
	*self = (struct app_lookup){ .app = app, .lookup = lookup };
	users_find(app->users, relay_lookup_user(lookup), relay_lookup_realm(lookup),
		   relay_lookup_algorithm(lookup), on_found, self);
}

void app_log_limited(struct app *app, const struct record *record, struct slice from)
{
	if (tally_add(&app->tally, record->type, from, now_of(app)))
		log_write(app->log, record);
}

void app_log_more(enum record_type type, struct slice from, uint64_t n, void *arg)
{
	const struct app *app = arg;
	struct record record;

	record_init(&record, type);
	record_text(&record, RECORD_PEER, from);
	record_number(&record, RECORD_MORE, n);
	record_text(&record, RECORD_REASON, SLICE("not logged one by one"));
	log_write(app->log, &record);
}

static void host_event(void *arg, const struct relay_event *event)
{
	struct app *app = arg;
	const struct app_conn *conn = event->peer ? conn_of(event->peer) : NULL;
	struct record record;

	event_record(event, conn ? conn->name : "", &record);
	app_log_limited(app, &record, event_cause(event, conn ? conn->name : ""));
}

const struct relay_host app_host = {
	.kick = host_kick,
	.connect = host_connect,
	.close = host_close,
	.is_certified = host_is_certified,
	.random = host_random,
	.lookup = host_lookup,
	.event = host_event,
};
