/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_APP_STATE_H
#define DAEMON_APP_STATE_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "daemon/app.h"
#include "daemon/limit.h"
#include "net/tls.h"
#include "relay/policy.h"
#include "relay/relay.h"
#include "users/users.h"

enum { APP_SIGNALS = 4 };

/* The app as its own files see it. All of it belongs to the main thread, but for the mailbox. */
struct app {
	uv_loop_t *loop;
	struct log *log;
	struct admin *admin;
	struct web *web;
	uint64_t started_ms; /* of the loop's clock */
	uint64_t started_ns; /* since 1970 */
	struct mailbox mailbox;
	struct net_tls *server_tls;
	struct net_tls *client_tls;
	struct relay_policy *policy;
	struct users *users;
	uv_timer_t users_timer; /* looks whether they have changed */
	struct limit limit;
	struct quota quota;
	uint64_t descriptors; /* connections beyond so many make room for themselves */
	struct worker **worker;
	size_t n_wanted; /* workers, of which there are */
	size_t n_workers;
	size_t n_started; /* of these, the first so many have a thread */
	size_t n_quiet;	  /* have no connections any more, and were told to stop */
	size_t n_ended;	  /* have left their loops */
	uv_timer_t status_timer;
	bool status_asked; /* the answer is on its way */
	uv_signal_t signal[APP_SIGNALS];
	unsigned n_signals;
	enum worker_stage stage; /* to which the workers were told to go */
	bool draining;
	uint64_t drain_s; /* for how long sessions may finish */
	uint64_t end_ms;  /* of the loop's clock: when they must have, once it stops */
};

/* Logs WHAT and WHY, or ERR in words when WHY is NULL. Returns ERR. */
int app_cannot_start(struct app *app, int err, const char *what, const char *why);

/*
 * The parts of an app that CONFIG describes. 0 or a negative errno; the first
 * has then logged the reason. The passwords in CONFIG are overwritten.
 */
int app_make_tls(struct app *app, const struct config *config);
int app_make_policy(struct app *app, const struct config *config);

/*
 * Gets the users from where CONFIG says, and begins to watch that place. 0, or a negative errno
 * after the reason was logged. app_free_users() also undoes half of it.
 */
int app_make_users(struct app *app, struct config *config);
void app_free_users(struct app *app);

/* Adds the listeners, which are there by now, to the policy. 0 or a negative errno. */
int app_deny_listeners(struct app *app);

/* How many workers CONFIG means. */
size_t app_count_workers(const struct config *config);

/* Makes the workers, with their listeners. 0, or a negative errno after the reason was logged. */
int app_make_workers(struct app *app, const struct config *config);

/* Gives each worker a relay of CONFIG with the listeners that it has by now. 0 or a negative errno.
 */
int app_make_relays(struct app *app, const struct config *config);

/* The workers begin. 0 or a negative errno. */
int app_start_workers(struct app *app);

/* Waits for their threads, makes the calls that are left in all mailboxes, and frees them. */
void app_free_workers(struct app *app);

/* Makes the timer that tells how things are, to whoever reads "systemctl status". */
void app_start_status(struct app *app);

/* Tells it now, and from now on as often as the stage asks for. */
void app_tell_status(struct app *app);

/* Called with the sum of all workers each time that the status is told. */
void app_look_at_end(struct app *app, const struct relay_totals *sum);

#endif
