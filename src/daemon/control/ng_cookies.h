/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Recent requests at the control socket and their answers: a proxy that gets no answer repeats the
 * datagram, and must get the same answer instead of a second call. A repetition of a request in
 * progress waits for its answer.
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
	/*
	 * Bytes of everything remembered: ten thousand answers with an SDP of 3 kB, so that even at
	 * a thousand calls a second an answer outlives a proxy's patience.
	 */
	NG_COOKIES_BYTES_MAX = 32 * 1024 * 1024,
	/* Requests in progress: more than this wait only while all workers hang. */
	NG_COOKIES_PENDING_MAX = 4096,
};

/* One request; its ng_cookies own it. */
struct ng_cookie;

/* Belongs to the main thread. */
struct ng_cookies {
	uint8_t seed[SIPHASH_KEY_LEN];
	size_t bytes_max;
	struct ng_cookie *table;
	TAILQ_HEAD(ng_cookie_list, ng_cookie) answered; /* the oldest first */
	size_t bytes;					/* in ANSWERED */
	size_t n_pending;
};

enum ng_cookies_result {
	NG_COOKIES_BUSY = 1, /* it is in progress */
	NG_COOKIES_ANSWERED, /* *ret_answer is the earlier answer */
	NG_COOKIES_FULL,     /* too many are in progress */
};

void ng_cookies_init(struct ng_cookies *cookies, const uint8_t seed[SIPHASH_KEY_LEN],
		     size_t bytes_max);

/* Frees requests in progress as well. */
void ng_cookies_done(struct ng_cookies *cookies);

/*
 * Looks up a request with COOKIE from ORIGIN. Cookies are compared per origin: a proxy that
 * restarts in a container has the same process ids and counts from 0 again, but uses another port.
 * Returns 0, and ng_cookies_finish() must follow for *RET_COOKIE; one of the results; or -ENOMEM.
 */
int ng_cookies_begin(struct ng_cookies *cookies, const uint8_t origin[NG_ORIGIN_LEN],
		     struct slice cookie, uint64_t now_ms, struct ng_cookie **ret_cookie,
		     struct slice *ret_answer);

/*
 * Copies ANSWER, the whole datagram. If it is empty, or memory is lacking, a repetition will be
 * worked on again.
 */
void ng_cookies_finish(struct ng_cookies *cookies, struct ng_cookie *cookie, struct slice answer,
		       uint64_t now_ms);

#endif
