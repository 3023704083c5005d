/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * msrp auth --repeat: measures whether a relay responds and how long it takes to admit us, for
 * Nagios and other monitoring that runs such plugins.
 */
#include <inttypes.h>
#include <stdio.h>

#include "cli/app/app.h"
#include "cli/terminal/say.h"

/*
 * auth --repeat: does the relay respond, does it admit us, and how long does that take? Starts from
 * scratch each time, with a new connection.
 */
struct probe {
	struct cli_app app;
	uint64_t n;
	uint64_t n_failed;
	uint64_t began_ns;
	uint64_t sum_ns; /* over those that did not fail, like the next */
	uint64_t most_ns;
	char why[256]; /* of the last one that failed */
};

static double ms(uint64_t ns)
{
	return (double)ns / 1e6;
}

static uint64_t average(const struct probe *probe)
{
	uint64_t n = probe->n - probe->n_failed;

	return n > 0 ? probe->sum_ns / n : 0;
}

static bool is_slower(const struct probe *probe, uint64_t limit_ms)
{
	return limit_ms > 0 && probe->most_ns > limit_ms * 1000000;
}

static enum cli_probe_exit judge_probe(const struct probe *probe)
{
	if (probe->n_failed > 0 || is_slower(probe, probe->app.options.critical))
		return CLI_PROBE_CRITICAL;
	return is_slower(probe, probe->app.options.warning) ? CLI_PROBE_WARNING : CLI_PROBE_OK;
}

/* A threshold of 0 means none, and is left empty. */
static void print_threshold(uint64_t limit_ms)
{
	if (limit_ms > 0)
		printf("%.3f", (double)limit_ms / 1e3);
	putchar(';');
}

static void print_time(const struct probe *probe, const char *label, uint64_t ns)
{
	printf(" %s=%.6fs;", label, ms(ns) / 1e3);
	print_threshold(probe->app.options.warning);
	print_threshold(probe->app.options.critical);
	putchar('0');
}

/* The format of Nagios plugins: a line of text, and after a bar the data to be drawn. */
static void print_result(const struct probe *probe)
{
	static const char *const words[] = { "OK", "WARNING", "CRITICAL" };

	printf("MSRP %s - %" PRIu64 " of %" PRIu64 " times authenticated",
	       words[judge_probe(probe)], probe->n - probe->n_failed, probe->n);
	if (probe->n > probe->n_failed)
		printf(", in %.1f ms on average and %.1f ms at most", ms(average(probe)),
		       ms(probe->most_ns));
	if (probe->n_failed > 0)
		printf(", the last failure: %s", probe->why);
	printf(" |");
	if (probe->n > probe->n_failed) {
		print_time(probe, "average", average(probe));
		print_time(probe, "maximum", probe->most_ns);
	}
	printf(" failed=%" PRIu64 ";;0;0;%" PRIu64 "\n", probe->n_failed, probe->n);
}

static void begin_probe(uv_timer_t *timer)
{
	struct cli_app *app = timer->data;
	struct probe *probe = app->data;

	probe->began_ns = uv_hrtime();
	cli_prepare_again(app);
}

/* The connector is still running; the next try starts when the loop has turned. */
static void end_one(struct probe *probe)
{
	if (++probe->n < probe->app.options.repeat)
		uv_timer_start(&probe->app.tick, begin_probe, 0, 0);
	else
		cli_end(&probe->app, judge_probe(probe));
}

static void on_probe_prepared(struct cli_app *app, const char *local_path)
{
	struct probe *probe = app->data;
	uint64_t ns = uv_hrtime() - probe->began_ns;

	probe->sum_ns += ns;
	if (ns > probe->most_ns)
		probe->most_ns = ns;
	end_one(probe);
}

static void on_probe_failed(struct cli_app *app, int code, const char *why)
{
	struct probe *probe = app->data;

	probe->n_failed++;
	snprintf(probe->why, sizeof(probe->why), "%s", why);
	cli_make_printable(probe->why);
	end_one(probe);
}

int cli_probe_unknown(void)
{
	const char *why = cli_latest_error();

	printf("MSRP UNKNOWN - %s\n", *why ? why : "wrong arguments");
	return CLI_PROBE_UNKNOWN;
}

int cli_probe(struct cli_options *options)
{
	struct probe probe = {
		.app = {
			.options = *options,
			.prepared = on_probe_prepared,
			.failed = on_probe_failed,
		},
		.began_ns = uv_hrtime(),
	};

	probe.app.data = &probe;
	cli_run(&probe.app, MSRP_MODE_ACTIVE);
	if (probe.n == 0)
		return cli_probe_unknown();
	print_result(&probe);
	return (int)judge_probe(&probe);
}
