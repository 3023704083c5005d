/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Answers for the library that runs, whichever header a program was compiled with.
 */
#include "client/msrp/types.h"

const char *msrp_version(void)
{
	return MSRP_VERSION;
}

unsigned msrp_version_number(void)
{
	return MSRP_VERSION_NUMBER;
}
