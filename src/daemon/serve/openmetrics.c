/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes families and samples in the text formats of OpenMetrics and Prometheus.
 * monitor/metrics_sum.c says which.
 */
#include "daemon/serve/openmetrics.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { NUMBER_MAX = 32 };

static void add_text(struct buf *out, const char *text)
{
	buf_add_slice(out, slice_from(text));
}

static void add_meta(const struct openmetrics *m, const char *what, const char *text)
{
	add_text(m->out, "# ");
	add_text(m->out, what);
	add_text(m->out, " ");
	add_text(m->out, m->name);
	add_text(m->out, m->plain ? m->suffix : "");
	add_text(m->out, " ");
	add_text(m->out, text);
	add_text(m->out, "\n");
}

/* The unit is the last part of the name, and has a line of its own. */
static const char *unit_of(const char *name)
{
	static const char *const units[] = { "seconds", "bytes" };
	const char *end = strrchr(name, '_');

	for (size_t i = 0; end && i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(end + 1, units[i]) == 0)
			return units[i];
	return NULL;
}

static void begin_family(struct openmetrics *m, const char *name, const char *type,
			 const char *help, const char *suffix)
{
	m->name = name;
	m->suffix = suffix;
	add_meta(m, "TYPE", type);
	if (unit_of(name) && !m->plain)
		add_meta(m, "UNIT", unit_of(name));
	add_meta(m, "HELP", help);
}

void openmetrics_counter(struct openmetrics *m, const char *name, const char *help)
{
	begin_family(m, name, "counter", help, "_total");
}

void openmetrics_gauge(struct openmetrics *m, const char *name, const char *help)
{
	begin_family(m, name, "gauge", help, "");
}

void openmetrics_info(struct openmetrics *m, const char *name, const char *help)
{
	begin_family(m, name, m->plain ? "gauge" : "info", help, "_info");
}

static void add_sample(const struct openmetrics *m, const char *label, const char *value,
		       const char *number)
{
	add_text(m->out, m->name);
	add_text(m->out, m->suffix);
	if (label) {
		add_text(m->out, "{");
		add_text(m->out, label);
		add_text(m->out, "=\"");
		add_text(m->out, value);
		add_text(m->out, "\"}");
	}
	add_text(m->out, " ");
	add_text(m->out, number);
	add_text(m->out, "\n");
}

static void format_number(uint64_t n, char text[NUMBER_MAX])
{
	snprintf(text, NUMBER_MAX, "%" PRIu64, n);
}

static void format_time(uint64_t ns, char text[NUMBER_MAX])
{
	snprintf(text, NUMBER_MAX, "%" PRIu64 ".%09" PRIu64, ns / 1000000000, ns % 1000000000);
}

void openmetrics_add(const struct openmetrics *m, const char *label, const char *value, uint64_t n)
{
	char number[NUMBER_MAX];

	format_number(n, number);
	add_sample(m, label, value, number);
}

void openmetrics_add_for(const struct openmetrics *m, const char *label, uint64_t index, uint64_t n)
{
	char value[NUMBER_MAX];

	format_number(index, value);
	openmetrics_add(m, label, value, n);
}

void openmetrics_add_time(const struct openmetrics *m, uint64_t ns)
{
	char number[NUMBER_MAX];

	format_time(ns, number);
	add_sample(m, NULL, NULL, number);
}

void openmetrics_add_time_for(const struct openmetrics *m, const char *label, uint64_t index,
			      uint64_t ns)
{
	char number[NUMBER_MAX], value[NUMBER_MAX];

	format_time(ns, number);
	format_number(index, value);
	add_sample(m, label, value, number);
}

void openmetrics_end(struct openmetrics *m)
{
	if (!m->plain)
		add_text(m->out, "# EOF\n");
}
