/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Connects to a relay, gets a session URI by AUTH, and binds or waits through it. Tries other
 * relays of the domain while that may help.
 */
#include "client/link/auth.h"
#include "client/connect/connector.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/reserved.h"
#include "client/link/paths.h"
#include "msrp/message.h"

enum {
	WHY_MAX = 256,
	/*
	 * How long to wait for each answer to AUTH while there is another relay: our relay asks a
	 * database for two seconds at most, so a longer silence means that it hangs.
	 */
	ANSWER_MS = 4000,
};

/*
 * A session through a relay: connected and authenticated in relay_connection_prepare(), bound in
 * relay_connection_complete(). The transport exists from the start; it owns the auth once it is
 * handed out.
 */
struct relay_connection {
	struct msrp_connector base;
	enum msrp_mode mode;
	struct msrp_transport *transport;
	struct client_auth *auth;
	unsigned expires_s;

	char *domain;
	char *host;  /* NULL: looked up by SRV */
	char *realm; /* NULL: any that fits */
	uint16_t port;
	char *username;
	char *password;
	unsigned expires_wanted_s;
	bool secure;

	/* For a domain with several relays: those that were open but did not serve us. */
	struct net_address tried[NET_AVOID_MAX];
	size_t n_tried;
	bool has_others; /* besides the one that is open now */
	int err;	 /* why the first of them failed; 0: none has */
	char why[WHY_MAX];
};

static struct relay_connection *relay_connection_of(struct msrp_connector *c)
{
	return CONTAINER_OF(c, struct relay_connection, base);
}

static void let_go(struct relay_connection *r)
{
	r->auth = client_auth_free(r->auth);
	r->transport = msrp_transport_free(r->transport);
}

static void fail_relay_connection(struct relay_connection *r, int err, const char *why)
{
	let_go(r);
	client_connector_failed(&r->base, err, why);
}

static int start_connecting(struct relay_connection *r);

/* Could another relay do better? Not with a wrong password, nor once our URI was handed out. */
static bool is_worth_another(const struct relay_connection *r, int err)
{
	return r->base.prepared && r->has_others && r->n_tried < NET_AVOID_MAX && err != -ENOMEM &&
	       !(r->auth && client_auth_is_denied(r->auth));
}

/* Connects to the next relay; if none serves us, the error of the first is reported. */
static int try_another(struct relay_connection *r, int err, const char *why)
{
	const struct msrp_logger *logger = r->base.logger;

	client_log(logger, logger->warn, &r->transport->link->source, "%s; trying another relay",
		   why);
	if (r->err == 0) {
		r->err = err;
		snprintf(r->why, sizeof(r->why), "%s", why);
	}
	let_go(r);
	free(r->base.own_uri);
	r->base.own_uri = NULL;
	return start_connecting(r);
}

/* The relay does not serve us. */
static void fail_or_go_on(struct relay_connection *r, int err, const char *why)
{
	bool denied = r->auth && client_auth_is_denied(r->auth);

	if (is_worth_another(r, err) && try_another(r, err, why) == 0)
		return;
	if (r->err != 0 && !denied)
		fail_relay_connection(r, r->err, r->why);
	else
		fail_relay_connection(r, err, why);
}

/* ---- AUTH ---- */

static int take_path(struct relay_connection *r)
{
	const char *use_path = client_auth_use_path(r->auth);
	int err = client_transport_set_local(r->transport, r->base.own_uri, use_path);

	return err ? err : client_local_path_make(use_path, r->base.own_uri, &r->base.local_path);
}

static void on_auth(void *arg, int err, const char *why)
{
	struct relay_connection *r = arg;

	if (!err) {
		err = take_path(r);
		why = "the relay's path cannot be used";
	}
	if (err) {
		fail_or_go_on(r, err, why);
		return;
	}
	r->expires_s = client_auth_expires(r->auth);
	client_connector_prepared(&r->base);
}

/* The address of our end, unless the caller wants another one in our URI. */
static int own_uri_make(struct relay_connection *r, char **ret_uri)
{
	const struct msrp_local_uri *local = &r->base.local.uri;
	struct net_address address = *net_conn_local(r->transport->link->net);
	int err = 0;

	if (local->host)
		err = net_address_parse(
		    local->host, local->port ? local->port : net_address_port(&address), &address);
	return err ? err
		   : client_uri_make(&r->base.context->random, &r->base.local, r->secure, &address,
				     ret_uri);
}

static unsigned answer_ms(const struct relay_connection *r)
{
	unsigned ms = r->base.context->options.relay_timeout_ms;

	return r->has_others && ms > ANSWER_MS ? ANSWER_MS : ms;
}

static int start_auth(struct relay_connection *r)
{
	struct client_auth_settings settings = {
		.username = r->username,
		.password = r->password,
		.expires_s = r->expires_wanted_s,
		.first_answer_ms = answer_ms(r),
		.domain = r->domain,
		.host = r->host,
		.realm = r->realm,
		.trusts_any = r->base.credentials->insecure,
	};
	char *relay_uri;
	int err;

	err = own_uri_make(r, &r->base.own_uri);
	if (err)
		return err;
	err = client_relay_uri_make(r->secure, r->domain, r->port, &relay_uri);
	if (err)
		return err;
	settings.to_uri = relay_uri;
	settings.from_uri = r->base.own_uri;
	err = client_auth_new(r->transport->link, &settings, on_auth, r, &r->auth);
	free(relay_uri);
	if (!err)
		client_auth_start(r->auth);
	return err;
}

