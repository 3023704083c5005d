/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A request at the control socket, parsed: "COOKIE DICTIONARY" in one datagram, as the rtpengine
 * modules of Kamailio and OpenSIPS send it. Mistakes are described in rtpengine's words, which
 * operators know and proxies look for.
 */
#ifndef DAEMON_CONTROL_NG_REQUEST_H
#define DAEMON_CONTROL_NG_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

enum ng_command {
	NG_PING,
	NG_OFFER,
	NG_ANSWER,
	NG_DELETE,
	NG_QUERY,
	NG_LIST,
	NG_STATISTICS,
	NG_COMMANDS,
};

enum {
	NG_COOKIE_MAX = 255, /* bytes; proxies build theirs from two or three numbers */
	NG_NAME_MAX = 256,   /* bytes of a call-id, tag or branch; phones use up to a hundred */
	NG_DELETE_DELAY_MAX_S = 3600, /* like anchor.delete_delay; longer ones are cut to this */
};

/* The contents of the dictionary; text points into the datagram, and is empty if not given. */
struct ng_request {
	enum ng_command command;
	struct slice call_id;
	struct slice from_tag;
	struct slice to_tag;
	struct slice via_branch;
	struct slice sdp;
	struct slice transport_protocol; /* "TCP/TLS/MSRP" */
	struct slice msrp_setup;	 /* "passive" */
	struct slice address_family;	 /* "IP4" or "IP6" */
	bool replace_origin;
	bool fragment; /* the SDP is a trickle-ice fragment */
	bool fatal;    /* deleting what does not exist is an error */
	bool has_delete_delay;
	uint64_t delete_delay_s;
	int64_t limit; /* of a list; -1: not given; less: malformed */
};

/* The name that proxies use. */
const char *ng_request_name(enum ng_command command);

/*
 * Cuts DATAGRAM at the first space. False: it has no cookie of 1 to NG_COOKIE_MAX bytes, so that no
 * answer could be matched.
 */
bool ng_request_split(struct slice datagram, struct slice *ret_cookie, struct slice *ret_body);

/* Returns NULL, or what is wrong with BODY. */
const char *ng_request_parse(struct slice body, struct ng_request *ret_request);

#endif
