/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was asked at the control socket lately, and what was answered: a proxy that hears nothing
 * sends the same datagram again, and gets the same answer instead of a second call. One that
 * comes while the first is still being worked on waits for it.
 */
#ifndef DAEMON_CONTROL_NG_COOKIES_H
#define DAEMON_CONTROL_NG_COOKIES_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/list.h"
#include "base/siphash.h"
#include "base/slice.h"
#include "daemon/control/ng_request.h"

enum {
	NG_ORIGIN_LEN = 18, /* an address, 16 bytes as IPv6, and a port */
	/* Proxies ask 5 times within 5 seconds; rtpengine remembers for 30 to 60. */
	NG_COOKIES_KEEP_MS = 60 * 1000,
	/* All that is remembered: ten thousand answers with an SDP of 3 kB, so that even at a
	 * thousand calls a second the oldest of them is older than a proxy's patience. */
	NG_COOKIES_BYTES_MAX = 32 * 1024 * 1024,
	/* Requests that are being worked on: more than that come while all workers hang. */
	NG_COOKIES_PENDING_MAX = 4096,
};

/* One request; it is that of its ng_cookies. */
struct ng_cookie;

/* The main thread's. */
struct ng_cookies {
	uint8_t seed[SIPHASH_KEY_LEN];
	size_t bytes_max;
	struct ng_cookie *table;
	TAILQ_HEAD(ng_cookie_list, ng_cookie) answered; /* the oldest first */
	size_t bytes;					/* of these */
	size_t n_pending;
};

enum ng_cookies_result {
	NG_COOKIES_BUSY = 1, /* it is being worked on */
	NG_COOKIES_ANSWERED, /* *ret_answer is what was answered */
	NG_COOKIES_FULL,     /* too many are */
};

void ng_cookies_init(struct ng_cookies *cookies, const uint8_t seed[SIPHASH_KEY_LEN],
		     size_t bytes_max);

/* Those that are being worked on as well. */
void ng_cookies_done(struct ng_cookies *cookies);

/*
 * A request with COOKIE has come from ORIGIN. Cookies of others do not count: a proxy that is
 * started anew in a container has the same process ids, and begins to count at 0 again, but has
 * another port. 0, and then ng_cookies_finish() follows for *RET_COOKIE; one of the results; or
 * -ENOMEM.
 */
int ng_cookies_begin(struct ng_cookies *cookies, const uint8_t origin[NG_ORIGIN_LEN],
		     struct slice cookie, uint64_t now_ms, struct ng_cookie **ret_cookie,
		     struct slice *ret_answer);

/*
 * ANSWER, the whole datagram, is what was answered, and is copied. Empty, or without memory:
 * whoever asks again is asked to be worked on again.
 */
void ng_cookies_finish(struct ng_cookies *cookies, struct ng_cookie *cookie, struct slice answer,
		       uint64_t now_ms);

#endif
