/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Requests as Kamailio 5.6 and OpenSIPS 3.6 send them (tests/data/anchor), and others that neither
 * sends, each of which is answered in rtpengine's words.
 */
#include "daemon/control/ng_request.h"

#include <stdio.h>
#include <stdlib.h>

#include "support/feed.h"
#include "support/run.h"

enum { DATAGRAM_MAX = 65536 };

static const struct {
	const char *body;
	const char *wrong;
} refused[] = {
	{ "", "Invalid data (no payload)" },
	{ " d7:command4:pinge", "Invalid NG data format" },
	{ "l7:command4:pinge", "Invalid NG data format" },
	{ "{\"command\":\"ping\"}", "Invalid NG data format" },
	{ "d7:command4:pin", "Could not decode bencode dictionary" },
	{ "d7:command4:ping", "Could not decode bencode dictionary" },
	{ "di5e4:pinge", "Could not decode bencode dictionary" },
	{ "de", "Dictionary contains no key \"command\"" },
	{ "d7:commandi5ee", "Dictionary contains no key \"command\"" },
	{ "d7:Command4:pinge", "Dictionary contains no key \"command\"" },
	{ "d8:command\0"
	  "4:pinge",
	  "Could not decode bencode dictionary" },
	{ "d7:command0:e", "Unrecognized command" },
	{ "d7:command4:PINGe", "Unrecognized command" },
	{ "d7:command15:start recordinge", "Unrecognized command" },
	{ "d7:command4:ping7:command3:fooe", NULL },
	{ "d7:command3:foo7:command4:pinge", "Unrecognized command" },
	{ "d7:command5:offere", "No SDP body in message" },
	{ "d7:command5:offer3:sdp0:e", "No SDP body in message" },
	{ "d7:command5:offer3:sdp1:ve", "No call-id in message" },
	{ "d7:command5:offer3:sdp1:v7:call-id0:e", "No call-id in message" },
	{ "d7:command5:offer3:sdp1:v7:call-idi5ee", "No call-id in message" },
	{ "d7:command5:offer3:sdp1:v7:call-id1:ce", "No from-tag in message" },
	{ "d7:command5:offer3:sdp1:v7:call-id1:c8:from-tag1:fe", NULL },
	{ "d7:command6:answer7:call-id1:c8:from-tag1:fe", "No SDP body in message" },
	{ "d7:command6:answer3:sdp1:ve", "No call-id in message" },
	{ "d7:command6:answer3:sdp1:v7:call-id1:c6:to-tag1:te", "No from-tag in message" },
	{ "d7:command6:answer3:sdp1:v7:call-id1:c8:from-tag1:fe", "No to-tag in message" },
	{ "d7:command6:answer3:sdp1:v7:call id1:c8:from tag1:f6:to tag1:te", NULL },
	{ "d7:command6:deletee", "No call-id in message" },
	{ "d7:command6:delete7:call-id1:ce", NULL },
	{ "d7:command5:querye", "No call-id in message" },
	{ "d7:command5:query7:call-id1:ce", NULL },
	{ "d7:command4:liste", NULL },
	{ "d7:command4:list5:limiti0ee", NULL },
	{ "d7:command4:list5:limiti-1ee", "invalid limit, must be >= 0" },
	{ "d7:command4:list5:limit1:xe", NULL },
	{ "d7:command10:statisticse", NULL },
};

START_TEST(what_is_wrong_is_told_in_the_words_of_rtpengine)
{
	size_t len = strlen(refused[_i].body);
	uint8_t *body = support_guard_new(refused[_i].body, len);
	struct ng_request request;

	ck_assert_pstr_eq(ng_request_parse(slice_make(body, len), &request), refused[_i].wrong);
	support_guard_free(body, len);
}
END_TEST

static const struct {
	const char *datagram;
	const char *cookie; /* NULL: there is none */
	const char *body;
} splits[] = {
	{ "1_2_3 d4:", "1_2_3", "d4:" }, { "a ", "a", "" },
	{ "a  b", "a", " b" },		 { "", NULL, NULL },
	{ "abc", NULL, NULL },		 { " abc", NULL, NULL },
};

START_TEST(a_cookie_stands_before_the_first_space)
{
	struct slice cookie, body;
	bool found = ng_request_split(slice_from(splits[_i].datagram), &cookie, &body);

	ck_assert_int_eq(found, splits[_i].cookie != NULL);
	if (!found)
		return;
	ck_assert(slice_equal(cookie, slice_from(splits[_i].cookie)));
	ck_assert(slice_equal(body, slice_from(splits[_i].body)));
}
END_TEST

