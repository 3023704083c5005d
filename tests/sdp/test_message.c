/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads sections for MSRP, and ignores others; each SDP ends at unreadable memory.
 */
#include "sdp/message.h"

#include <stdlib.h>

#include "base/buf.h"
#include "sdp/line.h"
#include "support/feed.h"
#include "support/run.h"

#define SESSION "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
#define PATH	"a=path:msrp://192.0.2.1:7394/alice;tcp\r\n"
#define SHA1	"4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB"
#define SHA256                                                                                     \
	"00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:"  \
	"1D:1E:FF"

enum { MAX = 3 };

/* The findings in each: "INDEX[=closed|s|p]SETUP/FINGERPRINTS PATH", separated by spaces. */
static const struct {
	const char *sdp;
	const char *want; /* NULL: it is bad */
} texts[] = {
	{ SESSION, "" },
	{ SESSION "m=audio 4000 RTP/AVP 8\r\n", "" },
	{ SESSION "m=message 7394 TCP/MSRP *\r\n" PATH, "0p0/- msrp://192.0.2.1:7394/alice;tcp\n" },
	{ "m=message 7394 TCP/MSRP *\n" PATH, "0p0/- msrp://192.0.2.1:7394/alice;tcp\n" },
	{ SESSION "m=message 7394 tcp/tls/msrp *\r\n" PATH,
	  "0s0/- msrp://192.0.2.1:7394/alice;tcp\n" },
	{ SESSION "m=MESSAGE 7394/1 TCP/MSRP *\na=PATH:msrp://a/b;tcp", "0p0/- msrp://a/b;tcp\n" },
	/* The first path counts, and all URIs of it. */
	{ SESSION "m=message 1 TCP/MSRP *\r\na=path:msrps://r/1;tcp msrp://a/b;tcp\r\n" PATH,
	  "0p0/- msrps://r/1;tcp msrp://a/b;tcp\n" },
	/* They are counted among all sections. */
	{ SESSION "m=audio 4000 RTP/AVP 8\r\nm=message 1 TCP/MSRP *\r\n" PATH
		  "m=video 0 RTP/AVP 9\r\nm=message 2 TCP/MSRP *\r\na=path:msrp://a/b;tcp\r\n",
	  "1p0/- msrp://192.0.2.1:7394/alice;tcp\n3p0/- msrp://a/b;tcp\n" },
	/* Not ours: other protocols, without a path, WebSocket. */
	{ SESSION "m=message 1 UDP/MSRP *\r\n" PATH, "" },
	{ SESSION "m=application 1 TCP/MSRP *\r\n" PATH, "" },
	{ SESSION "m=message 1 TCP/MSRP *\r\n", "" },
	{ SESSION "m=message 1 TCP/TLS/MSRP *\r\na=path:msrps://a/b;ws\r\n", "" },
	{ SESSION "m=message 1 TCP/TLS/MSRP *\r\na=path:msrps://a/b;x=y;WS msrp://c/d;tcp\r\n",
	  "" },
	{ SESSION "m=message 1 TCP/TLS/MSRP *\r\na=path:msrps://a/b;tcp msrps://c/d;ws\r\n",
	  "0s0/- msrps://a/b;tcp msrps://c/d;ws\n" },
	{ SESSION "m=message 1 TCP/MSRP *\r\na=path:msrp://a/ws;tcp\r\n",
	  "0p0/- msrp://a/ws;tcp\n" },
	/* Closed ones need no path. */
	{ SESSION "m=message 0 TCP/MSRP *\r\n", "0=closed\n" },
	{ SESSION "m=message 0 TCP/MSRP *\r\n" PATH, "0=closed\n" },
	/* The connecting side: by the section, otherwise by the session. */
	{ SESSION "m=message 1 TCP/MSRP *\r\na=setup:actpass\r\n" PATH,
	  "0p1/- msrp://192.0.2.1:7394/alice;tcp\n" },
	{ SESSION "a=setup:active\r\nm=message 1 TCP/MSRP *\r\n" PATH,
	  "0p2/- msrp://192.0.2.1:7394/alice;tcp\n" },
	{ SESSION "a=setup:active\r\nm=message 1 TCP/MSRP *\r\n" PATH "a=Setup: PASSIVE \r\n",
	  "0p3/- msrp://192.0.2.1:7394/alice;tcp\n" },
	{ SESSION "m=message 1 TCP/MSRP *\r\na=setup:holdconn\r\n" PATH,
	  "0p4/- msrp://192.0.2.1:7394/alice;tcp\n" },
	{ SESSION "a=setup:active\r\nm=message 1 TCP/MSRP *\r\na=setup:whatever\r\n" PATH,
	  "0p0/- msrp://192.0.2.1:7394/alice;tcp\n" },
	/* And fingerprints. */
	{ SESSION "m=message 1 TCP/TLS/MSRP *\r\n" PATH "a=fingerprint:SHA-1 " SHA1 "\r\n",
	  "0s0/1 msrp://192.0.2.1:7394/alice;tcp\n" },
	{ SESSION "a=fingerprint:sha-1 " SHA1 "\r\nm=message 1 TCP/TLS/MSRP *\r\n" PATH,
	  "0s0/1 msrp://192.0.2.1:7394/alice;tcp\n" },
	{ SESSION "a=fingerprint:sha-1 " SHA1 "\r\nm=message 1 TCP/TLS/MSRP *\r\n" PATH
		  "a=fingerprint:sha-256 " SHA256 "\r\na=fingerprint:sha-1 " SHA1 "\r\n",
	  "0s0/2 msrp://192.0.2.1:7394/alice;tcp\n" },
	/* Unknown hashes, and invalid digests, match no certificate. */
	{ SESSION "a=fingerprint:sha-1 " SHA1 "\r\nm=message 1 TCP/TLS/MSRP *\r\n" PATH
		  "a=fingerprint:md2 " SHA1 "\r\n",
	  "0s0/0 msrp://192.0.2.1:7394/alice;tcp\n" },
	{ SESSION
	  "m=message 1 TCP/TLS/MSRP *\r\n" PATH "a=fingerprint:sha-256 " SHA1 "\r\n"
	  "a=fingerprint:sha-1 " SHA1 ":AB\r\na=fingerprint:sha-1\r\na=fingerprint\r\n"
	  "a=fingerprint:sha-1 4A-AD-B9-B1-3F-82-18-3B-54-02-12-DF-3E-5D-49-6B-19-E5-7C-AB"
	  "\r\na=fingerprint:sha-1 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:GB",
	  "0s0/0 msrp://192.0.2.1:7394/alice;tcp\n" },
	/* Four are kept. */
	{ SESSION "m=message 1 TCP/TLS/MSRP *\r\n" PATH "a=fingerprint:sha-1 " SHA1 "\r\n"
		  "a=fingerprint:sha-1 " SHA1 "\r\na=fingerprint:sha-1 " SHA1 "\r\n"
		  "a=fingerprint:sha-1 " SHA1 "\r\na=fingerprint:sha-1 " SHA1 "\r\n",
	  "0s0/4 msrp://192.0.2.1:7394/alice;tcp\n" },
	/* Not SDP. */
	{ "garbage", NULL },
	{ SESSION "m message\r\n", NULL },
	{ SESSION "m=audio 1 RTP/AVP 8\r\nx\r\n", NULL },
	{ SESSION "\r\n\nm=message 0 TCP/MSRP *\r\n", "0=closed\n" },
	/* Malformed sections of ours. */
	{ SESSION "m=message 65536 TCP/MSRP *\r\n" PATH, NULL },
	{ SESSION "m=message -1 TCP/MSRP *\r\n" PATH, NULL },
	{ SESSION "m=message $ TCP/MSRP *\r\n" PATH, NULL },
	{ SESSION "m=message 1  TCP/MSRP *\r\n" PATH, "" },
};

