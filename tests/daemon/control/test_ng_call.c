/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Requests of proxies (tests/data/anchor), in their order in all sorts of calls, and the answers to
 * them: with which SDP, and which words.
 */
#include "daemon/control/ng_call.h"

#include <stdio.h>

#include "daemon/control/bencode.h"
#include "sdp/line.h"
#include "support/expect.h"
#include "support/oom.h"
#include "support/run.h"
#include "support/world.h"

enum { DATAGRAM_MAX = 65536, NOW_S = 1000, STEPS_MAX = 6, URI_MAX = 320 };

static const struct ng_settings settings = {
	.ipv4 = "203.0.113.5",
	.ipv6 = "2001:db8::5",
	.first = "203.0.113.5",
	.secure_port = 2855,
	.plain_port = 2856,
	.fingerprint = { { .hash = SDP_SHA256 }, { .hash = SDP_SHA1 } },
	.n_fingerprints = 2,
	.delete_delay_ms = 5000,
};

static struct world world;
static char datagram[DATAGRAM_MAX];
static struct buf out;

static void start(unsigned calls)
{
	struct relay_config config = world_config();

	config.anchor.on = true;
	config.anchor.calls = calls;
	config.anchor.max_age_ms = 86400 * 1000;
	world_init(&world);
	ck_assert_int_eq(world_start(&world, &config), 0);
}

static void stop(void)
{
	buf_done(&out);
	world_done(&world, NULL);
}

/* In the answer; empty: it has no such key. */
static struct slice find(const char *key)
{
	struct slice rest = buf_slice(&out);
	struct bencode value, name;

	ck_assert_int_eq(bencode_next(&rest, &value), 0);
	ck_assert_int_eq(value.type, BENCODE_DICTIONARY);
	ck_assert_uint_eq(rest.len, 0);
	rest = value.text;
	while (bencode_next(&rest, &name) == 0) {
		ck_assert_int_eq(bencode_next(&rest, &value), 0);
		if (slice_equal(name.text, slice_from(key)))
			return value.text;
	}
	return (struct slice){ 0 };
}

static const char *ask_with(const struct ng_settings *by, const struct ng_request *request)
{
	buf_clear(&out);
	return ng_call_work(world.relay[0], world.now_ms, NOW_S, by, request, &out);
}

static struct ng_request read_fixture(const char *name)
{
	struct slice cookie, body;
	struct ng_request request;
	char path[512];
	FILE *file;
	size_t len;

	snprintf(path, sizeof(path), "%s/%s.bencode", ANCHOR_DATA, name);
	file = fopen(path, "rbe");
	ck_assert_msg(file != NULL, "%s", path);
	len = fread(datagram, 1, sizeof(datagram), file);
	fclose(file);
	ck_assert(ng_request_split(slice_make(datagram, len), &cookie, &body));
	ck_assert_pstr_eq(ng_request_parse(body, &request), NULL);
	return request;
}

static struct slice path_of(struct slice sdp)
{
	struct sdp_message message[4];
	size_t n;

	ck_assert_int_eq(sdp_messages_read(sdp, message, 4, &n), 0);
	ck_assert_uint_eq(n, 1);
	return message[0].path;
}

static bool is_ours(const struct sdp_line *line)
{
	struct slice name, value;

	if (line->type == 'c' || line->type == 'o')
		return true;
	return sdp_line_attribute(line, &name, &value) &&
	       (slice_equal(name, SLICE("path")) || slice_equal(name, SLICE("setup")));
}

/* The next line that is not about MSRP's connection; its octets, or nothing at the end. */
static struct slice next_other(struct slice *rest)
{
	struct sdp_line line;

	while (sdp_line_next(rest, &line)) {
		if (line.type == 'm' && slice_starts_with(line.value, SLICE("message")))
			continue;
		if (!is_ours(&line))
			return line.octets;
	}
	return (struct slice){ 0 };
}

/* AFTER has all lines of BEFORE that are not ours, in order, and no others. */
static void expect_kept(struct slice before, struct slice after)
{
	struct slice line;

	do {
		line = next_other(&before);
		ck_assert(slice_equal(line, next_other(&after)));
	} while (line.len > 0);
}

/*
 * Sequences as captured. ">" before a name: the SDP in the answer shows the same URI as the one
 * before.
 */
