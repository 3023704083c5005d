/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Response codes and the REPORT requests that carry them, for relay and client.
 */
#ifndef MSRP_REPORT_H
#define MSRP_REPORT_H

#include "base/buf.h"
#include "base/slice.h"
#include "msrp/range.h"

struct msrp_message;

/* The response codes of RFC 4975 section 10 and RFC 4976 10.3. */
enum msrp_status {
	MSRP_OK = 200,
	MSRP_BAD_REQUEST = 400,
	MSRP_UNAUTHORIZED = 401,
	MSRP_FORBIDDEN = 403,
	MSRP_TIMEOUT = 408,
	MSRP_STOP_SENDING = 413,
	MSRP_UNSUPPORTED_MEDIA = 415,
	MSRP_INTERVAL_OUT_OF_BOUNDS = 423,
	MSRP_NO_SESSION = 481,
	MSRP_UNKNOWN_METHOD = 501,
	MSRP_SESSION_IN_USE = 506,
};

/* The Status header of a REPORT: "000 200 OK". */
struct msrp_status_value {
	unsigned name_space; /* 0: code is a response code of RFC 4975 */
	unsigned code;
	struct slice comment; /* may be empty */
};

/* The comment for a response code; "" for an unknown one. */
const char *msrp_status_comment(unsigned code);

/* Returns 0 or MSRP_BAD; the comment points into VALUE. */
int msrp_status_parse(struct slice value, struct msrp_status_value *ret_status);

/* Likewise for the Status of M; MSRP_BAD, too, if it has none. */
int msrp_status_of(const struct msrp_message *m, struct msrp_status_value *ret_status);

/* The parts of a REPORT request (RFC 4975 7.1.2). */
struct msrp_report {
	struct slice id; /* its transaction id */
	struct slice to_path;
	struct slice from_path;
	struct slice message_id;
	struct msrp_range range;
	unsigned code;
	const char *comment; /* NULL: msrp_status_comment(code) */
};

/* Appends the whole REPORT, end-line included. */
void msrp_report_write(const struct msrp_report *report, struct buf *out);

#endif
