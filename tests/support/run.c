/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/run.h"

#include <stdlib.h>

int support_run(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	int failed;

	/* CK_FORK stays on: a leak or a crash then fails its own case. */
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
