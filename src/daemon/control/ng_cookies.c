/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keeps answers by origin and cookie, in a table to find them and a list by age. They are dropped
 * when they are old or when newer ones need the room; requests in progress stay.
 */
#include "daemon/control/ng_cookies.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

enum { KEY_MAX = NG_ORIGIN_LEN + NG_COOKIE_MAX };

struct ng_cookie {
	UT_hash_handle hh;
	TAILQ_ENTRY(ng_cookie) in_answered;
	uint64_t since_ms; /* when it was answered */
	char *answer;	   /* NULL: in progress */
	size_t answer_len;
	size_t key_len;
	uint8_t key[];
};

static size_t size_of(const struct ng_cookie *c)
{
	return sizeof(*c) + c->key_len + c->answer_len;
}

static void forget_cookie(struct ng_cookies *cookies, struct ng_cookie *c)
{
	if (c->answer) {
		TAILQ_REMOVE(&cookies->answered, c, in_answered);
		cookies->bytes -= size_of(c);
	} else {
		cookies->n_pending--;
	}
	HASH_DEL(cookies->table, c);
	free(c->answer);
	free(c);
}

static void forget_old(struct ng_cookies *cookies, uint64_t now_ms)
{
	struct ng_cookie *c;

	while ((c = TAILQ_FIRST(&cookies->answered)) &&
	       (now_ms - c->since_ms >= NG_COOKIES_KEEP_MS || cookies->bytes > cookies->bytes_max))
		forget_cookie(cookies, c);
}

void ng_cookies_init(struct ng_cookies *cookies, const uint8_t seed[SIPHASH_KEY_LEN],
		     size_t bytes_max)
{
	*cookies = (struct ng_cookies){ .bytes_max = bytes_max };
	memcpy(cookies->seed, seed, sizeof(cookies->seed));
	TAILQ_INIT(&cookies->answered);
}

void ng_cookies_done(struct ng_cookies *cookies)
{
	struct ng_cookie *c, *next;

	HASH_ITER (hh, cookies->table, c, next)
		forget_cookie(cookies, c);
}

static struct ng_cookie *find_cookie(const struct ng_cookies *cookies, const uint8_t *key,
				     size_t len)
{
	struct ng_cookie *c;

	HASH_FIND_SEEDED(cookies->seed, cookies->table, key, len, c);
	return c;
}

static int add_cookie(struct ng_cookies *cookies, const uint8_t *key, size_t len,
		      struct ng_cookie **ret_cookie)
{
	struct ng_cookie *c;

	if (cookies->n_pending >= NG_COOKIES_PENDING_MAX)
		return NG_COOKIES_FULL;
	c = calloc(1, sizeof(*c) + len);
	if (!c)
		return -ENOMEM;
	memcpy(c->key, key, len);
	c->key_len = len;
	HASH_ADD_SEEDED(cookies->seed, cookies->table, c->key, len, c);
	if (!c->hh.tbl) {
		free(c);
		return -ENOMEM;
	}
	cookies->n_pending++;
	*ret_cookie = c;
	return 0;
}

int ng_cookies_begin(struct ng_cookies *cookies, const uint8_t origin[NG_ORIGIN_LEN],
		     struct slice cookie, uint64_t now_ms, struct ng_cookie **ret_cookie,
		     struct slice *ret_answer)
{
	size_t len = NG_ORIGIN_LEN + cookie.len;
	uint8_t key[KEY_MAX];
	const struct ng_cookie *c;

	if (cookie.len > NG_COOKIE_MAX)
		return NG_COOKIES_FULL;
	forget_old(cookies, now_ms);
	memcpy(key, origin, NG_ORIGIN_LEN);
	memcpy(key + NG_ORIGIN_LEN, cookie.p, cookie.len);
	c = find_cookie(cookies, key, len);
	if (!c)
		return add_cookie(cookies, key, len, ret_cookie);
	if (!c->answer)
		return NG_COOKIES_BUSY;
	*ret_answer = slice_make(c->answer, c->answer_len);
	return NG_COOKIES_ANSWERED;
}

void ng_cookies_finish(struct ng_cookies *cookies, struct ng_cookie *cookie, struct slice answer,
		       uint64_t now_ms)
{
	char *copy = answer.len > 0 ? slice_dup(answer) : NULL;

	if (!copy) {
		forget_cookie(cookies, cookie);
		return;
	}
	cookies->n_pending--;
	cookie->answer = copy;
	cookie->answer_len = answer.len;
	cookie->since_ms = now_ms;
	cookies->bytes += size_of(cookie);
	TAILQ_INSERT_TAIL(&cookies->answered, cookie, in_answered);
	forget_old(cookies, now_ms);
}
