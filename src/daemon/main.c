/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The msrpd program: its options, "-t", and the life of the process, which app/app.c continues. The
 * only file that knows all rooms of the daemon.
 */
#include <getopt.h>
#include <libconfig.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <uv.h>

#include "daemon/admin/admin.h"
#include "daemon/app/app.h"
#include "daemon/config/config.h"
#include "daemon/config/config_advice.h"
#include "daemon/control/control.h"
#include "daemon/log/log.h"
#include "daemon/log/record.h"
#include "daemon/monitor/web.h"
#include "daemon/worker/tls_memory.h"
#include "net/version.h"
#include "users/http.h"
#include "users/sql.h"

enum { LINE_MAX_LEN = 8192 }; /* a path, a value and what is wrong with it */

static void print_version(void)
{
	char net[256];

	net_version_format(net, sizeof(net));
	printf("msrpd %s\n%s, libconfig %d.%d.%d, libsystemd %s\n", MSRPD_VERSION, net,
	       LIBCONFIG_VER_MAJOR, LIBCONFIG_VER_MINOR, LIBCONFIG_VER_REVISION,
	       MSRPD_LIBSYSTEMD_VERSION);
	printf("users: users, file, secret%s", users_http_is_built_in() ? ", http" : "");
	for (int i = 0; i < USERS_SQL_KINDS; i++)
		if (users_sql_is_built_in((enum users_sql_kind)i))
			printf(", %s", users_sql_name((enum users_sql_kind)i));
	printf("\n");
}

static void print_help(FILE *stream)
{
	fputs("Usage: msrpd [OPTION]...\n"
	      "A relay for the Message Session Relay Protocol (RFC 4976).\n"
	      "\n"
	      "  -c, --config=FILE  read FILE instead of " MSRPD_CONFIG "\n"
	      "  -t, --test         check the configuration and exit\n"
	      "  -V, --version      print the versions of msrpd and of its libraries\n"
	      "  -h, --help         print this\n",
	      stream);
}

/*
 * Escaped as in the log: one line that cannot harm a terminal, whatever strings the file contains.
 */
static void print(const char *what, const char *text)
{
	char line[LINE_MAX_LEN];

	record_escape(slice_from(text), RECORD_ALONE, line, sizeof(line));
	fprintf(stderr, "%s%s\n", what, line);
}

static void print_error(const char *text, void *arg)
{
	print("", text);
}

static void print_warning(const char *text, void *arg)
{
	print("warning: ", text);
}

static void log_error(const char *text, void *arg)
{
	log_say(arg, RECORD_BAD_CONFIG, "%s", text);
}

static int test_config(const char *file)
{
	struct config *config;
	int err = config_load(file, print_error, NULL, &config);

	if (err < 0)
		print_error(strerror(-err), NULL);
	if (err)
		return EXIT_FAILURE;
	config_advise(config, file, (int64_t)time(NULL), print_warning, NULL);
	config_advise_service(config, print_warning, NULL);
	config_free(config);
	printf("configuration %s is fine\n", file);
	return EXIT_SUCCESS;
}

/*
 * A database or web service is queried on libuv's threads. libuv reads their number when the first
 * one is needed, which may be after a reload. One more serves everything else.
 */
static void set_threads(const struct config *config)
{
	uint64_t sql = config->auth.sql.connections, http = config->auth.http.connections;
	char number[16];

	snprintf(number, sizeof(number), "%u", (unsigned)(sql > http ? sql : http) + 1);
	setenv("UV_THREADPOOL_SIZE", number, 0);
}

/*
 * By default free() keeps small blocks aside, and the next malloc() of a large one joins them all
 * with their neighbours: 40 ms at a stretch after the end of 100,000 sessions.
 */
static void set_malloc(void)
{
	mallopt(M_MXFAST, 0);
}

/* The rooms above the app, which does not know them. */
static const struct app_window *const windows[APP_WINDOWS_MAX] = { &admin_window, &web_window,
								   &control_window };

/* CONFIG was read from FILE; it is freed. */
static int serve_until_stopped(const char *file, struct config *config, struct log *log)
{
	struct app *app;
	uv_loop_t loop;
	int err;

	set_threads(config);
	set_malloc();
	err = uv_loop_init(&loop);
	if (err) {
		log_say(log, RECORD_CANNOT_START, "%s", uv_strerror(err));
		config_free(config);
		return EXIT_FAILURE;
	}
	err = app_new(&loop, file, config, log, windows, APP_WINDOWS_MAX, &app);
	if (!err) {
		uv_run(&loop, UV_RUN_DEFAULT);
		app_free(app);
		log_say(log, RECORD_STOPPED, "%s", "");
	}
	uv_loop_close(&loop);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int run_file(const char *file)
{
	struct config *config;
	struct log log;
	int err;

	log_init(&log, RECORD_INFO);
	err = config_load(file, log_error, &log, &config);
	if (err < 0)
		log_say(&log, RECORD_CANNOT_START, "%s", strerror(-err));
	if (err)
		return err < 0 ? EXIT_FAILURE : EX_CONFIG;
	log_init(&log, (enum record_level)config->log.level);
	log_set_json(&log, config->log.format == CONFIG_LOG_JSON);
	log_say(&log, RECORD_VERSION, "%s", MSRPD_VERSION);
	return serve_until_stopped(file, config, &log);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "test", no_argument, NULL, 't' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	const char *file = MSRPD_CONFIG;
	bool test = false;
	int option;

	while ((option = getopt_long(argc, argv, "c:tVh", options, NULL)) != -1) {
		switch (option) {
		case 'c':
			file = optarg;
			break;
		case 't':
			test = true;
			break;
		case 'V':
			print_version();
			return EXIT_SUCCESS;
		case 'h':
			print_help(stdout);
			return EXIT_SUCCESS;
		default:
			print_help(stderr);
			return EX_USAGE;
		}
	}
	tls_memory_start();
	if (optind < argc) {
		print_help(stderr);
		return EX_USAGE;
	}
	return test ? test_config(file) : run_file(file);
}
