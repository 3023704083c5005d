/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The worker that a request belongs to, by the first URI of its To-Path: tests
 * src/relay/session/sibling.c.
 */
#include <string.h>

#include "msrp/peek.h"
#include "msrp/result.h"
#include "support/feed.h"
#include "support/run.h"
#include "support/world.h"

#define ID_TAIL "bcdefghijklmnopqrstuvw"
#define OURS	"msrps://relay.example.com:2855/"
#define HEAD(to)                                                                                   \
	"MSRP 1234abcd SEND\r\n"                                                                   \
	"To-Path: " to " msrps://bob.example.com:7777/x;tcp\r\n"

/* This relay is the second of three: A, B and C. */
static const struct {
	const char *what;
	const char *in;
	bool is_anothers;
	unsigned worker;
} cases[] = {
	{ "a session of the first", HEAD(OURS "A" ID_TAIL ";tcp"), true, 0 },
	{ "a session of the third", HEAD(OURS "C" ID_TAIL ";tcp"), true, 2 },
	{ "a session of its own", HEAD(OURS "B" ID_TAIL ";tcp"), false, 0 },
	{ "a session of nobody", HEAD(OURS "D" ID_TAIL ";tcp"), false, 0 },
	{ "no letter of a worker", HEAD(OURS "." ID_TAIL ";tcp"), false, 0 },
	{ "a session-id that is too short", HEAD(OURS "A;tcp"), false, 0 },
	{ "a session-id that is too long", HEAD(OURS "Ax" ID_TAIL ";tcp"), false, 0 },
	{ "a session of another relay", HEAD("msrps://other.example.com:2855/A" ID_TAIL ";tcp"),
	  false, 0 },
	{ "another port", HEAD("msrps://relay.example.com:2857/A" ID_TAIL ";tcp"), false, 0 },
	{ "our plain port", HEAD("msrp://relay.example.com:2856/A" ID_TAIL ";tcp"), true, 0 },
	{ "our name in capitals, the header in small letters",
	  "MSRP 1234abcd SEND\r\nto-path: msrps://RELAY.example.com:2855/A" ID_TAIL ";tcp\r\n",
	  true, 0 },
	{ "an AUTH that renews", "MSRP 1234abcd AUTH\r\nTo-Path: " OURS "A" ID_TAIL ";tcp\r\n",
	  true, 0 },
	{ "an AUTH", "MSRP 1234abcd AUTH\r\nTo-Path: msrps://relay.example.com:2855;tcp\r\n", false,
	  0 },
	{ "the second URI does not count",
	  "MSRP 1234abcd SEND\r\nTo-Path: " OURS "B" ID_TAIL ";tcp " OURS "A" ID_TAIL ";tcp\r\n",
	  false, 0 },
	{ "a response", "MSRP 1234abcd 200 OK\r\n", false, 0 },
	{ "another header first", "MSRP 1234abcd SEND\r\nFrom-Path: x\r\n", false, 0 },
	{ "no URI", "MSRP 1234abcd SEND\r\nTo-Path: \r\n", false, 0 },
	{ "no MSRP", "G", false, 0 },
	{ "no MSRP in the end", "MSRPs", false, 0 },
};

static struct relay *open_world(struct world *w)
{
	struct relay_config config = world_config();

	config.n_workers = 3;
	world_init(w);
	ck_assert_int_eq(world_start(w, &config), 0);
	return w->relay[1];
}

/* One look at the start of a connection, from a case. */
struct look {
	const struct relay *relay;
	struct msrp_peek peek;
	int result; /* of the last piece */
	bool is_anothers;
	unsigned worker;
	size_t at; /* the number of the case */
};

static void begin(void *arg)
{
	struct look *look = arg;

	look->peek = (struct msrp_peek){ 0 };
	look->result = MSRP_MORE;
	look->is_anothers = false;
}

static void feed(void *arg, const uint8_t *in, size_t len)
{
	struct look *look = arg;
	struct msrp_uri_slices to;

	if (look->result != MSRP_MORE)
		return;
	look->result = msrp_peek_to_path(&look->peek, in, len, &to);
	if (look->result == 0)
		look->is_anothers = relay_find_worker(look->relay, &to, &look->worker);
}

static void end(void *arg)
{
	struct look *look = arg;

	msrp_peek_done(&look->peek);
	ck_assert_msg(look->result == 0 || look->result == MSRP_BAD, "%s", cases[look->at].what);
	ck_assert_msg(look->is_anothers == cases[look->at].is_anothers, "%s", cases[look->at].what);
	if (look->is_anothers)
		ck_assert_uint_eq(look->worker, cases[look->at].worker);
}

/* Wherever the bytes are split: no decision would change with more of them. */
START_TEST(a_connection_belongs_where_its_first_request_is_for)
{
	struct world w;
	struct look look = { .relay = open_world(&w), .at = (size_t)_i };

	support_feed_all(cases[_i].in, strlen(cases[_i].in), begin, feed, end, &look);
	world_done(&w, NULL);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("find_worker");
	TCase *tc = tcase_create("find_worker");

	tcase_add_loop_test(tc, a_connection_belongs_where_its_first_request_is_for, 0,
			    sizeof(cases) / sizeof(cases[0]));
	suite_add_tcase(suite, tc);
	return support_run(suite);
}
