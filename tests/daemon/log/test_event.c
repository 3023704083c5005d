/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/log/event.h"

#include "support/run.h"

#define S(text)                                                                                    \
	{                                                                                          \
		.p = (text), .len = sizeof(text) - 1                                               \
	}

static const struct {
	struct relay_event event;
	const char *want;
} events[] = {
	{ { .type = RELAY_SESSION_OPENED,
	    .session = S("0123456789"),
	    .user = S("alice"),
	    .realm = S("example.com"),
	    .reason = "authenticated" },
	  "session opened: session=012345 user=alice realm=example.com peer=192.0.2.1:5000 "
	  "reason=authenticated" },
	{ { .type = RELAY_SESSION_RENEWED, .session = S("0123456789"), .reason = "again" },
	  "session renewed: session=012345 peer=192.0.2.1:5000 reason=again" },
	{ { .type = RELAY_SESSION_ENDED,
	    .session = S("0123456789"),
	    .user = S("alice"),
	    .bytes_in = 1,
	    .bytes_out = 2,
	    .messages_in = 3,
	    .messages_out = 4,
	    .duration_ms = 5006,
	    .hosts = S("a.example.net b"),
	    .reason = "it expired" },
	  "session ended: session=012345 user=alice peer=192.0.2.1:5000 bytes_in=1 bytes_out=2 "
	  "messages_in=3 messages_out=4 started=2001-09-09T01:46:35Z duration=5.006 "
	  "peers=\"a.example.net b\" reason=\"it expired\"" },
	{ { .type = RELAY_AUTH_FAILED,
	    .user = S("al\nice"),
	    .status = 401,
	    .reason = "wrong password" },
	  "authentication failed: user=al\\x0aice peer=192.0.2.1:5000 status=401 reason=\"wrong "
	  "password\"" },
	{ { .type = RELAY_AUTH_FAILED,
	    .user = S("alice"),
	    .relay = S("r.example.net:2855"),
	    .status = 401,
	    .reason = "wrong" },
	  "authentication failed: user=alice peer=192.0.2.1:5000 relay=r.example.net:2855 "
	  "status=401 "
	  "reason=wrong" },
	{ { .type = RELAY_AUTH_RIGHT, .user = S("alice"), .failures = 41, .reason = "right" },
	  "authentication succeeded after failures: user=alice peer=192.0.2.1:5000 failures=41 "
	  "reason=right" },
	{ { .type = RELAY_AUTH_PAUSED,
	    .host = S("2001:db8::/64"),
	    .duration_ms = 60000,
	    .reason = "many" },
	  "authentication paused: peer=2001:db8::/64 duration=60.000 reason=many" },
	{ { .type = RELAY_BAD_REQUEST, .status = 400, .reason = "no To-Path" },
	  "bad request: peer=192.0.2.1:5000 status=400 reason=\"no To-Path\"" },
	{ { .type = RELAY_REFUSED, .status = 481, .reason = "unknown" },
	  "request refused: peer=192.0.2.1:5000 status=481 reason=unknown" },
	{ { .type = RELAY_NEXT_HOP_FAILED, .host = S("b.example.net:2855"), .reason = "refused" },
	  "next hop failed: peer=192.0.2.1:5000 next_hop=b.example.net:2855 reason=refused" },
	{ { .type = RELAY_NOT_DELIVERED, .status = 408, .reason = "timeout" },
	  "message not delivered: peer=192.0.2.1:5000 status=408 reason=timeout" },
	{ { .type = RELAY_TIMED_OUT, .reason = "it takes nothing" },
	  "connection timed out: peer=192.0.2.1:5000 reason=\"it takes nothing\"" },
	{ { .type = RELAY_MADE_ROOM, .reason = "idle" },
	  "connection closed to make room: peer=192.0.2.1:5000 reason=idle" },
	{ { .type = RELAY_CLAIMED, .status = 403, .host = S("b.example.net"), .reason = "refused" },
	  "two strangers claim one URI: peer=192.0.2.1:5000 next_hop=b.example.net status=403 "
	  "reason=refused" },
	{ { .type = RELAY_CALL_ENDED,
	    .call = S("c1@example.net"),
	    .bytes_in = 1,
	    .bytes_out = 2,
	    .messages_in = 3,
	    .messages_out = 4,
	    .duration_ms = 5678,
	    .reason = "deleted" },
	  "call ended: call=c1@example.net peer=192.0.2.1:5000 bytes_in=1 bytes_out=2 "
	  "messages_in=3 messages_out=4 started=2001-09-09T01:46:35Z duration=5.678 "
	  "reason=deleted" },
};

START_TEST(an_event_becomes_a_line)
{
	struct record record;
	char line[RECORD_LINE_MAX];

	event_record(&events[_i].event, "192.0.2.1:5000", 1000000000, &record);
	record_format(&record, line);
	ck_assert_str_eq(line, events[_i].want);
}
END_TEST

START_TEST(an_event_without_a_peer_has_none)
{
	struct record record;

	event_record(&events[0].event, "", 0, &record);
	ck_assert_str_eq(record.value[RECORD_PEER], "");
}
END_TEST

static const struct {
	enum relay_event_type type;
	const char *peer_name;
	const char *host;
	const char *want;
} causes[] = {
	{ RELAY_BAD_REQUEST, "192.0.2.1:5000", NULL, "192.0.2.1" },
	{ RELAY_BAD_REQUEST, "[2001:db8::1]:5000", NULL, "2001:db8::/64" },
	{ RELAY_BAD_REQUEST, "[2001:db8:1:2:3:4:5:6]:5000", NULL, "2001:db8:1:2::/64" },
	{ RELAY_AUTH_PAUSED, "192.0.2.1:5000", "r:2855/alice@example.com",
	  "r:2855/alice@example.com" },
	{ RELAY_BAD_REQUEST, "", NULL, "" },
	{ RELAY_NEXT_HOP_FAILED, "", "b.example.net:2855", "b.example.net:2855" },
	{ RELAY_NEXT_HOP_FAILED, "192.0.2.1:2855", "b.example.net:2855", "192.0.2.1" },
	{ RELAY_MADE_ROOM, "192.0.2.1:5000", NULL, "" },
};

/* A tool that bans addresses must not ban a relay's for what its clients do. */
START_TEST(the_cause_of_a_failure_behind_a_relay_is_the_relay)
{
	struct relay_event event = { .type = RELAY_AUTH_FAILED, .relay = S("r.example.net:2855") };
	char text[EVENT_CAUSE_MAX];

	ck_assert(
	    slice_equal(event_cause(&event, "192.0.2.1:5000", text), SLICE("r.example.net:2855")));
}
END_TEST

START_TEST(the_cause_of_an_event_is_an_address)
{
	struct relay_event event = { .type = causes[_i].type, .host = slice_from(causes[_i].host) };
	char text[EVENT_CAUSE_MAX];

	ck_assert(slice_equal(event_cause(&event, causes[_i].peer_name, text),
			      slice_from(causes[_i].want)));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("event");
	TCase *tcase = tcase_create("event");

	tcase_add_loop_test(tcase, an_event_becomes_a_line, 0,
			    (int)(sizeof(events) / sizeof(events[0])));
	tcase_add_loop_test(tcase, the_cause_of_an_event_is_an_address, 0,
			    (int)(sizeof(causes) / sizeof(causes[0])));
	tcase_add_test(tcase, the_cause_of_a_failure_behind_a_relay_is_the_relay);
	tcase_add_test(tcase, an_event_without_a_peer_has_none);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
