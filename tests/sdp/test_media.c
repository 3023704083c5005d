/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp/sdp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "support/expect.h"
#include "support/feed.h"
#include "support/oom.h"
#include "support/run.h"

/* RFC 5547 9.1: an offer to send a file; shortened. */
static const char file_offer[] =
    "v=0\r\no=alice 2890844526 2890844526 IN IP4 alicepc.example.com\r\ns=\r\n"
    "c=IN IP4 alicepc.example.com\r\nt=0 0\r\n"
    "m=message 7654 TCP/MSRP *\r\ni=This is my latest picture\r\na=sendonly\r\n"
    "a=accept-types:message/cpim\r\na=accept-wrapped-types:*\r\n"
    "a=path:msrp://alicepc.example.com:7654/jshA7we;tcp\r\n"
    "a=file-selector:name:\"My cool picture.jpg\" type:image/jpeg size:4092 "
    "hash:sha-1:72:24:5F:E8:65:3D:DA:F3:71:36:2F:86:D4:71:91:3E:E4:A2:CE:2E\r\n"
    "a=file-transfer-id:Q6LMoGymJdh0IKIgD6wD0jkcfgva4xvE\r\na=file-disposition:render\r\n"
    "a=file-date:creation:\"Mon, 15 May 2006 15:01:31 +0300\"\r\n"
    "a=file-icon:cid:id2@alicepc.example.com\r\n";

static struct msrp_sdp_media *parse(const char *text, size_t index)
{
	size_t len = strlen(text);
	uint8_t *guarded = support_guard_new(text, len);
	struct msrp_sdp_media *media = NULL;
	int err = msrp_sdp_parse((const char *)guarded, len, index, &media);

	support_guard_free(guarded, len);
	ck_assert_msg(!err, "%d: %s", err, text);
	return media;
}

START_TEST(offer_of_a_file_is_read)
{
	struct msrp_sdp_media *m = parse(file_offer, 0);

	ck_assert_str_eq(m->host, "alicepc.example.com");
	ck_assert_uint_eq(m->port, 7654);
	ck_assert(!m->use_tls);
	ck_assert_str_eq(m->path, "msrp://alicepc.example.com:7654/jshA7we;tcp");
	ck_assert_str_eq(m->accept_types, "message/cpim");
	ck_assert_str_eq(m->accept_wrapped_types, "*");
	ck_assert_int_eq(m->direction, MSRP_SENDONLY);
	ck_assert_int_eq(m->setup, MSRP_SETUP_NONE);
	ck_assert(m->has_file && m->file.has_size && m->file.has_sha1 && !m->file.has_sha256);
	ck_assert_str_eq(m->file.name, "My cool picture.jpg");
	ck_assert_str_eq(m->file.type, "image/jpeg");
	ck_assert_uint_eq(m->file.size, 4092);
	ck_assert_uint_eq(m->file.sha1[0], 0x72);
	ck_assert_uint_eq(m->file.sha1[19], 0x2e);
	ck_assert_str_eq(m->file_transfer_id, "Q6LMoGymJdh0IKIgD6wD0jkcfgva4xvE");
	ck_assert_str_eq(m->file_disposition, "render");
	ck_assert_str_eq(m->file_created, "Mon, 15 May 2006 15:01:31 +0300");
	ck_assert_ptr_null(m->file_modified);
	ck_assert_str_eq(m->file_icon, "cid:id2@alicepc.example.com");
	ck_assert_uint_eq(m->file_start, 0);
	msrp_sdp_media_free(m);
}
END_TEST

START_TEST(other_media_do_not_count)
{
	static const char text[] =
	    "v=0\nc=IN IP6 2001:db8::1\na=setup:actpass\n"
	    "m=audio 4000 RTP/AVP 0\nc=nonsense\na=max-size:x\n"
	    "m=message 7654 TCP/MSRP *\na=path:msrp://a:1/s;tcp\n"
	    "m=message 0 TCP/TLS/MSRP *\nc=IN IP4 192.0.2.7/127\na=setup:PASSIVE\na=max-size:77\n"
	    "a=chatroom:nickname private-messages x.y\na=msrp-cema\n";
	struct msrp_sdp_media *first = parse(text, 0), *second = parse(text, 1), *third = NULL;

	ck_assert_str_eq(first->host, "2001:db8::1");
	ck_assert_uint_eq(first->port, 7654);
	ck_assert_int_eq(first->setup, MSRP_SETUP_ACTPASS);
	ck_assert(!first->chatroom && !first->cema && !first->has_file);
	ck_assert_str_eq(second->host, "192.0.2.7");
	ck_assert_uint_eq(second->port, 0);
	ck_assert(second->use_tls);
	ck_assert_int_eq(second->setup, MSRP_SETUP_PASSIVE);
	ck_assert_uint_eq(second->max_size, 77);
	ck_assert(second->chatroom && second->nickname && second->private_messages && second->cema);
	ck_assert_int_eq(msrp_sdp_parse(text, strlen(text), 2, &third), -ENOENT);
	msrp_sdp_media_free(first);
	msrp_sdp_media_free(second);
}
END_TEST

