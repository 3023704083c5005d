/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * "msrpctl top": who sends and receives how much right now, looked at again and again.
 */
#ifndef CTL_TOP_H
#define CTL_TOP_H

#include <stdbool.h>

/*
 * Shows the sessions of the relay at SOCKET until a key ends it. Without a terminal, or AS_JSON, it
 * looks twice, a second apart, and prints once. Returns the exit status of the program.
 */
int ctl_top_run(const char *socket, bool as_json);

#endif
