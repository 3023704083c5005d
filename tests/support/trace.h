/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SUPPORT_TRACE_H
#define SUPPORT_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "msrp/parser.h"

/*
 * Writes down the parser's reports, in a form that a test can spell out:
 *
 *     SEND a786hjs2
 *     to msrp://bob.example.com:8888/9di4ea;tcp
 *     from msrp://alice.example.com:7777/iau39;tcp
 *     Message-ID: 87652491
 *     problem: the mistake that the parser found, if any
 *     body Hey\r
 * \00
 *     end $
 *
 * The last line is the state of the stream: "idle", "unfinished", "bad: why", "too long: why" or
 * "error: number". The pieces in which a body came leave no trace.
 */
struct support_trace {
	struct msrp_parser parser;
	struct buf text;
	int result; /* of the parser; nothing more is fed unless it is 0 */
	bool in_body;
};

/* TRACE is zeroed or done. Any other trace must not be moved: the parser points to it. */
void support_trace_init(struct support_trace *trace);
void support_trace_done(struct support_trace *trace);

void support_trace_feed(struct support_trace *trace, const uint8_t *in, size_t len);

/* Adds the last line. Returns the text, terminated; it lives as long as the trace. */
const char *support_trace_finish(struct support_trace *trace);

#endif
