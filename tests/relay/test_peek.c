/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "msrp/message.h"
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
	enum relay_peek peek;
	unsigned worker;
} cases[] = {
	{ "a session of the first", HEAD(OURS "A" ID_TAIL ";tcp"), RELAY_PEEK_MOVE, 0 },
	{ "a session of the third", HEAD(OURS "C" ID_TAIL ";tcp"), RELAY_PEEK_MOVE, 2 },
	{ "a session of its own", HEAD(OURS "B" ID_TAIL ";tcp"), RELAY_PEEK_STAY, 0 },
	{ "a session of nobody", HEAD(OURS "D" ID_TAIL ";tcp"), RELAY_PEEK_STAY, 0 },
	{ "no letter of a worker", HEAD(OURS "." ID_TAIL ";tcp"), RELAY_PEEK_STAY, 0 },
	{ "a session-id that is too short", HEAD(OURS "A;tcp"), RELAY_PEEK_STAY, 0 },
	{ "a session-id that is too long", HEAD(OURS "Ax" ID_TAIL ";tcp"), RELAY_PEEK_STAY, 0 },
	{ "a session of another relay", HEAD("msrps://other.example.com:2855/A" ID_TAIL ";tcp"),
	  RELAY_PEEK_STAY, 0 },
	{ "another port", HEAD("msrps://relay.example.com:2857/A" ID_TAIL ";tcp"), RELAY_PEEK_STAY,
	  0 },
	{ "our plain port", HEAD("msrp://relay.example.com:2856/A" ID_TAIL ";tcp"), RELAY_PEEK_MOVE,
	  0 },
	{ "our name in capitals, the header in small letters",
	  "MSRP 1234abcd SEND\r\nto-path: msrps://RELAY.example.com:2855/A" ID_TAIL ";tcp\r\n",
	  RELAY_PEEK_MOVE, 0 },
	{ "an AUTH that renews", "MSRP 1234abcd AUTH\r\nTo-Path: " OURS "A" ID_TAIL ";tcp\r\n",
	  RELAY_PEEK_MOVE, 0 },
	{ "an AUTH", "MSRP 1234abcd AUTH\r\nTo-Path: msrps://relay.example.com:2855;tcp\r\n",
	  RELAY_PEEK_STAY, 0 },
	{ "the second URI does not count",
	  "MSRP 1234abcd SEND\r\nTo-Path: " OURS "B" ID_TAIL ";tcp " OURS "A" ID_TAIL ";tcp\r\n",
	  RELAY_PEEK_STAY, 0 },
	{ "a response", "MSRP 1234abcd 200 OK\r\n", RELAY_PEEK_STAY, 0 },
	{ "another header first", "MSRP 1234abcd SEND\r\nFrom-Path: x\r\n", RELAY_PEEK_STAY, 0 },
	{ "no URI", "MSRP 1234abcd SEND\r\nTo-Path: \r\n", RELAY_PEEK_STAY, 0 },
	{ "no MSRP", "G", RELAY_PEEK_STAY, 0 },
	{ "no MSRP in the end", "MSRPs", RELAY_PEEK_STAY, 0 },
};

static struct relay *open_world(struct world *w)
{
	struct relay_config config = world_config();

	config.n_workers = 3;
	world_init(w);
	ck_assert_int_eq(world_start(w, &config), 0);
	return w->relay[1];
}

/* On the heap, so that a sanitizer sees a look beyond the end. */
static enum relay_peek peek(const struct relay *relay, const char *in, size_t len,
			    unsigned *ret_worker)
{
	uint8_t *copy = malloc(len > 0 ? len : 1);
	enum relay_peek result;

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, in, len);
	result = relay_peek(relay, copy, len, ret_worker);
	free(copy);
	return result;
}

/* Wherever the bytes are split: nothing is decided that more of them would change. */
START_TEST(a_connection_belongs_where_its_first_request_is_for)
{
	size_t len = strlen(cases[_i].in);
	enum relay_peek result = RELAY_PEEK_MORE;
	unsigned worker = 0;
	struct world w;
	struct relay *relay = open_world(&w);

	for (size_t n = 0; n < len && result == RELAY_PEEK_MORE; n++)
		result = peek(relay, cases[_i].in, n, &worker);
	if (result == RELAY_PEEK_MORE)
		result = peek(relay, cases[_i].in, len, &worker);
	ck_assert_msg(result == cases[_i].peek, "%s", cases[_i].what);
	ck_assert_int_eq(peek(relay, cases[_i].in, len, &worker), result);
	if (result == RELAY_PEEK_MOVE)
		ck_assert_uint_eq(worker, cases[_i].worker);
	world_done(&w, NULL);
}
END_TEST

START_TEST(a_line_that_does_not_end_is_not_waited_for_beyond_the_longest_head)
{
	static const char start[] = "MSRP 1234abcd SEND\r\nTo-Path: ";
	char in[MSRP_HEAD_MAX];
	unsigned worker;
	struct world w;
	struct relay *relay = open_world(&w);

	memset(in, 'x', sizeof(in));
	memcpy(in, start, strlen(start));
	ck_assert_int_eq(peek(relay, in, sizeof(in) - 1, &worker), RELAY_PEEK_MORE);
	ck_assert_int_eq(peek(relay, in, sizeof(in), &worker), RELAY_PEEK_STAY);
	memset(in + 5, 'x', sizeof(in) - 5);
	ck_assert_int_eq(peek(relay, in, sizeof(in) - 1, &worker), RELAY_PEEK_MORE);
	ck_assert_int_eq(peek(relay, in, sizeof(in), &worker), RELAY_PEEK_STAY);
	world_done(&w, NULL);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("peek");
	TCase *tc = tcase_create("peek");

	tcase_add_loop_test(tc, a_connection_belongs_where_its_first_request_is_for, 0,
			    sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(tc, a_line_that_does_not_end_is_not_waited_for_beyond_the_longest_head);
	suite_add_tcase(suite, tc);
	return support_run(suite);
}
