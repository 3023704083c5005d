/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asks for all sessions every two seconds, and shows those that are busiest. sample.c finds out
 * which these are, screen.c is the terminal.
 */
#include "ctl/top.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "ctl/ask.h"
#include "ctl/sample.h"
#include "ctl/screen.h"
#include "ctl/view.h"

enum {
	EVERY_MS = 2000,
	FIRST_MS = 1000, /* between the first two looks: before, there are no rates */
	SHARE = 10,	 /* asking takes at most one part in so many of the time */
	HEAD_LINES = 4,	 /* of the screen: totals, keys, an empty one, headings */
};

static const struct ctl_column session_columns[] = {
	{ "session", "SESSION", CTL_PLAIN }, { "user", "USER", CTL_PLAIN },
	{ "realm", "REALM", CTL_PLAIN },     { "rate_in", "IN/S", CTL_BYTES },
	{ "rate_out", "OUT/S", CTL_BYTES },  { "bytes_in", "IN", CTL_BYTES },
	{ "bytes_out", "OUT", CTL_BYTES },   { "age", "AGE", CTL_DURATION },
	{ "peer", "PEER", CTL_PLAIN },	     { 0 },
};

static const struct ctl_column user_columns[] = {
	{ "user", "USER", CTL_PLAIN },
	{ "realm", "REALM", CTL_PLAIN },
	{ "sessions", "SESSIONS", CTL_PLAIN },
	{ "user_sessions_most", "MOST", CTL_PLAIN },
	{ "rate_in", "IN/S", CTL_BYTES },
	{ "rate_out", "OUT/S", CTL_BYTES },
	{ "user_rate_most", "MOST/S", CTL_BYTES },
	{ "bytes_in", "IN", CTL_BYTES },
	{ "bytes_out", "OUT", CTL_BYTES },
	{ 0 },
};

static const struct ctl_view views[] = { { CTL_ROWS, session_columns },
					 { CTL_ROWS, user_columns } };

struct top {
	const char *socket;
	struct ctl_sample sample;
	bool by_user;
	enum ctl_order order;
	uint64_t took_ms;    /* the latest look */
	const char *problem; /* why it has failed; NULL: it has not */
};

static uint64_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Takes a line of the answer. Returns true if it is the last one, and how it went. */
static bool take_line(struct top *top, const char *line, int *ret_status)
{
	json_t *object = json_loads(line, 0, NULL);
	const char *how = json_string_value(json_object_get(object, "end"));

	if (how && strcmp(how, "ok") == 0)
		*ret_status = EXIT_SUCCESS;
	else
		ctl_sample_add(&top->sample, object);
	json_decref(object);
	return how;
}

/* Looks at all sessions. Returns an exit status, and leaves what is wrong in TOP. */
static int look(struct top *top)
{
	const char *const words[] = { "sessions", "list", NULL };
	uint64_t began_ms = clock_ms();
	int status = EX_NOPERM;
	struct ctl_ask *ask;
	const char *line;
	int err = ctl_ask_new(top->socket, words, &ask);

	if (err) {
		top->problem = strerror(-err);
		return EX_UNAVAILABLE;
	}
	ctl_sample_begin(&top->sample, began_ms);
	while ((line = ctl_ask_line(ask)) && !take_line(top, line, &status))
		;
	ctl_ask_free(ask);
	if (status != EXIT_SUCCESS)
		top->problem = "msrpd closed the connection";
	top->took_ms = clock_ms() - began_ms;
	return status;
}

static void print_total(const struct ctl_total *total)
{
	json_t *json = json_pack("{s:I, s:I}", "in", (json_int_t)total->rate_in, "out",
				 (json_int_t)total->rate_out);
	char in[CTL_CELL_MAX], out[CTL_CELL_MAX];

	ctl_view_cell(json, &(struct ctl_column){ "in", NULL, CTL_BYTES }, in);
	ctl_view_cell(json, &(struct ctl_column){ "out", NULL, CTL_BYTES }, out);
	json_decref(json);
	printf("sessions %zu  users %zu  in %s/s  out %s/s\n", total->sessions, total->users, in,
	       out);
}

