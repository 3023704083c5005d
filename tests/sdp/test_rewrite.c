/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An SDP rewritten for an intermediary: which lines are replaced, and that all others stay to the
 * octet.
 */
#include "sdp/rewrite.h"

#include <stdio.h>
#include <stdlib.h>

#include "support/feed.h"
#include "support/oom.h"
#include "support/run.h"

#define SESSION "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
#define OURS	"c=IN IP4 203.0.113.5\r\n"
#define SHOWN	"a=path:msrp://203.0.113.5:2855/t0;tcp\r\n"

enum { MAX = 4 };

/* The changes to the sections of an SDP. */
struct how {
	const char *address; /* NULL: 203.0.113.5 */
	enum sdp_setup setup;
	bool secure;
	bool fingerprints;
	uint64_t max_size;
	bool replace_origin;
};

static const struct sdp_fingerprint fingerprints[] = {
	{ .hash = SDP_SHA256, .digest = { 0x01, 0xab, [31] = 0xff } },
	{ .hash = SDP_SHA1, .digest = { 0xfe, [19] = 0x10 } },
};

#define SHA256                                                                                     \
	"a=fingerprint:sha-256 01:AB:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:" \
	"00:00:00:00:00:00:00:00:00:FF\r\n"
#define SHA1 "a=fingerprint:sha-1 FE:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:10\r\n"

#define PLAIN	  SESSION "m=message 7394 TCP/MSRP *\r\n"
#define PLAIN_OUT SESSION "m=message 2855 TCP/MSRP *\r\n" OURS
#define PATH	  "a=path:msrp://192.0.2.1:7394/alice;tcp\r\n"

