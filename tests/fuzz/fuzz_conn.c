/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/schedule.h"

/* The input is a script for a connection: see support/schedule.h. */
int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	support_schedule_run(in, len);
	return 0;
}