static const char *const unreadable[] = {
	"m=message 70000 TCP/MSRP *\r\n",
	"m=message x TCP/MSRP *\r\n",
	"m=message\r\nm=message  TCP/MSRP *\r\n",
	"m=message 1 TCP/MSRP *\r\na=path:\r\n",
	"m=message 1 TCP/MSRP *\r\na=path\r\n",
	"m=message 1 TCP/MSRP *\r\na=max-size:\r\n",
	"m=message 1 TCP/MSRP *\r\na=max-size:-1\r\n",
	"m=message 1 TCP/MSRP *\r\nc=IN IP4\r\n",
	"m=message 1 TCP/MSRP *\r\nno line of SDP\r\n",
	"m=message 1 TCP/MSRP *\r\na=file-selector:name:\"a\r\n",
	"m=message 1 TCP/MSRP *\r\na=file-selector:name:a\r\n",
	"m=message 1 TCP/MSRP *\r\na=file-selector:name:\"\"\r\n",
	"m=message 1 TCP/MSRP *\r\na=file-selector:name:\"a%0\"\r\n",
	"m=message 1 TCP/MSRP *\r\na=file-selector:name:\"a%00b\"\r\n",
	"m=message 1 TCP/MSRP *\r\na=file-selector:size:18446744073709551616\r\n",
	"m=message 1 TCP/MSRP *\r\na=file-selector:hash:sha-1:00:11\r\n",
	"m=message 1 TCP/MSRP *\r\na=file-selector:type:\r\n",
	"m=message 1 TCP/MSRP *\r\na=file-range:0-5\r\n",
	"m=message 1 TCP/MSRP *\r\na=file-range:5-3\r\n",
	"m=message 1 TCP/MSRP *\r\na=file-range:5\r\n",
	"m=message 1 TCP/MSRP *\r\na=file-range:-*\r\n",
	"m=message 1 TCP/MSRP *\r\na=file-date:read:yesterday\r\n",
};

START_TEST(what_cannot_be_read_is_refused)
{
	struct msrp_sdp_media *media = NULL;
	const char *text = unreadable[_i];

	ck_assert_msg(msrp_sdp_parse(text, strlen(text), 0, &media) == -EBADMSG, "%s", text);
	ck_assert_ptr_null(media);
}
END_TEST

START_TEST(size_is_limited_and_zeros_are_refused)
{
	static char large[64 * 1024 + 1];
	struct msrp_sdp_media *media = NULL;

	memset(large, '\n', sizeof(large));
	ck_assert_int_eq(msrp_sdp_parse(large, sizeof(large), 0, &media), -EBADMSG);
	ck_assert_int_eq(msrp_sdp_parse(large, sizeof(large) - 1, 0, &media), -ENOENT);
	ck_assert_int_eq(msrp_sdp_parse("v=0\0\n", 5, 0, &media), -EBADMSG);
	ck_assert_int_eq(msrp_sdp_parse("", 0, 0, &media), -ENOENT);
}
END_TEST

static const struct msrp_sdp_media whole = {
	.host = "2001:db8::7",
	.port = 2855,
	.use_tls = true,
	.path = "msrps://relay:2855/a;tcp msrps://[2001:db8::7]:4/b;tcp",
	.accept_types = "message/cpim text/*",
	.accept_wrapped_types = "*",
	.max_size = 1000000,
	.setup = MSRP_SETUP_ACTPASS,
	.direction = MSRP_RECVONLY,
	.cema = true,
	.chatroom = true,
	.private_messages = true,
	.has_file = true,
	.file = { .name = "50% \"of\"/../it\x7f.txt",
		  .type = "text/plain;charset=\"utf 8\"",
		  .has_size = true,
		  .has_sha256 = true,
		  .sha256 = { 0xab, 1 } },
	.file_transfer_id = "abc",
	.file_disposition = "attachment",
	.file_icon = "cid:x",
	.file_created = "Mon, 15 May 2006 15:01:31 +0300",
	.file_read = "Mon, 15 May 2006 15:01:31 +0300",
	.file_start = 1001,
	.file_stop = MSRP_TOTAL_UNKNOWN,
};