static const struct {
	struct how how;
	const char *in;
	const char *want;
} cases[] = {
	/* m= port, c= and a=path; attributes of messages stay, in their place. */
	{ { 0 },
	  PLAIN "a=accept-types:message/cpim text/plain\r\n" PATH "a=x-unknown:  y \r\n",
	  PLAIN_OUT "a=accept-types:message/cpim text/plain\r\n" SHOWN "a=x-unknown:  y \r\n" },
	{ { 0 },
	  PLAIN PATH
	  "a=accept-wrapped-types:*\r\na=file-selector:name:\"a b\" size:5\r\n"
	  "a=file-transfer-id:x y\r\na=file-icon:cid:1@a\r\na=file-disposition:render\r\n"
	  "a=chatroom:nickname\r\na=sendonly\r\na=label:1\r\na=mid:m\r\nb=AS:1\r\nk=x\r\n",
	  PLAIN_OUT SHOWN "a=accept-wrapped-types:*\r\na=file-selector:name:\"a b\" size:5\r\n"
			  "a=file-transfer-id:x y\r\na=file-icon:cid:1@a\r\n"
			  "a=file-disposition:render\r\na=chatroom:nickname\r\na=sendonly\r\n"
			  "a=label:1\r\na=mid:m\r\nb=AS:1\r\nk=x\r\n" },
	/* A path of several URIs becomes one of one; the port's number goes. */
	{ { 0 },
	  SESSION "m=message 7394/1 tcp/msrp x y\r\na=path:msrps://r/1;tcp msrp://a/b;tcp\r\n" PATH,
	  SESSION "m=message 2855 tcp/msrp x y\r\n" OURS SHOWN },
	/* Exactly one c=, after i=, whatever there was, of either family. */
	{ { 0 },
	  PLAIN "i=chat\r\nc=IN IP4 10.0.0.1\r\nb=AS:1\r\n" PATH "c=IN IP6 ::1\r\n",
	  SESSION "m=message 2855 TCP/MSRP *\r\ni=chat\r\n" OURS "b=AS:1\r\n" SHOWN },
	{ { .address = "2001:db8::1" },
	  PLAIN PATH,
	  SESSION "m=message 2855 TCP/MSRP *\r\nc=IN IP6 2001:db8::1\r\n" SHOWN },
	/* A name in c= goes, because rtpengine does not accept it. */
	{ { 0 }, PLAIN "c=IN IP4 alice.example.com\r\n" PATH, PLAIN_OUT SHOWN },
	/* Lines keep their ends; ours end like the m= line of their section. */
	{ { .setup = SDP_SETUP_ACTPASS },
	  "v=0\ns=-\r\nm=message 1 TCP/MSRP *\nc=IN IP4 192.0.2.1\r\na=x\r\n"
	  "a=path:msrp://a/b;tcp\r\na=y\n",
	  "v=0\ns=-\r\nm=message 2855 TCP/MSRP *\nc=IN IP4 203.0.113.5\na=x\r\n"
	  "a=path:msrp://203.0.113.5:2855/t0;tcp\na=setup:actpass\na=y\n" },
	{ { 0 },
	  "m=message 1 TCP/MSRP *\r\na=path:msrp://a/b;tcp",
	  "m=message 2855 TCP/MSRP *\r\n" OURS SHOWN },
	{ { 0 },
	  "m=message 1 TCP/MSRP *\r\na=path:msrp://a/b;tcp\r\na=y",
	  "m=message 2855 TCP/MSRP *\r\n" OURS SHOWN "a=y" },
	/* The connecting side. */
	{ { .setup = SDP_SETUP_PASSIVE },
	  PLAIN "a=setup:active\r\n" PATH "a=setup:actpass\r\n",
	  PLAIN_OUT SHOWN "a=setup:passive\r\n" },
	{ { .setup = SDP_SETUP_ACTIVE }, PLAIN PATH, PLAIN_OUT SHOWN "a=setup:active\r\n" },
	{ { .setup = SDP_SETUP_HOLDCONN }, PLAIN PATH, PLAIN_OUT SHOWN "a=setup:holdconn\r\n" },
	{ { .setup = SDP_SETUP_NONE }, PLAIN "a=setup:active\r\n" PATH, PLAIN_OUT SHOWN },
	/* TLS: ours are added, theirs removed, and the one for old clients is last. */
	{ { .secure = true, .fingerprints = true },
	  SESSION "m=message 1 TCP/TLS/MSRP *\r\na=fingerprint:sha-1 AB\r\n" PATH
		  "a=Fingerprint:sha-256 CD\r\n",
	  SESSION "m=message 2855 TCP/TLS/MSRP *\r\n" OURS SHOWN SHA256 SHA1 },
	/* The protocol keeps its spelling, unless it changes. */
	{ { .secure = true, .fingerprints = true },
	  SESSION "m=message 1 tcp/tls/MSRP *\r\n" PATH,
	  SESSION "m=message 2855 tcp/tls/MSRP *\r\n" OURS SHOWN SHA256 SHA1 },
	{ { .secure = true, .fingerprints = true },
	  PLAIN PATH,
	  SESSION "m=message 2855 TCP/TLS/MSRP *\r\n" OURS SHOWN SHA256 SHA1 },
	{ { .secure = false, .fingerprints = true },
	  SESSION "m=message 1 TCP/TLS/MSRP *\r\na=fingerprint:sha-1 AB\r\n" PATH,
	  PLAIN_OUT SHOWN },
	/* Attributes that lead around us are removed. */
	{ { 0 },
	  PLAIN PATH
	  "a=msrp-cema\r\na=connection:new\r\na=candidate:1 1 TCP 1 192.0.2.1 1 typ host\r\n"
	  "a=remote-candidates:1 192.0.2.1 1\r\na=end-of-candidates\r\na=ice-ufrag:u\r\n"
	  "a=ice-pwd:p\r\na=ice-options:x\r\na=ice-lite\r\na=ice-mismatch\r\na=ice-pacing:1"
	  "\r\na=tls-id:1\r\na=MSRP-CEMA\r\n",
	  PLAIN_OUT SHOWN },
	/* Connection data of the session level goes if nobody else needs it... */
	{ { .setup = SDP_SETUP_PASSIVE },
	  "v=0\r\na=setup:active\r\na=fingerprint:sha-1 AB\r\na=ice-ufrag:u\r\na=msrp-cema\r\n"
	  "a=group:BUNDLE m\r\nm=message 1 TCP/MSRP *\r\n" PATH "m=audio 0 RTP/AVP 8\r\n",
	  "v=0\r\na=group:BUNDLE m\r\nm=message 2855 TCP/MSRP *\r\n" OURS SHOWN
	  "a=setup:passive\r\nm=audio 0 RTP/AVP 8\r\n" },
	/* ...and stays if somebody does, such as audio with DTLS. */
	{ { 0 },
	  "v=0\r\na=setup:active\r\na=fingerprint:sha-1 AB\r\nm=audio 1 UDP/TLS/RTP/SAVP 8\r\n"
	  "a=candidate:1\r\nc=IN IP4 10.0.0.1\r\nm=message 1 TCP/MSRP *\r\n" PATH,
	  "v=0\r\na=setup:active\r\na=fingerprint:sha-1 AB\r\nm=audio 1 UDP/TLS/RTP/SAVP 8\r\n"
	  "a=candidate:1\r\nc=IN IP4 10.0.0.1\r\nm=message 2855 TCP/MSRP *\r\n" OURS
	  "a=path:msrp://203.0.113.5:2855/t1;tcp\r\n" },
	/* Nothing to change. */
	{ { .replace_origin = false },
	  SESSION "a=setup:active\r\nm=audio 1 RTP/AVP 8\r\na=msrp-cema\r\n",
	  SESSION "a=setup:active\r\nm=audio 1 RTP/AVP 8\r\na=msrp-cema\r\n" },
	{ { 0 },
	  SESSION "m=message 0 TCP/MSRP *\r\n" PATH "a=msrp-cema\r\n",
	  SESSION "m=message 0 TCP/MSRP *\r\n" PATH "a=msrp-cema\r\n" },
	{ { 0 },
	  SESSION "m=message 1 TCP/TLS/MSRP *\r\na=path:msrps://a/b;ws\r\na=candidate:1\r\n",
	  SESSION "m=message 1 TCP/TLS/MSRP *\r\na=path:msrps://a/b;ws\r\na=candidate:1\r\n" },
	/* Several sections, one session each. */
	{ { 0 },
	  PLAIN PATH
	  "m=audio 1 RTP/AVP 8\r\na=path:x\r\nm=message 2 TCP/MSRP *\r\na=path:msrp://c/d"
	  ";tcp\r\nm=message 0 TCP/MSRP *\r\nc=IN IP4 10.0.0.1\r\n",
	  PLAIN_OUT SHOWN "m=audio 1 RTP/AVP 8\r\na=path:x\r\nm=message 2855 TCP/MSRP *\r\n" OURS
			  "a=path:msrp://203.0.113.5:2855/t2;tcp\r\nm=message 0 TCP/MSRP *\r\n"
			  "c=IN IP4 10.0.0.1\r\n" },
	/* a=max-size is lowered to our limit, and added if it was missing. */
	{ { .max_size = 1000 },
	  PLAIN "a=max-size:1001\r\n" PATH,
	  PLAIN_OUT "a=max-size:1000\r\n" SHOWN },
	{ { .max_size = 1000 },
	  PLAIN "a=max-size:1000 \r\n" PATH,
	  PLAIN_OUT "a=max-size:1000 \r\n" SHOWN },
	{ { .max_size = 1000 },
	  PLAIN PATH "a=max-size:99999999999999999999999\r\n",
	  PLAIN_OUT SHOWN "a=max-size:1000\r\n" },
	{ { .max_size = 1000 }, PLAIN PATH, PLAIN_OUT SHOWN "a=max-size:1000\r\n" },
	{ { 0 }, PLAIN "a=max-size:9999\r\n" PATH, PLAIN_OUT "a=max-size:9999\r\n" SHOWN },
	/* o= is replaced on request, and stays well-formed otherwise. */
	{ { .replace_origin = true },
	  PLAIN PATH,
	  "v=0\r\no=- 1 1 IN IP4 203.0.113.5\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
	  "m=message 2855 TCP/MSRP *\r\n" OURS SHOWN },
	{ { .replace_origin = true, .address = "::1" },
	  "v=0\no=alice 12 34 IN IP6 2001:db8::2\nm=audio 1 RTP/AVP 8\no=x\n",
	  "v=0\no=alice 12 34 IN IP6 ::1\nm=audio 1 RTP/AVP 8\no=x\n" },
};