static void tell(const struct sdp_message *m, struct buf *out)
{
	buf_add_u64(out, m->index);
	if (m->closed) {
		buf_add_slice(out, SLICE("=closed\n"));
		return;
	}
	buf_add_char(out, m->secure ? 's' : 'p');
	buf_add_u64(out, m->setup);
	buf_add_char(out, '/');
	if (m->fingerprinted)
		buf_add_u64(out, m->n_fingerprints);
	else
		buf_add_char(out, '-');
	buf_add_char(out, ' ');
	buf_add_slice(out, m->path);
	buf_add_char(out, '\n');
}

START_TEST(what_sections_say_is_read)
{
	size_t len = strlen(texts[_i].sdp);
	uint8_t *sdp = support_guard_new(texts[_i].sdp, len);
	struct sdp_message message[MAX];
	struct buf got = { 0 };
	size_t n = 0;
	int result = sdp_messages_read(slice_make(sdp, len), message, MAX, &n);

	ck_assert_int_eq(result, texts[_i].want ? 0 : SDP_MESSAGE_BAD);
	for (size_t i = 0; i < n; i++)
		tell(&message[i], &got);
	if (texts[_i].want)
		ck_assert_msg(slice_equal(buf_slice(&got), slice_from(texts[_i].want)),
			      "%" SLICE_FMT, SLICE_ARG(buf_slice(&got)));
	buf_done(&got);
	support_guard_free(sdp, len);
}
END_TEST

