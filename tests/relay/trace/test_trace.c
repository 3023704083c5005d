/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Traces of users and sessions through everything that can happen to their peers: tests
 * src/relay/trace/trace.c and src/relay/trace/tap.c in a world of two clients.
 */
#include "relay/trace/trace.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "support/login.h"
#include "support/run.h"

enum { HEADS = 1000 };

static struct world world;
static struct world_end *alice, *bob;
static char alice_uri[LOGIN_URI], bob_uri[LOGIN_URI];

static void login(const char *name, struct world_end **ret_end, char uri[LOGIN_URI])
{
	*ret_end = world_accept(&world, name, 0, true, NULL);
	ck_assert_ptr_nonnull(*ret_end);
	ck_assert(login_session(*ret_end, name, uri));
}

static void setup(void)
{
	struct relay_config config = world_config();

	world_init(&world);
	ck_assert_int_eq(world_start(&world, &config), 0);
}

static void teardown(void)
{
	world_done(&world, NULL);
}

static void trace(enum relay_trace_kind kind, struct slice name, uint64_t heads)
{
	ck_assert_int_eq(world_trace(&world, kind, name, heads), 0);
}

static struct slice id_of(const char *uri)
{
	struct msrp_uri_slices parsed;

	ck_assert_int_eq(msrp_uri_parse(slice_from(uri), &parsed), 0);
	return parsed.session_id;
}

static bool told(const char *text)
{
	struct slice all = buf_slice(&world.traced);

	return all.len > 0 && memmem(all.p, all.len, text, strlen(text)) != NULL;
}

static void send_text(struct world_end *end, const char *text)
{
	world_send(end, text, strlen(text));
}

/* The beginning of a SEND from Alice to Bob, up to its body. */
static void begin_send(const char *id)
{
	char head[1024];

	snprintf(head, sizeof(head),
		 "MSRP %s SEND\r\nTo-Path: %s %s msrps://bob.example.org:7965/bob;tcp\r\n"
		 "From-Path: msrps://alice.example.org:7965/alice;tcp\r\nMessage-ID: m%s\r\n"
		 "Byte-Range: 1-6/6\r\nX-Token: tell nobody\r\nContent-Type: text/plain\r\n\r\n",
		 id, alice_uri, bob_uri, id);
	send_text(alice, head);
}

static void end_send(const char *id)
{
	char line[64];

	snprintf(line, sizeof(line), "\r\n-------%s$\r\n", id);
	send_text(alice, line);
}

static void send_all(const char *id)
{
	begin_send(id);
	send_text(alice, "secret");
	end_send(id);
}

/*
 * In one line, everything that no line may have: bodies, credentials, whole session-ids, unknown
 * values.
 */
static void expect_no_secret(void)
{
	char id[LOGIN_URI];

	ck_assert(!told("secret") && !told("tell nobody") && !told("nonce") && !told("c0ffee"));
	if (*alice_uri) {
		snprintf(id, sizeof(id), "%.7s", id_of(alice_uri).p);
		ck_assert(!told(id));
	}
}

START_TEST(a_user_is_traced_from_the_attempt_to_authenticate)
{
	trace(RELAY_TRACE_USER, SLICE("alice"), HEADS);
	login("alice", &alice, alice_uri);
	login("bob", &bob, bob_uri);
	ck_assert(told("alice < MSRP 49fh AUTH\n"));
	ck_assert(told("alice < Authorization: ***\n"));
	ck_assert(told("alice > MSRP 49fh 200 OK\n"));
	ck_assert(told("alice > Use-Path: msrps://relay.example.com:2855/"));
	ck_assert(told("alice > Authentication-Info: ***\n"));
	ck_assert(!told("bob < ") && !told("bob > "));
	expect_no_secret();
}
END_TEST

START_TEST(a_user_who_is_refused_is_traced)
{
	struct world_end *end = world_accept(&world, "x", 0, true, NULL);
	char uri[LOGIN_URI];

	trace(RELAY_TRACE_USER, SLICE(WORLD_UNKNOWN_USER), HEADS);
	ck_assert(!login_session(end, WORLD_UNKNOWN_USER, uri));
	ck_assert(told("x < MSRP 49fh AUTH\n"));
	ck_assert(told("x > MSRP 49fh 401 Unauthorized\n"));
	ck_assert(told("x > WWW-Authenticate: ***\n"));
}
END_TEST