static void change(const struct how *how, const struct sdp_message *message, size_t n,
		   struct sdp_change *ret_change, size_t *ret_n)
{
	static char uri[MAX][64];

	*ret_n = 0;
	for (size_t i = 0; i < n; i++) {
		if (message[i].closed)
			continue;
		snprintf(uri[i], sizeof(uri[i]), "msrp://203.0.113.5:2855/t%u;tcp",
			 message[i].index);
		ret_change[(*ret_n)++] = (struct sdp_change){
			.index = message[i].index,
			.secure = how->secure,
			.port = 2855,
			.setup = how->setup,
			.uri = slice_from(uri[i]),
		};
	}
}

static void rewrite(const struct how *how, struct slice in, struct buf *out)
{
	struct sdp_message message[MAX];
	struct sdp_change section[MAX];
	struct sdp_changes changes = {
		.section = section,
		.address = slice_from(how->address ? how->address : "203.0.113.5"),
		.fingerprint = fingerprints,
		.n_fingerprints = how->fingerprints ? 2 : 0,
		.max_size = how->max_size,
		.replace_origin = how->replace_origin,
	};
	size_t n = 0;

	ck_assert_int_eq(sdp_messages_read(in, message, MAX, &n), 0);
	change(how, message, n, section, &changes.n_sections);
	sdp_rewrite(in, &changes, out);
}

