/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The walk over sections and lines: no octet of a text is lost, whatever its line ends.
 */
#include "sdp/line.h"

#include <string.h>

#include "support/expect.h"
#include "support/feed.h"
#include "support/run.h"

/* Adds all lines of SECTION to WALKED, which is large enough. */
static void walk_lines(struct slice section, char *walked)
{
	struct sdp_line line;

	while (sdp_line_next(&section, &line)) {
		ck_assert_uint_gt(line.octets.len, 0);
		strncat(walked, line.octets.p, line.octets.len);
	}
}

static const char *const texts[] = {
	"",
	"\n",
	"\r\n\r\n",
	"v=0",
	"v=0\r",
	"v=0\r\nm=audio 1 RTP/AVP 0",
	"m=message 1 TCP/MSRP *\nm=message 2 TCP/MSRP *\r\nm=\n",
	("v=0\r\no=- 1 1 IN IP4 a\r\ns=\r\nt=0 0\r\nm=message 1 TCP/MSRP "
	 "*\r\na=path:x\n\r\nb=AS:5\r\n"
	 "no line of SDP\r\nm=audio 4 RTP/AVP 0 8\na=x\r\n"),
	"xm=1\n m=2\nM=3\nm:4\nmm=5\n",
	"a=one\rstill one\r\r\n=\n==\nm",
};

START_TEST(no_octet_is_lost)
{
	size_t len = strlen(texts[_i]);
	uint8_t *guarded = support_guard_new(texts[_i], len);
	struct slice rest = slice_make(guarded, len);
	char walked[512] = "";
	struct slice section = sdp_session_cut(&rest);

	walk_lines(section, walked);
	while (sdp_media_next(&rest, &section)) {
		ck_assert(slice_starts_with(section, SLICE("m=")));
		walk_lines(section, walked);
	}
	ck_assert_str_eq(walked, texts[_i]);
	support_guard_free(guarded, len);
}
END_TEST

static const struct {
	const char *text;
	char type;
	const char *value;
} lines[] = {
	{ "a=x\r\nb", 'a', "x" }, { "a=x\nb", 'a', "x" },	   { "a=x", 'a', "x" },
	{ "a=\r\n", 'a', "" },	  { "a=x\r\r\n", 'a', "x\r" },	   { "a=x\ry\n", 'a', "x\ry" },
	{ "\r\nb", 0, "" },	  { "no line\r\n", 0, "no line" }, { "a\n", 0, "a" },
	{ "=x\n", 0, "=x" },	  { " a=x\n", 0, " a=x" },	   { "a =x\n", 0, "a =x" },
};

START_TEST(type_and_value_of_a_line)
{
	struct slice rest = slice_from(lines[_i].text);
	struct sdp_line line;

	ck_assert(sdp_line_next(&rest, &line));
	ck_assert_int_eq(line.type, lines[_i].type);
	expect_slice(line.value, lines[_i].value);
}
END_TEST

static const struct {
	const char *text;
	const char *name;
	const char *value;
} attributes[] = {
	{ "a=path:msrp://a:1/s;tcp", "path", "msrp://a:1/s;tcp" },
	{ "a=sendonly", "sendonly", "" },
	{ "a=setup:", "setup", "" },
	{ "a=:x", "", "x" },
	{ "a=", "", "" },
};

START_TEST(attribute_is_taken_apart)
{
	struct slice rest = slice_from(attributes[_i].text), name, value;
	struct sdp_line line;

	ck_assert(sdp_line_next(&rest, &line));
	ck_assert(sdp_line_attribute(&line, &name, &value));
	expect_slice(name, attributes[_i].name);
	expect_slice(value, attributes[_i].value);
}
END_TEST

static const struct {
	const char *text;
	const char *part[4]; /* media, port, protocol, formats */
} media[] = {
	{ "m=message 7654 TCP/MSRP *\r\n", { "message", "7654", "TCP/MSRP", "*" } },
	{ "m=audio 4000/2 RTP/AVP 0 8 97\n", { "audio", "4000/2", "RTP/AVP", "0 8 97" } },
	{ "m=message  TCP/MSRP", { "message", "", "TCP/MSRP", "" } },
	{ "m=message ", { "message", "", "", "" } },
	{ "m=", { "", "", "", "" } },
};

START_TEST(media_line_is_taken_apart)
{
	struct slice rest = slice_from(media[_i].text);
	struct sdp_media_line m;
	struct sdp_line line;

	ck_assert(sdp_line_next(&rest, &line));
	ck_assert(sdp_line_media(&line, &m));
	expect_slice(m.media, media[_i].part[0]);
	expect_slice(m.port, media[_i].part[1]);
	expect_slice(m.protocol, media[_i].part[2]);
	expect_slice(m.formats, media[_i].part[3]);
}
END_TEST

START_TEST(lines_of_another_type_are_neither)
{
	struct slice rest = SLICE("c=IN IP4 a:b\n"), name, value;
	struct sdp_media_line m;
	struct sdp_line line;

	ck_assert(sdp_line_next(&rest, &line));
	ck_assert(!sdp_line_attribute(&line, &name, &value));
	ck_assert(!sdp_line_media(&line, &m));
	ck_assert(!sdp_line_next(&rest, &line));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sdp/line");
	TCase *tcase = tcase_create("line");

	tcase_add_loop_test(tcase, no_octet_is_lost, 0, SUPPORT_COUNT(texts));
	tcase_add_loop_test(tcase, type_and_value_of_a_line, 0, SUPPORT_COUNT(lines));
	tcase_add_loop_test(tcase, attribute_is_taken_apart, 0, SUPPORT_COUNT(attributes));
	tcase_add_loop_test(tcase, media_line_is_taken_apart, 0, SUPPORT_COUNT(media));
	tcase_add_test(tcase, lines_of_another_type_are_neither);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