START_TEST(a_cookie_has_an_end)
{
	char datagram[NG_COOKIE_MAX + 2];
	struct slice cookie, body;

	memset(datagram, 'x', sizeof(datagram));
	datagram[NG_COOKIE_MAX] = ' ';
	ck_assert(ng_request_split(slice_make(datagram, sizeof(datagram)), &cookie, &body));
	datagram[NG_COOKIE_MAX] = 'x';
	datagram[NG_COOKIE_MAX + 1] = ' ';
	ck_assert(!ng_request_split(slice_make(datagram, sizeof(datagram)), &cookie, &body));
}
END_TEST

static struct ng_request take(const char *body)
{
	struct ng_request request;

	ck_assert_pstr_eq(ng_request_parse(slice_from(body), &request), NULL);
	return request;
}

START_TEST(a_name_has_an_end)
{
	static const char *const heads[] = { "d7:command5:query7:call-id",
					     "d7:command5:query7:call-id1:c8:from-tag",
					     "d7:command5:query7:call-id1:c6:to-tag",
					     "d7:command5:query7:call-id1:c10:via-branch" };
	char body[NG_NAME_MAX + 100];
	struct ng_request request;

	for (size_t extra = 0; extra < 2; extra++) {
		size_t n = (size_t)sprintf(body, "%s%d:", heads[_i], (int)(NG_NAME_MAX + extra));

		memset(body + n, 'x', NG_NAME_MAX + extra);
		n += NG_NAME_MAX + extra;
		body[n++] = 'e';
		ck_assert_pstr_eq(ng_request_parse(slice_make(body, n), &request),
				  extra ? "A call-id, tag or branch is too long" : NULL);
	}
}
END_TEST

START_TEST(flags_are_found_in_lists_and_nowhere_else)
{
	struct ng_request r = take("d7:command4:ping5:flagsl8:fragmenti5el5:fatalee7:replacel"
				   "18:session-connection6:Originee");

	ck_assert(r.fragment && !r.fatal && r.replace_origin);
	r = take("d7:command4:ping5:flags5:fatal7:replace6:origine");
	ck_assert(!r.fatal && !r.replace_origin);
	r = take("d7:command4:ping5:flagsl5:fatale5:flagsl8:fragmentee");
	ck_assert(r.fatal && !r.fragment);
}
END_TEST

START_TEST(numbers_come_as_numbers_and_as_text)
{
	struct ng_request r = take("d7:command4:ping12:delete delayi5e5:limit2:10e");

	ck_assert(r.has_delete_delay);
	ck_assert_uint_eq(r.delete_delay_s, 5);
	ck_assert_int_eq(r.limit, 10);
	r = take("d7:command4:ping12:delete-delay1:0e");
	ck_assert(r.has_delete_delay);
	ck_assert_uint_eq(r.delete_delay_s, 0);
	ck_assert_int_eq(r.limit, -1);
	r = take("d7:command4:ping12:delete-delayi-1e5:limit23:99999999999999999999999e");
	ck_assert(!r.has_delete_delay);
	ck_assert_int_eq(r.limit, -1);
	r = take("d7:command4:ping12:delete-delay1:x12:delete-delayi5ee");
	ck_assert(!r.has_delete_delay);
	r = take("d7:command4:ping5:limit20:18446744073709551615e");
	ck_assert_int_eq(r.limit, INT64_MAX);
}
END_TEST

