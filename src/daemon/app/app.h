/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The process, on the main thread: signals, service manager, configuration, limits, and the
 * workers, which have the connections.
 */
#ifndef DAEMON_APP_APP_H
#define DAEMON_APP_APP_H

#include <uv.h>

#include "daemon/config/config.h"
#include "daemon/log/log.h"
#include "daemon/worker/mailbox.h"
#include "daemon/worker/worker.h"

struct app;

/*
 * Makes the app accessible from outside, on the main thread: a socket for the operator, or for a
 * monitoring system. It is opened when the workers exist but have not begun, and closed when they
 * are gone; the loop runs once more after that. open() returns 0, with *RET_WINDOW NULL if CONFIG
 * does not want the window, or a negative errno after logging the reason.
 */
struct app_window {
	int (*open)(struct app *app, const struct config *config, void **ret_window);
	void (*close)(void *window);
};

enum {
	APP_WINDOWS_MAX = 3,
	APP_PATH_MAX = 256, /* the path of a socket is shorter */
};

/* Writes where CONFIG wants the admin socket to PATH; "": nowhere. */
void app_admin_path(const struct config *config, char path[APP_PATH_MAX]);

/*
 * Listens, gets everything ready and starts the workers; LOOP is for the main thread's own work.
 * SIGTERM or SIGINT stop it when all connections are closed. CONFIG was read from FILE and belongs
 * to the app from now on, even after an error; LOOP, FILE, LOG and the N_WINDOWS at WINDOWS must
 * outlive the app. Returns 0, or a negative errno after logging the reason.
 */
int app_new(uv_loop_t *loop, const char *file, struct config *config, struct log *log,
	    const struct app_window *const *windows, size_t n_windows, struct app **ret_app);

/* Call after the loop has stopped; runs it once more to release all handles. Returns NULL. */
struct app *app_free(struct app *app);

/*
 * The first call stops listening and gives sessions drain.timeout to end. The second, or the end of
 * that time, reports what was not delivered and closes connections once their output is sent. The
 * third cuts them off. Without a drain.timeout the first call does what the second does.
 */
void app_stop(struct app *app, const char *why);

/*
 * Visits all workers with ARG: calls AT(worker, ARG) on one worker's thread after the other, and
 * finally DONE(app, ARG) on the main thread. Only one of them has ARG at a time, so it needs no
 * lock. DONE is always called, even if the daemon stops meanwhile; so it must free ARG, and check
 * app_is_stopping() before it begins anything new. AT may be NULL if the visit itself is enough.
 * Returns 0; or -ENOMEM, and neither is called. Main thread only.
 */
int app_visit(struct app *app, mail_fn at, mail_fn done, void *arg);

/* WRONG: one line, or NULL if the new configuration took effect. */
typedef void (*app_reloaded_fn)(void *arg, const char *wrong);

/*
 * Reads the configuration again and applies it, or changes nothing and logs why. Calls FN, which
 * may be NULL, when that is over, now or later. Without FN it may be called during a reload:
 * another one follows.
 */
void app_reload(struct app *app, app_reloaded_fn fn, void *arg);

/*
 * While ON no new sessions are opened, as before a machine is taken out of service; existing
 * sessions continue.
 */
void app_drain(struct app *app, bool on, const char *why);
bool app_is_draining(const struct app *app);

bool app_is_stopping(const struct app *app);

#endif