/* ---- the transport ---- */

static void on_relay_opened(void *arg, struct msrp_transport *t)
{
	struct relay_connection *r = arg;
	const struct net_conn *net = t->link->net;
	int err;

	r->has_others = net_conn_has_others(net);
	if (r->n_tried < NET_AVOID_MAX)
		r->tried[r->n_tried++] = net_conn_peer(net)->address;
	err = start_auth(r);
	if (err)
		fail_relay_connection(r, err, msrp_strerror(err));
}

static void on_bound(void *arg, struct msrp_transport *t)
{
	struct relay_connection *r = arg;

	client_transport_set_auth(t, r->auth);
	r->auth = NULL;
	r->transport = NULL;
	client_connector_completed(&r->base, t);
}

static void on_relay_failed(void *arg, struct msrp_transport *t, int err, const char *why)
{
	fail_or_go_on(arg, err, why);
}

static const struct client_transport_user transport_user = {
	.opened = on_relay_opened,
	.bound = on_bound,
	.failed = on_relay_failed,
};

/*
 * RFC 4976 section 8: by SRV of the domain unless a relay is named, skipping relays that were
 * tried.
 */
static int start_connecting(struct relay_connection *r)
{
	struct msrp_context *context = r->base.context;
	struct net_connect_options options = {
		.host = r->host ? r->host : r->domain,
		.port = r->host && r->port == 0 ? MSRP_PORT : r->port,
		.service = r->host || r->port ? NULL : "_msrps._tcp",
		.default_port = MSRP_PORT,
		.tls = r->secure ? r->base.credentials->client : NULL,
		.server_name = r->host ? NULL : r->domain,
		.timeout_ms = context->options.connect_timeout_ms,
		.avoid = r->tried,
		.n_avoid = r->n_tried,
	};
	int err = client_connector_new_transport(&r->base, &transport_user, &r->transport);

	r->has_others = false;
	return err ? err : client_transport_connect(r->transport, &options);
}

static int dup_or_null(const char *string, char **ret_copy)
{
	*ret_copy = string ? strdup(string) : NULL;
	return string && !*ret_copy ? -ENOMEM : 0;
}

static int relay_connection_prepare(struct msrp_connector *c, const struct msrp_local_uri *local)
{
	return start_connecting(relay_connection_of(c));
}

static int relay_connection_complete(struct msrp_connector *c, const char *remote_path)
{
	struct relay_connection *r = relay_connection_of(c);
	int err;

	if (!remote_path && r->mode == MSRP_MODE_ACTIVE)
		return MSRP_ERROR_PATH;
	err = client_transport_set_remote(r->transport, remote_path);
	if (!err)
		client_transport_bind(r->transport, r->mode);
	return err;
}

static void relay_connection_cleanup(struct msrp_connector *c)
{
	struct relay_connection *r = relay_connection_of(c);

	let_go(r);
}

static void connection_free(struct msrp_connector *c)
{
	struct relay_connection *r = relay_connection_of(c);

	if (r->password)
		explicit_bzero(r->password, strlen(r->password));
	free(r->password);
	free(r->domain);
	free(r->host);
	free(r->realm);
	free(r->username);
	free(r);
}

static unsigned expires(const struct msrp_connector *c)
{
	return CONTAINER_OF(c, const struct relay_connection, base)->expires_s;
}

static const struct client_connector_kind relay_kind = {
	.prepare = relay_connection_prepare,
	.complete = relay_connection_complete,
	.cleanup = relay_connection_cleanup,
	.free = connection_free,
	.expires = expires,
};

/* Is TEXT a valid host in a URI? */
static bool is_host(const char *text)
{
	struct msrp_uri_parts parts = { .host = text, .port = 1 };
	struct msrp_uri *uri;

	if (msrp_uri_new(&parts, &uri) != 0)
		return false;
	msrp_uri_free(uri);
	return true;
}

static bool is_setting(const char *text)
{
	return text && *text && !msrp_has_control(slice_from(text));
}

static bool are_settings_right(const struct msrp_relay_settings *s)
{
	return !IS_NEWER(s) && s->domain && is_host(s->domain) && (!s->host || is_host(s->host)) &&
	       is_setting(s->username) && s->password &&
	       !msrp_has_control(slice_from(s->password)) && (!s->realm || is_setting(s->realm));
}

int msrp_relay_connection_new(struct msrp_context *context,
			      const struct msrp_relay_settings *settings, enum msrp_mode mode,
			      struct msrp_connector **ret_connector)
{
	struct relay_connection *r;

	if (!context || !settings || !ret_connector || !are_settings_right(settings))
		return -EINVAL;
	r = calloc(1, sizeof(*r));
	if (!r)
		return -ENOMEM;
	client_connector_init(&r->base, &relay_kind, context);
	r->mode = mode;
	r->port = settings->port;
	r->expires_wanted_s = settings->expires_s;
	r->secure = !settings->without_tls;
	if (dup_or_null(settings->domain, &r->domain) || dup_or_null(settings->host, &r->host) ||
	    dup_or_null(settings->realm, &r->realm) ||
	    dup_or_null(settings->username, &r->username) ||
	    dup_or_null(settings->password, &r->password)) {
		connection_free(&r->base);
		return -ENOMEM;
	}
	*ret_connector = &r->base;
	return 0;
}