START_TEST(lines_are_replaced_and_all_others_stay)
{
	size_t len = strlen(cases[_i].in);
	uint8_t *in = support_guard_new(cases[_i].in, len);
	struct buf out = { 0 };

	rewrite(&cases[_i].how, slice_make(in, len), &out);
	ck_assert(!buf_failed(&out));
	ck_assert_msg(slice_equal(buf_slice(&out), slice_from(cases[_i].want)), "%" SLICE_FMT,
		      SLICE_ARG(buf_slice(&out)));
	buf_done(&out);
	support_guard_free(in, len);
}
END_TEST

/* A second anchor, or the same one again, replaces everything again. */
START_TEST(what_was_rewritten_is_rewritten_to_the_same)
{
	struct buf once = { 0 };
	struct buf twice = { 0 };

	rewrite(&cases[_i].how, slice_from(cases[_i].in), &once);
	rewrite(&cases[_i].how, buf_slice(&once), &twice);
	ck_assert_msg(slice_equal(buf_slice(&once), buf_slice(&twice)), "%" SLICE_FMT,
		      SLICE_ARG(buf_slice(&twice)));
	buf_done(&once);
	buf_done(&twice);
}
END_TEST

START_TEST(without_memory_the_buffer_says_so)
{
	static const struct sdp_change section = { .port = 2855, .uri = { "msrp://a/b;tcp", 14 } };
	static const struct sdp_changes changes = { .section = &section, .n_sections = 1 };
	struct buf out = { 0 };

	support_oom_start(0, true);
	sdp_rewrite(slice_from(cases[0].in), &changes, &out);
	support_oom_stop();
	ck_assert(buf_failed(&out));
	buf_done(&out);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("rewrite");
	TCase *tcase = tcase_create("rewrite");
	int n = (int)(sizeof(cases) / sizeof(cases[0]));

	tcase_add_loop_test(tcase, lines_are_replaced_and_all_others_stay, 0, n);
	tcase_add_loop_test(tcase, what_was_rewritten_is_rewritten_to_the_same, 0, n);
	tcase_add_test(tcase, without_memory_the_buffer_says_so);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
