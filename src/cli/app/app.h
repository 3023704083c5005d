/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The frame in which each subcommand runs, from its options to its exit code. app.c runs it; the
 * files of command/ fill it in.
 */
#ifndef CLI_APP_APP_H
#define CLI_APP_APP_H

#include <stddef.h>
#include <stdio.h>
#include <uv.h>

#include "cli/app/options.h"
#include <msrp.h>

/*
 * The common parts of the subcommands: a loop, a context, a connector that is prepared and
 * completed, and an end that Ctrl-C may request. One subcommand runs and says how it ended.
 */
struct cli_app {
	struct cli_options options;
	uv_loop_t loop;
	uv_signal_t interrupt;
	uv_signal_t terminate;
	uv_signal_t hang_up; /* when the terminal is gone */
	uv_timer_t tick;     /* for progress and waiting; the subcommand starts it */
	struct msrp_context *context;
	struct msrp_connector *connector;
	enum msrp_mode mode;
	bool started;		/* start() has returned */
	bool listens_for_tcp;	/* --listen is for TCP, not for the other side of the session */
	FILE *told;		/* where results are printed; NULL: standard output */
	bool is_prepared;	/* our path is known */
	char *remote_path;	/* for complete(); NULL: anybody */
	uint64_t look_until_ms; /* when to stop looking for the path file */
	int code;
	bool ended;

	/* The subcommand's callbacks. */
	/* Must lead to cli_complete(). */
	void (*prepared)(struct cli_app *app, const char *local_path);
	/*
	 * Prepares app->connector in another way; NULL: the usual one. Returns 0 or a negative
	 * errno.
	 */
	int (*prepare)(struct cli_app *app, const struct msrp_local_uri *local);
	/*
	 * Makes the session. If it cannot go on, says so by cli_end(). Returns 0 or a negative
	 * errno.
	 */
	int (*start)(struct cli_app *app, struct msrp_transport *transport);
	/* There is no session, and WHY is a one-line reason; NULL: prints it and ends with CODE. */
	void (*failed)(struct cli_app *app, int code, const char *why);
	/* NULL: ends at once, as before start() and without prepare(). */
	void (*interrupted)(struct cli_app *app);
	/* Closes handles and frees what must not outlive the context; NULL: nothing. */
	void (*clean_up)(struct cli_app *app);
	void (*found)(struct cli_app *app); /* for cli_find_path() */
	void *data;
};

/*
 * Makes context and connector as the options say, and runs the loop until cli_end(); then frees
 * everything but APP itself. Returns the exit code.
 */
int cli_run(struct cli_app *app, enum msrp_mode mode);

/*
 * Starts over with another connector instead of going on. Not from inside prepared() or failed().
 */
void cli_prepare_again(struct cli_app *app);

/* There is no session: prints why, and chooses the exit code. */
void cli_no_session(struct cli_app *app, int err, const char *why);

/*
 * From prepared(), on the side that calls: looks for the path in --path-file for up to a minute,
 * unless it is known; then calls FOUND.
 */
void cli_find_path(struct cli_app *app, void (*found)(struct cli_app *app));

/*
 * From prepared(), on the side that waits: prints its path, and writes it to --path-file. At a
 * terminal prints the command line for the other side, "msrp COMMAND --to 'PATH'".
 */
int cli_tell_path(struct cli_app *app, const char *command, const char *local_path);

/* From prepared(): goes on. */
void cli_complete(struct cli_app *app);

/* Stops the loop; the program returns CODE. Only the first call counts. */
void cli_end(struct cli_app *app, int code);

/* Prints why on stderr, and ends. */
void cli_fail(struct cli_app *app, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The subcommands; each takes over the options and returns the exit code. */
int cli_probe(struct cli_options *options); /* auth --repeat */

/*
 * For "auth --repeat" that fails before it asks the relay: prints the error that went to stderr as
 * a line on stdout, which is what Nagios-like systems read. Returns CLI_PROBE_UNKNOWN.
 */
int cli_probe_unknown(void);
int cli_auth(struct cli_options *options);
int cli_chat(struct cli_options *options);
int cli_forward(struct cli_options *options);
int cli_receive(struct cli_options *options);
int cli_send(struct cli_options *options);

#endif
