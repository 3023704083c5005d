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
 * Shows the app to others, on the main thread: a socket for the operator, or for a
 * monitoring system. It is opened when the workers are there, before they begin, and closed
 * when they are gone; the loop runs once more after that. Open gives 0, with *RET_WINDOW NULL when
 * CONFIG wants none of it, or a negative errno after the reason was logged.
 */
struct app_window {
	int (*open)(struct app *app, const struct config *config, void **ret_window);
	void (*close)(void *window);
};

enum {
	APP_WINDOWS_MAX = 3,
	APP_PATH_MAX = 256, /* a socket's is shorter */
};

/* Where CONFIG wants the admin socket, in PATH; "": nowhere. */
void app_admin_path(const struct config *config, char path[APP_PATH_MAX]);

/*
 * Listens, gets everything ready and sets the workers to work; LOOP is for what
 * the main thread has to do meanwhile. SIGTERM or SIGINT stop it when all
 * connections are closed. CONFIG is what was read from FILE, and the app's from
 * now on in any case; LOOP, FILE, LOG and the N_WINDOWS at WINDOWS must outlive it. 0, or a
 * negative errno after the reason was logged.
 */
int app_new(uv_loop_t *loop, const char *file, struct config *config, struct log *log,
	    const struct app_window *const *windows, size_t n_windows, struct app **ret_app);

/*
 * To be called after the loop has stopped, which is run once more to give back
 * all handles. Returns NULL.
 */
struct app *app_free(struct app *app);

/*
 * The first time it stops listening, and gives sessions drain.timeout to come to
 * their ends; the second time, or when that is over, it reports what was not
 * delivered and closes connections once their output is sent; the third time it
 * cuts them off. Without a drain.timeout the first time is the second.
 */
void app_stop(struct app *app, const char *why);

/*
 * Goes round all workers with ARG: calls AT(worker, ARG) on the thread of one
 * after the other, and DONE(app, ARG) on the main thread at the end. Only one of
 * them has ARG at a time, so it needs no lock. DONE always comes, also when the
 * daemon stops meanwhile; it may come after that, so it frees ARG and should
 * look at app_is_stopping() before it begins something new. AT may be NULL: that
 * the workers have come round to it is enough. 0 or -ENOMEM, and then neither is
 * called. From the main thread.
 */
int app_visit(struct app *app, mail_fn at, mail_fn done, void *arg);

/* WRONG: one line, or NULL when the new configuration counts. */
typedef void (*app_reloaded_fn)(void *arg, const char *wrong);

/*
 * Reads the configuration again and turns to it, or changes nothing and logs why.
 * FN, which may be NULL, is told of the end of it, now or later. Without FN it may be
 * called while a reload is under way: then another one follows.
 */
void app_reload(struct app *app, app_reloaded_fn fn, void *arg);

/*
 * While ON no sessions are opened any more, as before a machine is taken out of
 * service; those that there are go on.
 */
void app_drain(struct app *app, bool on, const char *why);
bool app_is_draining(const struct app *app);

bool app_is_stopping(const struct app *app);

#endif
