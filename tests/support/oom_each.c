/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <check.h>
#include <errno.h>

#include "support/oom.h"

size_t support_oom_each(int (*make)(const void *arg), const void *arg)
{
	bool struck = true;
	size_t n, left;
	int err;

	for (n = 0; struck; n++) {
		support_oom_start(n, false);
		err = make(arg);
		struck = support_oom_struck();
		left = support_oom_stop();
		ck_assert_int_eq(err, struck ? -ENOMEM : 0);
		ck_assert_uint_eq(left, 0);
	}
	return n;
}