static const char whole_text[] =
    "m=message 2855 TCP/TLS/MSRP *\r\nc=IN IP6 2001:db8::7\r\n"
    "a=path:msrps://relay:2855/a;tcp msrps://[2001:db8::7]:4/b;tcp\r\n"
    "a=accept-types:message/cpim text/*\r\na=accept-wrapped-types:*\r\na=max-size:1000000\r\n"
    "a=setup:actpass\r\na=recvonly\r\na=msrp-cema\r\na=chatroom:private-messages\r\n"
    "a=file-selector:name:\"50%25 %22of%22%2F..%2Fit%7F.txt\" "
    "type:text/plain;charset=\"utf 8\" size:0 hash:sha-256:"
    "AB:01:00:00:00:00:00:00:00:00:00:00:00:00:00:00:"
    "00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00\r\n"
    "a=file-transfer-id:abc\r\na=file-disposition:attachment\r\na=file-icon:cid:x\r\n"
    "a=file-date:creation:\"Mon, 15 May 2006 15:01:31 +0300\" "
    "read:\"Mon, 15 May 2006 15:01:31 +0300\"\r\n"
    "a=file-range:1001-*\r\n";

START_TEST(what_is_written_reads_the_same)
{
	struct msrp_sdp_media *again;
	char *text, *twice;

	ck_assert_int_eq(msrp_sdp_format(&whole, &text), 0);
	ck_assert_str_eq(text, whole_text);
	again = parse(text, 0);
	ck_assert_str_eq(again->file.name, whole.file.name);
	ck_assert_str_eq(again->file.type, whole.file.type);
	ck_assert_int_eq(msrp_sdp_format(again, &twice), 0);
	ck_assert_str_eq(twice, whole_text);
	msrp_sdp_media_free(again);
	free(text);
	free(twice);
}
END_TEST

static const struct msrp_sdp_media unwritable[] = {
	{ .path = "a\r\na=inject" },
	{ .path = "" },
	{ .host = "a b" },
	{ .accept_types = "text/plain\n" },
	{ .accept_wrapped_types = "\x7f" },
	{ .has_file = true, .file = { .type = "text/plain size:1" } },
	{ .has_file = true, .file = { .type = "text/plain;a=\"b" } },
	{ .has_file = true, .file = { .name = "" } },
	{ .has_file = true, .file_transfer_id = "\r" },
	{ .has_file = true, .file_icon = "\r" },
	{ .has_file = true, .file_disposition = "" },
	{ .has_file = true, .file_modified = "a\" b" },
};

START_TEST(no_value_gets_out_of_its_line)
{
	char *text = NULL;

	ck_assert_int_eq(msrp_sdp_format(&unwritable[_i], &text), -EINVAL);
	ck_assert_ptr_null(text);
}
END_TEST

static const struct {
	enum msrp_setup offered;
	bool reachable;
	enum msrp_setup answer;
	enum msrp_mode answerer;
} roles[] = {
	{ MSRP_SETUP_NONE, true, MSRP_SETUP_PASSIVE, MSRP_MODE_PASSIVE },
	{ MSRP_SETUP_ACTIVE, true, MSRP_SETUP_PASSIVE, MSRP_MODE_PASSIVE },
	{ MSRP_SETUP_ACTIVE, false, MSRP_SETUP_PASSIVE, MSRP_MODE_PASSIVE },
	{ MSRP_SETUP_PASSIVE, true, MSRP_SETUP_ACTIVE, MSRP_MODE_ACTIVE },
	{ MSRP_SETUP_ACTPASS, true, MSRP_SETUP_PASSIVE, MSRP_MODE_PASSIVE },
	{ MSRP_SETUP_ACTPASS, false, MSRP_SETUP_ACTIVE, MSRP_MODE_ACTIVE },
};