static const char *const sequences[][STEPS_MAX] = {
	{ "kam563-basic-1-offer", ">kam563-basic-1-offer", "kam563-basic-2-answer",
	  ">kam563-basic-2-answer", "kam563-basic-3-delete-bye", "kam563-basic-4-delete-bye-200" },
	{ "kam563-cancel-1-offer", "kam563-cancel-2-delete-cancel", "kam563-cancel-3-delete-487" },
	{ "kam563-late-1-offer-in-200", "kam563-late-2-answer-in-ack" },
	{ "kam563-fork-1-offer", "kam563-fork-2-answer-183-bob", ">kam563-fork-3-answer-183-dora",
	  ">kam563-fork-4-answer-200-dora", "kam563-fork-5-delete-487-bob" },
	{ "kam563-viabranch-fork-1-offer", ">kam563-viabranch-fork-2-offer",
	  "kam563-viabranch-fork-3-answer", ">kam563-viabranch-fork-4-answer",
	  "kam563-viabranch-fork-5-delete-487", "kam563-viabranch-fork-6-delete-bye" },
	{ "kam563-reinvite-by-caller-1-offer", "kam563-reinvite-by-caller-2-answer",
	  "kam563-reinvite-by-callee-1-offer", "kam563-reinvite-by-callee-2-answer",
	  "kam563-delete-bye-by-callee" },
	{ "kam563-glare-1-offer-caller", "kam563-glare-2-offer-callee",
	  "kam563-glare-3-delete-491" },
	{ "kam563-allflags-1-offer", "kam563-allflags-2-answer", "kam563-allflags-3-delete" },
	{ "kam563-audio-1-offer-after-rtpengine", "kam563-audio-2-answer-before-rtpengine" },
	{ "os368-basic-1-offer", "os368-basic-2-answer", "os368-basic-3-delete-bye" },
	{ "os368-late-1-offer-in-200", "os368-late-2-answer-in-ack" },
	{ "os368-reinvite-by-callee-1-offer", "os368-reinvite-by-callee-2-answer" },
	{ "os368-rtprelay-basic-1-offer", "os368-rtprelay-basic-2-answer",
	  "os368-rtprelay-basic-3-delete-bye" },
	{ "os368-rtprelay-cancel-2-delete" },
	{ "os368-rtprelay-late-1-offer-equal-tags", "os368-rtprelay-late-2-answer" },
	{ "os368-rtprelay-fork-1-offer", ">os368-rtprelay-fork-2-offer",
	  "os368-rtprelay-fork-3-answer-bob", ">os368-rtprelay-fork-4-answer-dora-wrong-tag",
	  ">os368-rtprelay-fork-5-answer-dora", "os368-rtprelay-fork-6-delete-bye" },
};

static void expect_sdp(const struct ng_request *request, char shown[URI_MAX], bool again)
{
	struct slice sdp = find("sdp");
	struct slice path = path_of(sdp);

	expect_kept(request->sdp, sdp);
	ck_assert(slice_starts_with(path, SLICE("msrp://203.0.113.5:2856/")));
	ck_assert_uint_lt(path.len, URI_MAX);
	if (again)
		expect_slice(path, shown);
	snprintf(shown, URI_MAX, "%" SLICE_FMT, SLICE_ARG(path));
}

START_TEST(what_proxies_send_is_done)
{
	char shown[URI_MAX] = "";

	start(10);
	for (size_t i = 0; i < STEPS_MAX && sequences[_i][i]; i++) {
		bool again = sequences[_i][i][0] == '>';
		struct ng_request request = read_fixture(sequences[_i][i] + again);

		ck_assert_pstr_eq(ask_with(&settings, &request), NULL);
		expect_slice(find("result"), "ok");
		if (request.sdp.len > 0)
			expect_sdp(&request, shown, again);
	}
	stop();
}
END_TEST

/* Our own keys pass through a proxy that does not know them. */
START_TEST(a_flag_of_the_proxy_asks_for_tls_and_who_connects)
{
	struct ng_request request;
	struct sdp_message message;
	size_t n;

	start(10);
	request = read_fixture("kam563-generic-keys-offer");
	ck_assert_pstr_eq(ask_with(&settings, &request), NULL);
	ck_assert_int_eq(sdp_messages_read(find("sdp"), &message, 1, &n), 0);
	ck_assert(message.secure && message.n_fingerprints == 2);
	ck_assert_int_eq(message.setup, SDP_SETUP_PASSIVE);
	ck_assert(slice_starts_with(message.path, SLICE("msrps://203.0.113.5:2855/")));
	stop();
}
END_TEST

static struct ng_request offer(const char *sdp)
{
	return (struct ng_request){ .command = NG_OFFER,
				    .call_id = SLICE("c"),
				    .from_tag = SLICE("a"),
				    .sdp = slice_from(sdp) };
}

#define MESSAGE "m=message 1 TCP/MSRP *\r\na=path:msrp://192.0.2.1:1/x;tcp\r\n"
#define SECURE	"m=message 1 TCP/TLS/MSRP *\r\na=path:msrps://192.0.2.1:1/x;tcp\r\n"

