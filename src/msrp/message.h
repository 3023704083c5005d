/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parsed head of a message: what the parser reports to its users, and what relay and client
 * decide by.
 */
#ifndef MSRP_MESSAGE_H
#define MSRP_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "msrp/path.h"
#include "msrp/range.h"

enum {
	MSRP_HEADERS_MAX = 64, /* real heads have ten; bounds the array below */
	MSRP_HEAD_MAX =
	    16 * 1024, /* bytes from start line to body; AUTH with long paths needs 2 KiB */
	MSRP_SHORT_BODY = 2048,	     /* RFC 4975 7.1.1: longer chunks must be interruptible */
	MSRP_OTHER_BODY_MAX = 10240, /* RFC 4975 7.1: body of a non-SEND request */
};

enum msrp_method {
	MSRP_SEND,
	MSRP_REPORT,
	MSRP_AUTH,
	MSRP_OTHER, /* method_name has its name */
};

enum msrp_header_id {
	MSRP_H_UNKNOWN,
	MSRP_H_TO_PATH,
	MSRP_H_FROM_PATH,
	MSRP_H_MESSAGE_ID,
	MSRP_H_SUCCESS_REPORT,
	MSRP_H_FAILURE_REPORT,
	MSRP_H_BYTE_RANGE,
	MSRP_H_STATUS,
	MSRP_H_EXPIRES,
	MSRP_H_MIN_EXPIRES,
	MSRP_H_MAX_EXPIRES,
	MSRP_H_USE_PATH,
	MSRP_H_WWW_AUTHENTICATE,
	MSRP_H_AUTHORIZATION,
	MSRP_H_AUTHENTICATION_INFO,
	MSRP_H_CONTENT_TYPE,
	MSRP_H_COUNT,
};

struct msrp_header_slices {
	enum msrp_header_id id;
	struct slice line; /* "Name: value" as received, without CRLF */
	struct slice name;
	struct slice value;
};

enum msrp_failure_report {
	MSRP_FAILURE_YES, /* the default (RFC 4975 7.1.1) */
	MSRP_FAILURE_NO,
	MSRP_FAILURE_PARTIAL,
};

/*
 * The head of a request or response: everything before the body. Every slice points into the
 * parser's input and dies with the callback that got the message.
 */
struct msrp_message {
	struct slice id; /* transaction id */
	bool is_request;
	enum msrp_method method;  /* of a request */
	struct slice method_name; /* of a request */
	unsigned status;	  /* of a response */
	struct slice comment;	  /* of a response; may be empty */
	struct msrp_path_slices to;
	struct msrp_path_slices from;
	struct msrp_header_slices
	    header[MSRP_HEADERS_MAX]; /* all but To-Path and From-Path, in order */
	size_t n_headers;
	bool has_body; /* a body follows, perhaps an empty one */

	/* From the headers; empty or default if absent. */
	struct slice message_id;
	struct slice content_type;
	enum msrp_failure_report failure_report;
	bool success_report;
	bool has_range;
	struct msrp_range range; /* start 1, end and total unknown if absent */

	/*
	 * NULL, or what is wrong with this head although its paths are readable: answer 400 with
	 * this comment, if it wants an answer at all.
	 */
	const char *problem;
};

/* MSRP_H_UNKNOWN for a name that is not in the list above. Ignores case. */
enum msrp_header_id msrp_header_find_id(struct slice name);

/* Does its value concern credentials (RFC 4976 section 5), so that it must not be logged? */
bool msrp_header_is_credential(enum msrp_header_id id);

/* The name as the RFC spells it; ID is a known one. */
const char *msrp_header_id_name(enum msrp_header_id id);

/* RFC 4975 section 9: the number of token characters that TEXT begins with. */
size_t msrp_token_length(struct slice text);

/* Is TEXT a token, and not empty? */
bool msrp_is_token(struct slice text);

/* A bare CR or another control character is an attempt to make two hops see different messages. */
bool msrp_has_control(struct slice text);

/*
 * Splits a line without its CRLF; false if it is not a header. The value may still have control
 * characters.
 */
bool msrp_header_split(struct slice line, struct msrp_header_slices *ret_header);

/* The first header of that kind, or NULL. */
const struct msrp_header_slices *msrp_message_find(const struct msrp_message *m,
						   enum msrp_header_id id);

#endif
