/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why a request goes nowhere, as its sender is told.
 */
#ifndef RELAY_REFUSAL_H
#define RELAY_REFUSAL_H

#include <stdbool.h>

struct relay_refusal {
	unsigned status;
	const char *comment;
	bool closes; /* closes the connection as well */
};

#endif
