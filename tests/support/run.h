/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SUPPORT_RUN_H
#define SUPPORT_RUN_H

#include <check.h>

/*
 * Runs a suite and prints its results in TAP, a line for each case. Returns the result for main().
 */
int support_run(Suite *suite);

#endif