/* The contents of the fixtures with these names; NULL: none. */
static const struct {
	const char *name;
	enum ng_command command;
	const char *from, *to, *branch, *protocol;
} sent[] = {
	{ "kam563-ping", NG_PING, NULL, NULL, NULL, NULL },
	{ "kam563-basic-1-offer", NG_OFFER, "alicetag", NULL, NULL, NULL },
	{ "kam563-basic-2-answer", NG_ANSWER, "alicetag", "bobtag", NULL, NULL },
	{ "kam563-basic-3-delete-bye", NG_DELETE, "alicetag", NULL, NULL, NULL },
	{ "kam563-basic-4-delete-bye-200", NG_DELETE, "alicetag", NULL, NULL, NULL },
	{ "kam563-cancel-1-offer", NG_OFFER, "alicetag", NULL, NULL, NULL },
	{ "kam563-cancel-2-delete-cancel", NG_DELETE, "alicetag", NULL, NULL, NULL },
	{ "kam563-cancel-3-delete-487", NG_DELETE, "alicetag", NULL, NULL, NULL },
	{ "kam563-delete-bye-by-callee", NG_DELETE, "bobtag", NULL, NULL, NULL },
	{ "kam563-fork-1-offer", NG_OFFER, "alicetag", NULL, NULL, NULL },
	{ "kam563-fork-2-answer-183-bob", NG_ANSWER, "alicetag", "bobtag", NULL, NULL },
	{ "kam563-fork-3-answer-183-dora", NG_ANSWER, "alicetag", "doratag", NULL, NULL },
	{ "kam563-fork-4-answer-200-dora", NG_ANSWER, "alicetag", "doratag", NULL, NULL },
	{ "kam563-fork-5-delete-487-bob", NG_DELETE, "alicetag", NULL, NULL, NULL },
	{ "kam563-generic-keys-offer", NG_OFFER, "alicetag", NULL, NULL, "TCP/TLS/MSRP" },
	{ "kam563-glare-1-offer-caller", NG_OFFER, "alicetag", "bobtag", NULL, NULL },
	{ "kam563-glare-2-offer-callee", NG_OFFER, "bobtag", "alicetag", NULL, NULL },
	{ "kam563-glare-3-delete-491", NG_DELETE, "alicetag", NULL, NULL, NULL },
	{ "kam563-late-1-offer-in-200", NG_OFFER, "bobtag", "alicetag", NULL, NULL },
	{ "kam563-late-2-answer-in-ack", NG_ANSWER, "bobtag", "alicetag", NULL, NULL },
	{ "kam563-reinvite-by-callee-1-offer", NG_OFFER, "bobtag", "alicetag", NULL, NULL },
	{ "kam563-reinvite-by-callee-2-answer", NG_ANSWER, "bobtag", "alicetag", NULL, NULL },
	{ "kam563-reinvite-by-caller-1-offer", NG_OFFER, "alicetag", "bobtag", NULL, NULL },
	{ "kam563-reinvite-by-caller-2-answer", NG_ANSWER, "alicetag", "bobtag", NULL, NULL },
	{ "kam563-viabranch-fork-1-offer", NG_OFFER, "alicetag", NULL,
	  "z9hG4bKddab.4afb796c212f92ec894c8fc02256a1a2.0", NULL },
	{ "kam563-viabranch-fork-2-offer", NG_OFFER, "alicetag", NULL,
	  "z9hG4bKddab.4afb796c212f92ec894c8fc02256a1a2.1", NULL },
	{ "kam563-viabranch-fork-6-delete-bye", NG_DELETE, "alicetag", NULL,
	  "z9hG4bKadab.71f61a43a718670307830820ec030b72.0", NULL },
	{ "kam563-allflags-1-offer", NG_OFFER, "alicetag", NULL, "z9hG4bKed99a788", "RTP/SAVP" },
	{ "kam563-allflags-2-answer", NG_ANSWER, "alicetag", "bobtag", "z9hG4bKed99a788",
	  "RTP/SAVP" },
	{ "kam563-allflags-3-delete", NG_DELETE, "bobtag", "alicetag", "z9hG4bK4e82c187",
	  "RTP/SAVP" },
	{ "kam563-audio-1-offer-after-rtpengine", NG_OFFER, "alicetag", NULL, NULL, NULL },
	{ "kam563-audio-2-answer-before-rtpengine", NG_ANSWER, "alicetag", "bobtag", NULL, NULL },
	{ "os368-ping", NG_PING, NULL, NULL, NULL, NULL },
	{ "os368-basic-1-offer", NG_OFFER, "alicetag", NULL, NULL, NULL },
	{ "os368-basic-2-answer", NG_ANSWER, "alicetag", "bobtag", NULL, NULL },
	{ "os368-basic-3-delete-bye", NG_DELETE, NULL, NULL, NULL, NULL },
	{ "os368-late-1-offer-in-200", NG_OFFER, "bobtag", "alicetag", NULL, NULL },
	{ "os368-late-2-answer-in-ack", NG_ANSWER, "bobtag", "alicetag", NULL, NULL },
	{ "os368-reinvite-by-callee-1-offer", NG_OFFER, "bobtag", "alicetag", NULL, NULL },
	{ "os368-reinvite-by-callee-2-answer", NG_ANSWER, "bobtag", "alicetag", NULL, NULL },
	{ "os368-rtprelay-basic-1-offer", NG_OFFER, "alicetag", NULL, NULL, NULL },
	{ "os368-rtprelay-basic-3-delete-bye", NG_DELETE, NULL, "bobtag", NULL, NULL },
	{ "os368-rtprelay-cancel-2-delete", NG_DELETE, NULL, NULL, "br0", NULL },
	{ "os368-rtprelay-fork-4-answer-dora-wrong-tag", NG_ANSWER, "alicetag", "bobtag", NULL,
	  NULL },
	{ "os368-rtprelay-late-1-offer-equal-tags", NG_OFFER, "bobtag", "bobtag", NULL, NULL },
};