START_TEST(a_digest_is_read_to_the_octet)
{
	static const char sdp[] =
	    SESSION "m=message 1 TCP/TLS/MSRP *\r\n" PATH "a=fingerprint:sha-256 " SHA256 "\r\n"
		    "a=fingerprint:sha-1 " SHA1 "\r\n";
	struct sdp_message m;
	size_t n;

	ck_assert_int_eq(sdp_messages_read(slice_from(sdp), &m, 1, &n), 0);
	ck_assert_int_eq(m.fingerprint[0].hash, SDP_SHA256);
	for (uint8_t i = 0; i < 31; i++)
		ck_assert_uint_eq(m.fingerprint[0].digest[i], i);
	ck_assert_uint_eq(m.fingerprint[0].digest[31], 255);
	ck_assert_int_eq(m.fingerprint[1].hash, SDP_SHA1);
	ck_assert_mem_eq(m.fingerprint[1].digest, "\x4a\xad\xb9\xb1\x3f", 5);
	ck_assert_uint_eq(m.fingerprint[1].digest[19], 0xab);
}
END_TEST

START_TEST(more_sections_than_there_is_room_for_are_refused)
{
	static const char sdp[] =
	    SESSION "m=message 1 TCP/MSRP *\r\n" PATH "m=message 1 TCP/MSRP *\r\n" PATH
		    "m=message 0 TCP/MSRP *\r\n";
	struct sdp_message m[3];
	size_t n;

	ck_assert_int_eq(sdp_messages_read(slice_from(sdp), m, 2, &n), SDP_MESSAGE_MANY);
	ck_assert_int_eq(sdp_messages_read(slice_from(sdp), m, 3, &n), 0);
	ck_assert_uint_eq(n, 3);
}
END_TEST

START_TEST(an_sdp_has_an_end)
{
	char *sdp = malloc(SDP_MAX + 1);
	struct sdp_message m;
	size_t n;

	memset(sdp, '\n', SDP_MAX + 1);
	ck_assert_int_eq(sdp_messages_read(slice_make(sdp, SDP_MAX), &m, 1, &n), 0);
	ck_assert_int_eq(sdp_messages_read(slice_make(sdp, SDP_MAX + 1), &m, 1, &n),
			 SDP_MESSAGE_BAD);
	free(sdp);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("message");
	TCase *cases = tcase_create("message");

	tcase_add_loop_test(cases, what_sections_say_is_read, 0,
			    (int)(sizeof(texts) / sizeof(texts[0])));
	tcase_add_test(cases, a_digest_is_read_to_the_octet);
	tcase_add_test(cases, more_sections_than_there_is_room_for_are_refused);
	tcase_add_test(cases, an_sdp_has_an_end);
	suite_add_tcase(suite, cases);
	return support_run(suite);
}
