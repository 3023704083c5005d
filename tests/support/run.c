/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/run.h"

#include <stdbool.h>
#include <stdlib.h>

#include "support/sanitized.h"

/*
 * By default check gives each case a process and four seconds. The process stays: a crash or a leak
 * then fails its own case. If a sanitizer's shadow memory makes the fork the most expensive part of
 * a case, all cases share one process instead, and a finding of the sanitizer fails the program.
 * The time limit goes: how long a case takes depends on the machine, and Meson ends what hangs.
 */

/* Before main(), because tcase_create() already looks at it. */
__attribute__((constructor)) static void give_time(void)
{
	setenv("CK_TIMEOUT_MULTIPLIER", "1000", true);
}

/*
 * What this machine trusts is no matter of a test. With Debian's authorities, some 140, most of
 * what a case costs would be reading them, once for each context that names no file.
 */
__attribute__((constructor)) static void trust_nobody(void)
{
	setenv("SSL_CERT_FILE", "/dev/null", true);
	setenv("SSL_CERT_DIR", "/dev/null", true);
}

int support_run(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	int failed;

	if (SUPPORT_IS_SANITIZED)
		srunner_set_fork_status(runner, CK_NOFORK);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
