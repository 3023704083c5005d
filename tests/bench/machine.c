/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The host of a relay in memory: it connects to nobody, knows one password, and shares quota and
 * roll with nobody, as a worker does with others.
 */
#include "bench/machine.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "relay/relay.h"
#include "relay/shared/quota.h"
#include "relay/shared/roll.h"
#include "support/login.h"

enum {
	BODY = 300,
	TEXT = 4096,
	NAME = 32,
};

/* Ends the program, also where assert() would not. */
static void must(bool fine, const char *what)
{
	if (fine)
		return;
	fprintf(stderr, "%s\n", what);
	exit(EXIT_FAILURE);
}

uint64_t machine_random(struct machine *m)
{
	m->random ^= m->random << 13;
	m->random ^= m->random >> 7;
	m->random ^= m->random << 17;
	return m->random;
}

static void on_kick(void *arg, struct relay_peer *peer)
{
}

static int on_connect(void *arg, struct relay_peer *peer, const struct relay_peer *from,
		      const struct msrp_uri_slices *uri, enum relay_trust trust)
{
	return -1;
}

static void on_close(void *arg, struct relay_peer *peer)
{
	struct machine_end *end = relay_peer_handle(peer);

	end->closing = true;
}

static void on_quiet(void *arg, struct relay_peer *peer, bool on)
{
}

static bool is_certified(void *arg, struct relay_peer *peer, struct slice host)
{
	return false;
}

static void on_random(void *arg, uint8_t *out, size_t len)
{
	for (size_t i = 0; i < len; i++)
		out[i] = (uint8_t)(machine_random(arg) >> 24);
}

static void on_secret(void *arg, uint8_t *out)
{
	memset(out, 1, MSRP_MAC_LEN);
}

static void on_lookup(void *arg, struct relay_lookup *lookup)
{
	const struct machine *m = arg;
	struct msrp_digest_hex hex;
	struct slice ha1;
	struct msrp_ha1_answer found = {
		.result = MSRP_HA1_FOUND,
		.ha1 = &ha1,
		.n_ha1 = 1,
		.valid_s = UINT64_MAX,
	};

	must(msrp_digest_ha1(relay_lookup_algorithm(lookup), relay_lookup_user(lookup),
			     relay_lookup_realm(lookup), SLICE(WORLD_PASSWORD), &hex) == 0,
	     "msrp_digest_ha1");
	ha1 = slice_make(hex.text, hex.len);
	relay_lookup_answer(lookup, m->now_ms, &found);
}

static int on_hold(void *arg, struct slice user, struct slice realm, size_t max, void **ret_hold)
{
	const struct machine *m = arg;
	struct relay_share *share;
	int err = relay_quota_take(m->quota, user, realm, max, m->now_ms, &share);

	if (!err)
		*ret_hold = share;
	return err;
}

static void on_release(void *arg, void *hold)
{
	const struct machine *m = arg;

	relay_quota_give_back(m->quota, hold, m->now_ms);
}

static bool may_try(void *arg, const struct relay_origin *origin)
{
	return true;
}

static uint64_t on_right(void *arg, const struct relay_origin *origin)
{
	return 0;
}

static int on_enrol(void *arg, struct slice id, struct slice hop)
{
	const struct machine *m = arg;

	return relay_roll_add(m->roll, id, hop);
}

static void on_strike(void *arg, struct slice id)
{
	const struct machine *m = arg;

	relay_roll_remove(m->roll, id);
}

static bool is_anothers(void *arg, struct slice id, struct slice hop)
{
	const struct machine *m = arg;

	return relay_roll_is_anothers(m->roll, id, hop);
}

static void on_event(void *arg, const struct relay_event *event)
{
}

/* What is not here is for siblings, relays, calls and traces. */
static const struct relay_host host = {
	.kick = on_kick,
	.connect = on_connect,
	.close = on_close,
	.quiet = on_quiet,
	.is_certified = is_certified,
	.random = on_random,
	.secret = on_secret,
	.lookup = on_lookup,
	.hold = on_hold,
	.release = on_release,
	.may_try = may_try,
	.right = on_right,
	.enrol = on_enrol,
	.strike = on_strike,
	.is_anothers = is_anothers,
	.event = on_event,
};