static size_t read_fixture(const char *name, char ret_datagram[DATAGRAM_MAX])
{
	char path[512];
	FILE *file;
	size_t len;

	snprintf(path, sizeof(path), "%s/%s.bencode", ANCHOR_DATA, name);
	file = fopen(path, "rbe");
	ck_assert_msg(file != NULL, "%s", path);
	len = fread(ret_datagram, 1, DATAGRAM_MAX, file);
	fclose(file);
	return len;
}

static void expect(struct slice got, const char *want)
{
	ck_assert_msg(slice_equal(got, slice_from(want)), "%" SLICE_FMT, SLICE_ARG(got));
}

START_TEST(what_proxies_send_is_understood)
{
	static char datagram[DATAGRAM_MAX];
	size_t len = read_fixture(sent[_i].name, datagram);
	uint8_t *in = support_guard_new(datagram, len);
	struct slice cookie, body;
	struct ng_request request;

	ck_assert(ng_request_split(slice_make(in, len), &cookie, &body));
	ck_assert_pstr_eq(ng_request_parse(body, &request), NULL);
	ck_assert_int_eq(request.command, sent[_i].command);
	expect(request.from_tag, sent[_i].from);
	expect(request.to_tag, sent[_i].to);
	expect(request.via_branch, sent[_i].branch);
	expect(request.transport_protocol, sent[_i].protocol);
	ck_assert_int_eq(request.sdp.len > 0,
			 request.command == NG_OFFER || request.command == NG_ANSWER);
	ck_assert_int_eq(request.call_id.len > 0, request.command != NG_PING);
	support_guard_free(in, len);
}
END_TEST

START_TEST(keys_of_our_own_arrive)
{
	static char datagram[DATAGRAM_MAX];
	size_t len = read_fixture("kam563-generic-keys-offer", datagram);
	struct slice cookie, body;
	struct ng_request request;

	ck_assert(ng_request_split(slice_make(datagram, len), &cookie, &body));
	ck_assert_pstr_eq(ng_request_parse(body, &request), NULL);
	expect(request.msrp_setup, "passive");
	ck_assert(request.replace_origin);
	len = read_fixture("kam563-allflags-1-offer", datagram);
	ck_assert(ng_request_split(slice_make(datagram, len), &cookie, &body));
	ck_assert_pstr_eq(ng_request_parse(body, &request), NULL);
	ck_assert(request.has_delete_delay);
	ck_assert_uint_eq(request.delete_delay_s, 5);
	expect(request.address_family, "IP4");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("ng_request");
	TCase *cases = tcase_create("ng_request");

	tcase_add_loop_test(cases, what_is_wrong_is_told_in_the_words_of_rtpengine, 0,
			    (int)(sizeof(refused) / sizeof(refused[0])));
	tcase_add_loop_test(cases, a_cookie_stands_before_the_first_space, 0,
			    (int)(sizeof(splits) / sizeof(splits[0])));
	tcase_add_test(cases, a_cookie_has_an_end);
	tcase_add_loop_test(cases, a_name_has_an_end, 0, 4);
	tcase_add_test(cases, flags_are_found_in_lists_and_nowhere_else);
	tcase_add_test(cases, numbers_come_as_numbers_and_as_text);
	tcase_add_loop_test(cases, what_proxies_send_is_understood, 0,
			    (int)(sizeof(sent) / sizeof(sent[0])));
	tcase_add_test(cases, keys_of_our_own_arrive);
	suite_add_tcase(suite, cases);
	return support_run(suite);
}