static const struct {
	const char *sdp;
	const char *reason; /* NULL: success */
} texts[] = {
	{ "v=0\r\n" MESSAGE, NULL },
	{ "v=0\r\nm=audio 1 RTP/AVP 8\r\n", NULL },
	{ "v=0\r\nm=message 0 TCP/MSRP *\r\n", NULL },
	{ "garbage", "Failed to parse SDP" },
	{ "m=message x TCP/MSRP *\r\n", "Failed to parse SDP" },
	{ "m=message 1 TCP/MSRP *\r\na=path:nonsense\r\n", "Failed to parse SDP" },
	{ MESSAGE MESSAGE MESSAGE MESSAGE MESSAGE MESSAGE MESSAGE MESSAGE, NULL },
	{ MESSAGE MESSAGE MESSAGE MESSAGE MESSAGE MESSAGE MESSAGE MESSAGE MESSAGE,
	  "Failed to parse SDP" },
};

START_TEST(an_sdp_is_taken_or_refused)
{
	struct ng_request request = offer(texts[_i].sdp);
	const char *why;

	start(10);
	why = ask_with(&settings, &request);
	ck_assert_int_eq(why != NULL, texts[_i].reason != NULL);
	expect_slice(find("result"), why ? "error" : "ok");
	expect_slice(find("error-reason"), texts[_i].reason);
	stop();
}
END_TEST

/* Calls without MSRP are not ours, and neither are the fragments of trickle ICE. */
START_TEST(what_is_not_ours_comes_back_as_it_was)
{
	struct ng_request request = offer("v=0\r\nm=audio 1 RTP/AVP 8\r\na=candidate:1\r\n");

	start(10);
	ck_assert_pstr_eq(ask_with(&settings, &request), NULL);
	ck_assert(slice_equal(find("sdp"), request.sdp));
	request = offer("a=candidate:1 without v=\r\nno SDP");
	request.fragment = true;
	ck_assert_pstr_eq(ask_with(&settings, &request), NULL);
	ck_assert(slice_equal(find("sdp"), request.sdp));
	request.command = NG_QUERY;
	ck_assert_ptr_nonnull(ask_with(&settings, &request));
	stop();
}
END_TEST

START_TEST(the_family_that_is_asked_for_is_shown)
{
	struct ng_settings only = settings;
	struct ng_request request = offer("v=0\r\n" MESSAGE);

	start(10);
	request.address_family = SLICE("IP6");
	ck_assert_pstr_eq(ask_with(&settings, &request), NULL);
	ck_assert(slice_starts_with(path_of(find("sdp")), SLICE("msrp://[2001:db8::5]:2856/")));
	ck_assert(memmem(out.block, out.len, "c=IN IP6 2001:db8::5\r\n", 22) != NULL);
	only.ipv6 = NULL;
	request.call_id = SLICE("d");
	ck_assert_ptr_nonnull(ask_with(&only, &request));
	expect_slice(find("error-reason"), "No address of this family");
	stop();
}
END_TEST

START_TEST(a_name_is_in_the_path_alone)
{
	struct ng_settings named = settings;
	struct ng_request request = offer("v=0\r\n" MESSAGE);

	start(10);
	named.hostname = "anchor.example.com";
	ck_assert_pstr_eq(ask_with(&named, &request), NULL);
	ck_assert(
	    slice_starts_with(path_of(find("sdp")), SLICE("msrp://anchor.example.com:2856/")));
	ck_assert(memmem(out.block, out.len, "c=IN IP4 203.0.113.5\r\n", 22) != NULL);
	stop();
}
END_TEST

START_TEST(without_a_listener_for_it_a_protocol_is_refused)
{
	struct ng_settings plain = settings;
	struct ng_request request = offer("v=0\r\n" SECURE);

	start(10);
	plain.secure_port = 0;
	ck_assert_ptr_nonnull(ask_with(&plain, &request));
	expect_slice(find("error-reason"), "No listener for this protocol");
	stop();
}
END_TEST

/* A proxy asks the next node only on these words. */
START_TEST(at_the_limit_and_while_draining_others_are_to_be_asked)
{
	struct ng_request request = offer("v=0\r\n" MESSAGE);

	start(1);
	ck_assert_pstr_eq(ask_with(&settings, &request), NULL);
	request.call_id = SLICE("d");
	ck_assert_ptr_nonnull(ask_with(&settings, &request));
	expect_slice(find("error-reason"), "Parallel session limit reached");
	stop();
	start(10);
	request.call_id = SLICE("c");
	ck_assert_pstr_eq(ask_with(&settings, &request), NULL);
	relay_drain(world.relay[0], true);
	ck_assert_pstr_eq(ask_with(&settings, &request), NULL);
	request.call_id = SLICE("d");
	ck_assert_ptr_nonnull(ask_with(&settings, &request));
	expect_slice(find("error-reason"), "Parallel session limit reached");
	stop();
}
END_TEST