void machine_init(struct machine *m, size_t n)
{
	static const uint8_t seed[SIPHASH_KEY_LEN] = "as good as any";
	static const struct relay_identity identity[] = { { true, "relay.example.com", 2855 } };
	static const char *const domain[] = { "example.com" };
	static const char *const types[] = { "*" };
	struct relay_config config = {
		.n_workers = 1,
		.identity = identity,
		.n_identities = 1,
		.domain = domain,
		.n_domains = 1,
		.auth = { .realm = "example.com",
			  .algorithm = { MSRP_DIGEST_MD5 },
			  .n_algorithms = 1,
			  .expires_default = 600,
			  .expires_min = 60,
			  .expires_max = 3600,
			  .max_failures = 3,
			  .nonce_lifetime = 60 },
		.session = { .content_types = types,
			     .n_content_types = 1,
			     .per_user = 50,
			     .next_hops = 50,
			     .other_methods = true },
	};

	*m = (struct machine){ .n = n, .now_ms = 1000000, .random = 88172645463325252 };
	m->end = calloc(n, sizeof(*m->end));
	m->quota = relay_quota_new(seed);
	m->roll = relay_roll_new(seed);
	must(m->end && m->quota && m->roll && relay_new(&config, &host, m, &m->relay) == 0,
	     "no memory");
}

void machine_open(struct machine *m, size_t i)
{
	struct relay_peer_info info = { .secure = true };

	memcpy(info.address, &i, sizeof(i));
	m->end[i].closing = false;
	m->end[i].peer = relay_peer_new(m->relay, m->now_ms, &m->end[i]);
	must(m->end[i].peer, "no memory");
	relay_peer_opened(m->end[i].peer, m->now_ms, &info);
}

/* All that goes to END, whose beginning is kept. */
static struct slice fetch(const struct machine *m, struct machine_end *end, char text[TEXT])
{
	const uint8_t *out;
	size_t len, n = 0;

	while ((len = relay_peer_pull(end->peer, &out)) > 0) {
		size_t part = n + len < TEXT ? len : TEXT - 1 - n;

		memcpy(text + n, out, part);
		n += part;
		relay_peer_sent(end->peer, m->now_ms, len);
	}
	text[n] = '\0';
	return slice_make(text, n);
}

static void feed(const struct machine *m, struct machine_end *end, const char *text, size_t len)
{
	must(relay_peer_recv(end->peer, m->now_ms, (const uint8_t *)text, len) == 0, text);
}

size_t machine_challenge(struct machine *m, size_t i, char *text)
{
	char name[NAME], out[TEXT], authorization[LOGIN_TEXT];
	size_t len;

	snprintf(name, sizeof(name), "user%zu", i);
	len = login_write(name, "", text);
	feed(m, &m->end[i], text, len);
	must(login_answer(fetch(m, &m->end[i], out), name, authorization), "no challenge");
	return login_write(name, authorization, text);
}

void machine_login(struct machine *m, size_t i, const char *request, size_t len)
{
	char text[TEXT], uri[LOGIN_URI];

	feed(m, &m->end[i], request, len);
	must(login_use_path(fetch(m, &m->end[i], text), uri), "no session");
	snprintf(m->end[i].uri, sizeof(m->end[i].uri), "%s", uri);
}

static size_t write_message(const struct machine *m, size_t from, size_t to, char text[TEXT])
{
	return (size_t)snprintf(
	    text, TEXT,
	    "MSRP a786hjs2 SEND\r\n"
	    "To-Path: %s %s msrps://user%zu.example.org:7965/user%zu;tcp\r\n"
	    "From-Path: msrps://user%zu.example.org:7965/user%zu;tcp\r\n"
	    "Message-ID: 87652491\r\nByte-Range: 1-%d/%d\r\nContent-Type: text/plain\r\n\r\n"
	    "%0*d\r\n-------a786hjs2$\r\n",
	    m->end[from].uri, m->end[to].uri, to, to, from, from, BODY, BODY, BODY, 0);
}

static void answer(const struct machine *m, size_t to, const char *request)
{
	char id[NAME], text[TEXT];
	int len;

	must(sscanf(request, "MSRP %31s SEND", id) == 1, request);
	len = snprintf(text, sizeof(text),
		       "MSRP %s 200 OK\r\nTo-Path: %s\r\n"
		       "From-Path: msrps://user%zu.example.org:7965/user%zu;tcp\r\n-------%s$\r\n",
		       id, m->end[to].uri, to, to, id);
	feed(m, &m->end[to], text, (size_t)len);
}

void machine_send(struct machine *m, size_t from, size_t to)
{
	char text[TEXT];
	size_t len = write_message(m, from, to, text);

	feed(m, &m->end[from], text, len);
	fetch(m, &m->end[from], text);
	must(strstr(text, " 200 "), text);
	must(fetch(m, &m->end[to], text).len > BODY, "no message");
	answer(m, to, text);
}

void machine_close(struct machine *m, size_t i)
{
	if (m->end[i].closing)
		relay_peer_closed(m->end[i].peer, m->now_ms, "closed");
	if (m->end[i].closing)
		m->end[i].peer = NULL;
	m->end[i].closing = false;
}
