/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SUPPORT_EXPECT_H
#define SUPPORT_EXPECT_H

#include <check.h>
#include <string.h>

#include "base/slice.h"

#define SUPPORT_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Fails the case unless GOT holds exactly the characters of the string WANT. */
#define expect_slice(got, want)                                                                    \
	do {                                                                                       \
		struct slice got_ = (got);                                                         \
		const char *want_ = (want);                                                        \
		ck_assert_msg(slice_equal(got_, slice_from(want_)),                                \
			      "%s is \"%" SLICE_FMT "\", not \"%s\"", #got, SLICE_ARG(got_),       \
			      want_);                                                              \
	} while (0)

#endif
