/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two looks at all sessions, some time apart, and how many bytes per second each of them, or each
 * user, has sent and received in between. "msrpctl top" shows them; top.c does the rest.
 */
#ifndef CTL_SAMPLE_H
#define CTL_SAMPLE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zeroed, nothing has been seen. */
struct ctl_sample {
	json_t *before; /* the sessions of the previous look, by what tells them apart */
	json_t *now;
	uint64_t before_ms;
	uint64_t now_ms;
};

/* The order of rows: the greatest first, but names alphabetically. */
enum ctl_order {
	CTL_BY_RATE, /* both directions together */
	CTL_BY_RATE_IN,
	CTL_BY_RATE_OUT,
	CTL_BY_BYTES, /* both directions, since the session began */
	CTL_BY_USER,
};

struct ctl_total {
	size_t sessions;
	size_t users;
	uint64_t rate_in; /* bytes per second */
	uint64_t rate_out;
};

/* A new look begins: what was the latest is the previous one now. */
void ctl_sample_begin(struct ctl_sample *sample, uint64_t now_ms);

/* Takes SESSION, an object of the answer to "sessions list", into the latest look. */
void ctl_sample_add(struct ctl_sample *sample, json_t *session);

/*
 * Returns the rows of the latest look, in ORDER: an object for each session, or BY_USER for each
 * user, with "rate_in" and "rate_out" added, for json_decref(). NULL without memory.
 */
json_t *ctl_sample_rows(const struct ctl_sample *sample, bool by_user, enum ctl_order order,
			struct ctl_total *ret_total);

void ctl_sample_done(struct ctl_sample *sample);

#endif
