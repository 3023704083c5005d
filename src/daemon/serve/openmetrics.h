/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes the text format of OpenMetrics 1.0: families, each followed by its samples, and an end; or
 * its predecessor, Prometheus 0.0.4, in which a family is named like its samples and there are
 * neither units nor infos. Label values are our own words, never chosen by a client.
 */
#ifndef DAEMON_SERVE_OPENMETRICS_H
#define DAEMON_SERVE_OPENMETRICS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct openmetrics {
	struct buf *out;
	bool plain;	  /* the format 0.0.4 */
	const char *name; /* of the family */
	const char *suffix;
};

/* NAME without "_total", HELP a sentence. */
void openmetrics_counter(struct openmetrics *m, const char *name, const char *help);
void openmetrics_gauge(struct openmetrics *m, const char *name, const char *help);
void openmetrics_info(struct openmetrics *m, const char *name, const char *help);

/* A sample of the family; with LABEL="VALUE" unless LABEL is NULL. */
void openmetrics_add(const struct openmetrics *m, const char *label, const char *value, uint64_t n);
void openmetrics_add_for(const struct openmetrics *m, const char *label, uint64_t index,
			 uint64_t n);

/* Likewise, NS nanoseconds in seconds. */
void openmetrics_add_time(const struct openmetrics *m, uint64_t ns);
void openmetrics_add_time_for(const struct openmetrics *m, const char *label, uint64_t index,
			      uint64_t ns);

void openmetrics_end(struct openmetrics *m);

#endif