START_TEST(rfc6135_4_2_2_decides_who_connects)
{
	enum msrp_setup offered = roles[_i].offered;
	enum msrp_setup answer = msrp_setup_answer(offered, roles[_i].reachable);

	ck_assert_int_eq(answer, roles[_i].answer);
	ck_assert_int_eq(msrp_setup_mode(false, offered, answer), roles[_i].answerer);
	ck_assert_int_ne(msrp_setup_mode(true, offered, answer), roles[_i].answerer);
}
END_TEST

/* RFC 6135 section 5: an answerer without a=setup waits, so the offerer connects. */
START_TEST(one_side_connects_whatever_is_answered)
{
	for (int offered = MSRP_SETUP_NONE; offered <= MSRP_SETUP_ACTPASS; offered++) {
		for (int answered = MSRP_SETUP_NONE; answered <= MSRP_SETUP_ACTPASS; answered++)
			ck_assert_int_ne(msrp_setup_mode(true, (enum msrp_setup)offered,
							 (enum msrp_setup)answered),
					 msrp_setup_mode(false, (enum msrp_setup)offered,
							 (enum msrp_setup)answered));
		ck_assert_int_eq(msrp_setup_mode(true, (enum msrp_setup)offered, MSRP_SETUP_NONE),
				 MSRP_MODE_ACTIVE);
	}
}
END_TEST

static const struct {
	const char *list;
	const char *type;
	bool want;
} types[] = {
	{ "*", "text/plain", true },
	{ "text/plain message/cpim", "Message/CPIM", true },
	{ "text/*", "text/html; charset=utf-8", true },
	{ "text/plain", "text/html", false },
	{ "", "text/plain", false },
	{ "text/plain  image/png", "image/png", true },
};

/* As if they were one (RFC 4975 8.6 has one line, implementations in the field several). */
START_TEST(lines_of_types_add_up)
{
	struct msrp_sdp_media *m =
	    parse("v=0\r\nm=message 9 TCP/MSRP *\r\na=accept-types:text/plain\r\n"
		  "m=message 7 TCP/MSRP *\r\na=accept-types:message/cpim\r\na=setup:active\r\n"
		  "a=accept-wrapped-types:text/plain\r\na=accept-types:text/plain image/*\r\n"
		  "a=Accept-Wrapped-Types:*\r\na=accept-types:text/x\r\n"
		  "m=message 5 TCP/MSRP *\r\na=accept-types:*\r\n",
		  1);

	ck_assert_uint_eq(m->port, 7);
	ck_assert_str_eq(m->accept_types, "message/cpim text/plain image/* text/x");
	ck_assert_str_eq(m->accept_wrapped_types, "text/plain *");
	ck_assert_int_eq(m->setup, MSRP_SETUP_ACTIVE);
	msrp_sdp_media_free(m);
}
END_TEST

START_TEST(types_match_as_in_accept_types)
{
	ck_assert_int_eq(msrp_sdp_accepts(types[_i].list, types[_i].type), types[_i].want);
}
END_TEST

static int write_and_read(const void *arg)
{
	struct msrp_sdp_media *media = NULL;
	char *text = NULL;
	int err = msrp_sdp_format(&whole, &text);
	if (!err)
		err = msrp_sdp_parse(text, strlen(text), 0, &media);
	msrp_sdp_media_free(media);
	free(text);
	return err;
}

START_TEST(memory_may_run_out)
{
	support_oom_each(write_and_read, NULL);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sdp/media");
	TCase *tcase = tcase_create("media");

	tcase_add_test(tcase, offer_of_a_file_is_read);
	tcase_add_test(tcase, other_media_do_not_count);
	tcase_add_loop_test(tcase, what_cannot_be_read_is_refused, 0, SUPPORT_COUNT(unreadable));
	tcase_add_test(tcase, size_is_limited_and_zeros_are_refused);
	tcase_add_test(tcase, what_is_written_reads_the_same);
	tcase_add_loop_test(tcase, no_value_gets_out_of_its_line, 0, SUPPORT_COUNT(unwritable));
	tcase_add_loop_test(tcase, rfc6135_4_2_2_decides_who_connects, 0, SUPPORT_COUNT(roles));
	tcase_add_test(tcase, one_side_connects_whatever_is_answered);
	tcase_add_test(tcase, lines_of_types_add_up);
	tcase_add_loop_test(tcase, types_match_as_in_accept_types, 0, SUPPORT_COUNT(types));
	tcase_add_test(tcase, memory_may_run_out);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
