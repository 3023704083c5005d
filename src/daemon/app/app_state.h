/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The app as its own files see it, and what they do for each other. Everything here belongs to
 * the main thread.
 */
#ifndef DAEMON_APP_APP_STATE_H
#define DAEMON_APP_APP_STATE_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/list.h"
#include "daemon/app/app.h"
#include "daemon/worker/limit.h"
#include "daemon/log/passed.h"
#include "daemon/log/tally.h"
#include "daemon/worker/throttle.h"
#include "net/tls/tls_ticket_keys.h"

enum {
	APP_SIGNALS = 4,
	APP_WRONG_MAX = 1024, /* a line of the log */
};

struct control_counters;

/* A visit to all workers. */
struct visit {
	struct app *app;
	size_t n_visited;
	mail_fn at;
	mail_fn done;
	void *arg;
	struct mail mail;
	bool allocated; /* by app_visit() */
};

/* Work on a thread of its own; see app_aside(). */
struct aside {
	struct app *app;
	mail_fn work;
	mail_fn done;
	void *arg;
	uv_thread_t thread;
	bool running; /* the thread exists, and has to be joined */
	struct mail mail;
	LIST_ENTRY(aside) in_app;
};

LIST_HEAD(aside_list, aside);

/* Asks all workers for an answer, to tell the service manager that they are alive. */
struct watchdog {
	uv_timer_t timer;
	uint64_t every_ms; /* 0: there is no watchdog */
	struct visit visit;
	bool asked; /* not all have answered yet */
	bool late;  /* and should have by now */
};

/* The places where we listen besides the workers' listeners. Only a restart moves these. */
enum app_place {
	APP_METRICS,
	APP_HEALTH,
	APP_ADMIN,
	APP_CONTROL, /* and the following: the anchor's, over UDP */
	APP_PLACES = APP_CONTROL + CONFIG_CONTROL_LISTEN_MAX,
};

enum { APP_PLACE_MAX = 300 /* "unix:" and a path, or an address */ };

struct app_places {
	char at[APP_PLACES][APP_PLACE_MAX]; /* as listen_text_parse() reads it; "": nowhere */
};

/* The app as its own files see it. Everything but the mailbox belongs to the main thread. */
struct app {
	uv_loop_t *loop;
	struct log *log;
	const struct app_window *const *windows;
	size_t n_windows;
	void *window[APP_WINDOWS_MAX];		/* as returned by open(); NULL: not open */
	const struct control_counters *control; /* the anchor's; NULL: it is off */
	uint64_t started_ms;			/* on the loop's clock */
	uint64_t started_ns;			/* since 1970 */
	struct mailbox mailbox;
	const char *file; /* the configuration file */
	struct passed *passed;
	struct snapshot *snapshot; /* the current one */
	struct app_places places;  /* as they were at the start */
	bool ready;		   /* start-up is over */
	bool reloading;
	bool reload_again; /* once the current one is over */
	/*
	 * Why the start or the last reload failed; "" if it did not. Do not read it during a
	 * reload.
	 */
	char wrong[APP_WRONG_MAX];
	struct aside_list asides;      /* not done yet */
	bool ending;		       /* no threads are left for more of them */
	uv_timer_t users_timer;	       /* checks whether they have changed */
	struct aside users_aside;      /* applies their changes */
	bool refreshing;	       /* which it is doing now */
	uint8_t seed[SIPHASH_KEY_LEN]; /* keys the tables of users */
	struct limit limit;
	struct quota quota;
	struct throttle throttle;
	uint8_t secret[MSRP_MAC_LEN];		 /* known to this process only */
	struct net_tls_ticket_keys *ticket_keys; /* likewise; a reload keeps them */
	struct tally tally; /* of records that others cause on the main thread */
	uv_timer_t throttle_timer;
	struct roll roll;
	uint64_t descriptors; /* connections beyond this number displace others */
	struct worker **worker;
	size_t n_wanted; /* the number of workers */
	size_t n_workers;
	size_t n_started; /* of these, the number with a thread */
	size_t n_quiet;	  /* without connections, and told to stop */
	size_t n_ended;	  /* have left their loops */
	uv_timer_t status_timer;
	bool status_asked; /* the answer is under way */
	struct watchdog watchdog;
	uv_signal_t signal[APP_SIGNALS];
	unsigned n_signals;
	enum worker_stage stage; /* the last one that workers were told */
	bool draining;
	uint64_t drain_s; /* seconds that sessions have to finish */
	uint64_t end_ms;  /* when they must have finished, on the loop's clock */
};