static void print_rows(const json_t *rows, const struct ctl_view *view, size_t most)
{
	struct ctl_table table = { 0 };

	for (size_t i = 0; i < json_array_size(rows) && i < most; i++)
		ctl_view_show(view, json_array_get(rows, i), &table);
	ctl_table_print(&table);
	ctl_table_done(&table);
}

static void print_json(const json_t *rows)
{
	for (size_t i = 0; i < json_array_size(rows); i++) {
		json_dumpf(json_array_get(rows, i), stdout, JSON_COMPACT);
		fputc('\n', stdout);
	}
}

/* LINES: how many there is room for. */
static void draw_top(const struct top *top, unsigned lines)
{
	static const char *const orders[] = { "rate", "rate in", "rate out", "bytes", "user" };
	struct ctl_total total;
	json_t *rows = ctl_sample_rows(&top->sample, top->by_user, top->order, &total);

	ctl_screen_clear();
	print_total(&total);
	printf("by %s  keys: r rate  i in  o out  b bytes  n names  u %s  q quit\n\n",
	       orders[top->order], top->by_user ? "sessions" : "users");
	print_rows(rows, &views[top->by_user], lines > HEAD_LINES ? lines - HEAD_LINES : 1);
	json_decref(rows);
}

/* Returns false if KEY ends it. */
static bool obey_key(struct top *top, int key)
{
	static const char keys[] = "riobn"; /* in the order of enum ctl_order */
	const char *found = key > 0 ? strchr(keys, key) : NULL;

	if (found)
		top->order = (enum ctl_order)(found - keys);
	else if (key == 'u')
		top->by_user = !top->by_user;
	return key != 'q' && key != CTL_KEY_END;
}

/* Waits until the next look, and does meanwhile what keys say. Returns false at the end. */
static bool wait_and_obey(struct top *top, uint64_t ms)
{
	uint64_t end_ms = clock_ms() + ms, now_ms;
	int key;

	while ((now_ms = clock_ms()) < end_ms) {
		key = ctl_screen_key((int)(end_ms - now_ms));
		if (!obey_key(top, key))
			return false;
		if (key != CTL_KEY_NONE)
			draw_top(top, ctl_screen_height());
	}
	return true;
}

static uint64_t pause_ms(const struct top *top)
{
	uint64_t ms = top->sample.before ? EVERY_MS : FIRST_MS;

	return ms > SHARE * top->took_ms ? ms : SHARE * top->took_ms;
}

static int run_screen(struct top *top)
{
	bool goes_on = true;
	int status;

	do {
		status = look(top);
		if (status == EXIT_SUCCESS) {
			draw_top(top, ctl_screen_height() - 1);
			goes_on = wait_and_obey(top, pause_ms(top));
		}
	} while (status == EXIT_SUCCESS && goes_on);
	return status;
}

static int run_once(struct top *top, bool as_json)
{
	const struct timespec second = { .tv_sec = FIRST_MS / 1000 };
	struct ctl_total total;
	json_t *rows;
	int status = look(top);

	if (status == EXIT_SUCCESS) {
		nanosleep(&second, NULL);
		status = look(top);
	}
	if (status != EXIT_SUCCESS)
		return status;
	rows = ctl_sample_rows(&top->sample, false, top->order, &total);
	if (as_json) {
		print_json(rows);
	} else {
		print_total(&total);
		putchar('\n');
		print_rows(rows, &views[0], SIZE_MAX);
	}
	json_decref(rows);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EX_IOERR;
}

int ctl_top_run(const char *socket, bool as_json)
{
	struct top top = { .socket = socket };
	int status;

	if (as_json || !ctl_screen_start()) {
		status = run_once(&top, as_json);
	} else {
		status = run_screen(&top);
		ctl_screen_stop();
	}
	/* Not before the screen is what it was, or nobody would see it. */
	if (top.problem)
		fprintf(stderr, "msrpctl: %s: %s\n", socket, top.problem);
	ctl_sample_done(&top.sample);
	return status;
}