START_TEST(the_heads_of_a_user_go_both_ways)
{
	login("alice", &alice, alice_uri);
	login("bob", &bob, bob_uri);
	trace(RELAY_TRACE_USER, SLICE("alice"), HEADS);
	send_all("a001");
	ck_assert(told("alice < MSRP a001 SEND\nalice < To-Path: msrps://relay.example.com:2855/"));
	ck_assert(told("alice < X-Token: ***\n"));
	ck_assert(told("alice < Byte-Range: 1-6/6\n"));
	ck_assert(told("alice > MSRP a001 200 OK\n"));
	ck_assert(!told("bob "));
	expect_no_secret();
}
END_TEST

START_TEST(a_session_is_traced_on_both_of_its_sides)
{
	login("alice", &alice, alice_uri);
	login("bob", &bob, bob_uri);
	trace(RELAY_TRACE_SESSION, id_of(bob_uri), HEADS);
	send_all("a001");
	ck_assert(told("bob > Byte-Range: 1-6/6\n"));
	/* Alice's connection is known as the stranger's from here on. */
	send_all("a002");
	ck_assert(told("alice < MSRP a002 SEND\n"));
	expect_no_secret();
}
END_TEST

START_TEST(a_trace_that_begins_within_a_message_waits_for_the_next)
{
	login("alice", &alice, alice_uri);
	login("bob", &bob, bob_uri);
	begin_send("a001");
	send_text(alice, "sec");
	trace(RELAY_TRACE_USER, SLICE("bob"), HEADS);
	send_text(alice, "ret");
	end_send("a001");
	ck_assert(!told("bob > "));
	send_all("a002");
	ck_assert(told("bob > Message-ID: ma002\n"));
	expect_no_secret();
}
END_TEST

START_TEST(a_trace_ends_by_itself)
{
	struct relay_trace_view view;

	login("alice", &alice, alice_uri);
	login("bob", &bob, bob_uri);
	trace(RELAY_TRACE_USER, SLICE("alice"), 1);
	send_all("a001");
	ck_assert(told("alice < MSRP a001 SEND\n") && told("as many heads as were asked for"));
	ck_assert(!told("alice > "));
	ck_assert(relay_trace_view(world.relay[0], 0, &view));
	ck_assert_uint_eq(view.heads, 0);
	/* It makes room for the next one, which starts anew. */
	buf_clear(&world.traced);
	trace(RELAY_TRACE_USER, SLICE("alice"), HEADS);
	ck_assert(!relay_trace_view(world.relay[0], 1, &view));
	send_all("a002");
	ck_assert(told("alice < MSRP a002 SEND\n") && told("alice > MSRP a002 200 OK\n"));
}
END_TEST

START_TEST(traces_can_be_stopped_and_are_few)
{
	struct relay_trace_view view;

	login("alice", &alice, alice_uri);
	login("bob", &bob, bob_uri);
	for (unsigned i = 0; i < RELAY_TRACES_MAX; i++)
		trace(RELAY_TRACE_USER, SLICE("alice"), HEADS);
	ck_assert_int_eq(world_trace(&world, RELAY_TRACE_USER, SLICE("bob"), HEADS), -ENOSPC);
	relay_trace_stop(world.relay[0]);
	ck_assert(!relay_trace_view(world.relay[0], 0, &view));
	send_all("a001");
	ck_assert_uint_eq(world.traced.len, 0);
}
END_TEST

START_TEST(a_trace_ends_with_its_session)
{
	struct relay_trace_view view;

	login("alice", &alice, alice_uri);
	login("bob", &bob, bob_uri);
	trace(RELAY_TRACE_SESSION, id_of(bob_uri), HEADS);
	world_break(bob, "gone");
	ck_assert(relay_trace_view(world.relay[0], 0, &view));
	ck_assert_uint_eq(view.heads, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("trace");
	TCase *tcase = tcase_create("trace");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, a_user_is_traced_from_the_attempt_to_authenticate);
	tcase_add_test(tcase, a_user_who_is_refused_is_traced);
	tcase_add_test(tcase, the_heads_of_a_user_go_both_ways);
	tcase_add_test(tcase, a_session_is_traced_on_both_of_its_sides);
	tcase_add_test(tcase, a_trace_that_begins_within_a_message_waits_for_the_next);
	tcase_add_test(tcase, a_trace_ends_by_itself);
	tcase_add_test(tcase, traces_can_be_stopped_and_are_few);
	tcase_add_test(tcase, a_trace_ends_with_its_session);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