/* Like app_visit(), with a visit of the caller's that lives until DONE; it cannot fail. */
void app_visit_with(struct app *app, struct visit *visit, mail_fn at, mail_fn done, void *arg);

/*
 * Calls WORK(app, ARG) on a thread of its own, and then DONE(app, ARG) on the main thread. ASIDE
 * belongs to the caller, and lives until DONE. WORK may log, and may read what only a reload
 * changes, but must not use the loop. DONE is always called, as with app_visit().
 */
void app_aside(struct app *app, struct aside *aside, mail_fn work, mail_fn done, void *arg);

/*
 * Waits for all such work, after the loop has stopped. Each DONE is called with the remaining
 * mails; work that begins after that is done at once.
 */
void app_join_asides(struct app *app);

/* Logs TEXT as a reason why it cannot start or reload. */
void app_say_wrong(struct app *app, enum record_type type, const char *text);

/* Logs WHAT and WHY, or the text of ERR if WHY is NULL. Returns ERR. */
int app_fail(struct app *app, int err, const char *what, const char *why);

/*
 * These make parts of a snapshot from its config. The policy and the relay's settings need its
 * listeners. They return 0, or a negative errno after logging the reason.
 */
int app_make_tls(struct app *app, struct snapshot *next);
int app_make_websocket(struct app *app, struct snapshot *next);

/* Sets what listener I speaks, from its settings. TLS and WebSocket contexts must exist already. */
int app_fill_listener(struct app *app, struct snapshot *next, size_t i);
int app_make_policy(struct app *app, struct snapshot *next);
int app_make_relay(struct app *app, struct snapshot *next);

/* Makes the back end that the config names, and overwrites the passwords in it. */
int app_make_users(struct app *app, struct snapshot *next);

/* Checks that the current back end answers. */
void app_try_users(struct app *app);

/* From now on checks regularly whether the source of users has changed. */
void app_watch_users(struct app *app);

/*
 * Makes the change to CONFIG, which it owns from now on in any case, with all sockets open; the
 * workers have yet to prepare it. Takes long with many users; a reload calls it aside. Returns 0,
 * or a negative errno after logging the reason.
 */
int app_make_change(struct app *app, struct config *config, struct change **ret_change);

/* Remembers the places at the start. */
void app_note_places(struct app *app);

/*
 * Binds to the places that only a restart will use, so that what would prevent that restart shows
 * now. Returns like app_make_change().
 */
int app_try_places(struct app *app, const struct change *change);

/*
 * Applies CHANGE to the main thread, once the workers have applied it. Returns the previous
 * snapshot, which the caller owns, or NULL.
 */
struct snapshot *app_turn(struct app *app, struct change *change);

/* How many workers CONFIG asks for. */
size_t app_count_workers(const struct config *config);

/* Makes the workers. Returns 0, or a negative errno after logging the reason. */
int app_make_workers(struct app *app);

/* Starts their threads. Returns 0 or a negative errno. */
int app_start_workers(struct app *app);

/* Waits for their threads, makes the calls left in all mailboxes, and frees them. */
void app_free_workers(struct app *app);

/* Makes the timer that sends the status line for "systemctl status". */
void app_start_status(struct app *app);

/* Sends it now, and from now on as often as the stage requires. */
void app_tell_status(struct app *app);

/* Makes the timer, which runs if the service manager watches us; and releases it. */
void app_start_watchdog(struct app *app);
void app_stop_watchdog(struct app *app);

/* Makes the timer that tells when pauses of AUTH end; and releases it. */
void app_start_throttle(struct app *app);
void app_stop_throttle(struct app *app);

/* Called with the sum of all workers each time the status line is sent. */
void app_look_at_end(struct app *app, const struct relay_totals *sum);

#endif
