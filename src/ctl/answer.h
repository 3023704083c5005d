/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The last step of msrpctl: from the lines of the answer to what is on the terminal, and to the
 * exit status.
 */
#ifndef CTL_ANSWER_H
#define CTL_ANSWER_H

#include <stdbool.h>

#include "ctl/ask.h"
#include "ctl/command.h"

/*
 * Prints the answer to a question: what was asked for to stdout, complaints to
 * stderr. Returns the exit status of the program.
 */
int ctl_answer_print(struct ctl_ask *ask, const struct ctl_command *command, bool as_json);

#endif
