/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/serve/openmetrics.h"

#include "support/run.h"

START_TEST(families_are_written_as_the_standard_has_them)
{
	struct buf out = { 0 };
	struct openmetrics m = { .out = &out };

	openmetrics_info(&m, "a_build", "Which one.");
	openmetrics_add(&m, "version", "1.2", 1);
	openmetrics_counter(&m, "a_things", "Things.");
	openmetrics_add(&m, NULL, NULL, UINT64_MAX);
	openmetrics_counter(&m, "a_sent_bytes", "Bytes.");
	openmetrics_add(&m, "kind", "x", 0);
	openmetrics_add(&m, "kind", "y", 1);
	openmetrics_gauge(&m, "a_time_seconds", "Time.");
	openmetrics_add_time(&m, 1500000000);
	openmetrics_add_time_for(&m, "worker", 3, 1);
	openmetrics_gauge(&m, "a_level", "Level.");
	openmetrics_add_for(&m, "worker", 0, 7);
	openmetrics_end(&m);
	static const char want[] = "# TYPE a_build info\n"
				   "# HELP a_build Which one.\n"
				   "a_build_info{version=\"1.2\"} 1\n"
				   "# TYPE a_things counter\n"
				   "# HELP a_things Things.\n"
				   "a_things_total 18446744073709551615\n"
				   "# TYPE a_sent_bytes counter\n"
				   "# UNIT a_sent_bytes bytes\n"
				   "# HELP a_sent_bytes Bytes.\n"
				   "a_sent_bytes_total{kind=\"x\"} 0\n"
				   "a_sent_bytes_total{kind=\"y\"} 1\n"
				   "# TYPE a_time_seconds gauge\n"
				   "# UNIT a_time_seconds seconds\n"
				   "# HELP a_time_seconds Time.\n"
				   "a_time_seconds 1.500000000\n"
				   "a_time_seconds{worker=\"3\"} 0.000000001\n"
				   "# TYPE a_level gauge\n"
				   "# HELP a_level Level.\n"
				   "a_level{worker=\"0\"} 7\n"
				   "# EOF\n";
	ck_assert_msg(slice_equal(buf_slice(&out), slice_from(want)), "%" SLICE_FMT,
		      SLICE_ARG(buf_slice(&out)));
	buf_done(&out);
}
END_TEST

START_TEST(or_as_prometheus_had_them_before)
{
	struct buf out = { 0 };
	struct openmetrics m = { .out = &out, .plain = true };

	openmetrics_info(&m, "a_build", "Which one.");
	openmetrics_add(&m, "version", "1.2", 1);
	openmetrics_counter(&m, "a_sent_bytes", "Bytes.");
	openmetrics_add(&m, "kind", "x", 0);
	openmetrics_gauge(&m, "a_time_seconds", "Time.");
	openmetrics_add_time(&m, 1500000000);
	openmetrics_end(&m);
	static const char want[] = "# TYPE a_build_info gauge\n"
				   "# HELP a_build_info Which one.\n"
				   "a_build_info{version=\"1.2\"} 1\n"
				   "# TYPE a_sent_bytes_total counter\n"
				   "# HELP a_sent_bytes_total Bytes.\n"
				   "a_sent_bytes_total{kind=\"x\"} 0\n"
				   "# TYPE a_time_seconds gauge\n"
				   "# HELP a_time_seconds Time.\n"
				   "a_time_seconds 1.500000000\n";
	ck_assert_msg(slice_equal(buf_slice(&out), slice_from(want)), "%" SLICE_FMT,
		      SLICE_ARG(buf_slice(&out)));
	buf_done(&out);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("openmetrics");
	TCase *tcase = tcase_create("openmetrics");

	tcase_add_test(tcase, families_are_written_as_the_standard_has_them);
	tcase_add_test(tcase, or_as_prometheus_had_them_before);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