START_TEST(what_is_unknown_is_told_so)
{
	struct ng_request request = offer("v=0\r\n" MESSAGE);

	start(10);
	request.command = NG_ANSWER;
	request.to_tag = SLICE("b");
	ck_assert_ptr_nonnull(ask_with(&settings, &request));
	expect_slice(find("error-reason"), "Unknown call-id");
	request.command = NG_QUERY;
	ck_assert_ptr_nonnull(ask_with(&settings, &request));
	expect_slice(find("error-reason"), "Unknown call-id");
	request.command = NG_DELETE;
	ck_assert_pstr_eq(ask_with(&settings, &request), NULL);
	expect_slice(find("result"), "ok");
	expect_slice(find("warning"), "Call-ID not found or tags didn't match");
	request.fatal = true;
	ck_assert_ptr_nonnull(ask_with(&settings, &request));
	expect_slice(find("result"), "error");
	expect_slice(find("error-reason"), "Call-ID not found or tags didn't match");
	stop();
}
END_TEST

START_TEST(a_call_is_told_of)
{
	struct ng_request request = offer("v=0\r\n" MESSAGE);

	start(10);
	ck_assert_pstr_eq(ask_with(&settings, &request), NULL);
	world_wait(&world, 7000);
	request.command = NG_QUERY;
	ck_assert_pstr_eq(ask_with(&settings, &request), NULL);
	ck_assert(slice_equal(buf_slice(&out),
			      SLICE("d7:createdi993e11:last signali993e4:SSRCde4:tagsde6:totalsd"
				    "3:RTPd7:packetsi0e5:bytesi0e6:errorsi0ee"
				    "4:RTCPd7:packetsi0e5:bytesi0e6:errorsi0eee6:result2:oke")));
	stop();
}
END_TEST

/* The delay of the configuration, or that of the request, which may be none. */
START_TEST(a_deleted_call_ends_after_the_delay)
{
	struct ng_request request = offer("v=0\r\n" MESSAGE);
	uint64_t delay_ms = _i ? 2000 : settings.delete_delay_ms;

	start(10);
	ck_assert_pstr_eq(ask_with(&settings, &request), NULL);
	request.command = NG_DELETE;
	request.has_delete_delay = _i;
	request.delete_delay_s = 2;
	ck_assert_pstr_eq(ask_with(&settings, &request), NULL);
	request.command = NG_QUERY;
	world_wait(&world, delay_ms - 1);
	ck_assert_pstr_eq(ask_with(&settings, &request), NULL);
	world_wait(&world, 1);
	ck_assert_ptr_nonnull(ask_with(&settings, &request));
	stop();
}
END_TEST

/*
 * Without memory it is refused in words that make a proxy ask the next node, or there is no answer.
 */
START_TEST(without_memory_nothing_breaks)
{
	struct ng_request request = offer("v=0\r\n" MESSAGE);
	bool struck = true;

	for (size_t n = 0; struck; n++) {
		start(10);
		support_oom_start(n, false);
		ask_with(&settings, &request);
		struck = support_oom_struck();
		support_oom_stop();
		if (!buf_failed(&out) && struck && find("sdp").len == 0)
			expect_slice(find("error-reason"), "Parallel session limit reached");
		stop();
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("ng_call");
	TCase *cases = tcase_create("ng_call");

	tcase_add_loop_test(cases, what_proxies_send_is_done, 0, (int)SUPPORT_COUNT(sequences));
	tcase_add_test(cases, a_flag_of_the_proxy_asks_for_tls_and_who_connects);
	tcase_add_loop_test(cases, an_sdp_is_taken_or_refused, 0, (int)SUPPORT_COUNT(texts));
	tcase_add_test(cases, what_is_not_ours_comes_back_as_it_was);
	tcase_add_test(cases, the_family_that_is_asked_for_is_shown);
	tcase_add_test(cases, a_name_is_in_the_path_alone);
	tcase_add_test(cases, without_a_listener_for_it_a_protocol_is_refused);
	tcase_add_test(cases, at_the_limit_and_while_draining_others_are_to_be_asked);
	tcase_add_test(cases, what_is_unknown_is_told_so);
	tcase_add_test(cases, a_call_is_told_of);
	tcase_add_loop_test(cases, a_deleted_call_ends_after_the_delay, 0, 2);
	tcase_add_test(cases, without_memory_nothing_breaks);
	suite_add_tcase(suite, cases);
	return support_run(suite);
}
