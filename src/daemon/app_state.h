/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_APP_STATE_H
#define DAEMON_APP_STATE_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/list.h"
#include "daemon/config.h"
#include "daemon/limit.h"
#include "daemon/log.h"
#include "daemon/tally.h"
#include "net/connection.h"
#include "net/context.h"
#include "net/listener.h"
#include "net/tls.h"
#include "relay/policy.h"
#include "relay/relay.h"
#include "users/users.h"

enum { APP_SIGNALS = 3 };

struct app_listener {
	struct net_listener *listener;
	bool secure;
};

struct app {
	uv_loop_t *loop;
	const struct log *log;
	struct net_context *context;
	struct net_tls *server_tls;
	struct net_tls *client_tls;
	struct app_listener *listener; /* as many as config has */
	size_t n_listeners;
	struct relay *relay;
	struct relay_policy *policy;
	struct users *users;
	struct limit limit;
	uint64_t descriptors;  /* connections beyond so many make room for themselves */
	uint64_t n_leaving;    /* are cut off, and have theirs until the loop has turned */
	size_t n_rooms_wanted; /* connections to be closed when nothing of the relay is running */
	struct tally tally;
	LIST_HEAD(, app_conn) conns;
	uv_timer_t timer;
	uint64_t due_ms; /* when the timer fires; UINT64_MAX: it does not */
	uv_prepare_t prepare;
	uv_timer_t status_timer;
	uv_signal_t signal[APP_SIGNALS];
	unsigned n_signals;
	unsigned stops; /* how often it was told to stop */
};

/* Which side of a connection is whose: between a net_conn and its relay_peer. */
struct app_conn {
	LIST_ENTRY(app_conn) in_app;
	struct app *app;
	struct net_conn *conn;
	struct relay_peer *peer;
	struct limit_hold hold;
	bool leaving;			 /* it had to make room */
	char name[NET_ADDRESS_TEXT_MAX]; /* its address, or "" while it is not known */
};

/* What the relay asks of us; the argument is the app. */
extern const struct relay_host app_host;

/* A net_accept_fn; the argument is the app. */
void app_on_accept(void *arg, struct net_conn *conn, const struct net_address *address);

/*
 * Cuts off the connection that has been idle longest. False: there is none
 * that can be missed. Not to be called from inside the relay.
 */
bool app_make_room(struct app *app);

/* Logs RECORD, unless its cause, of which FROM is a part, has been logged enough already. */
void app_log_limited(struct app *app, const struct record *record, struct slice from);

/* A tally_more_fn; the argument is the app. */
void app_log_more(enum record_type type, struct slice from, uint64_t n, void *arg);

/* The last connection of an app that is to stop is gone. */
void app_on_quiet(struct app *app);

/* Logs WHAT and WHY, or ERR in words when WHY is NULL. Returns ERR. */
int app_cannot_start(struct app *app, int err, const char *what, const char *why);

/*
 * The parts of an app that CONFIG describes. 0 or a negative errno; the first
 * two have then logged the reason. The passwords in CONFIG are overwritten.
 */
int app_make_tls(struct app *app, const struct config *config);
int app_start_listening(struct app *app, const struct config *config);
int app_make_policy(struct app *app, const struct config *config);

/* Adds the listeners, which are there by now, to the policy. 0 or a negative errno. */
int app_deny_listeners(struct app *app);

int app_make_users(struct app *app, struct config *config);

void app_stop_listening(struct app *app);

/* Makes the relay of CONFIG with the listeners that the app has by now. 0 or a negative errno. */
int app_make_relay(struct app *app, const struct config *config);

#endif
