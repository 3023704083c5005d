/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The last step of msrpctl: turns the lines of the answer into terminal output and the exit status.
 */
#ifndef CTL_ANSWER_H
#define CTL_ANSWER_H

#include <stdbool.h>

#include "ctl/ask.h"
#include "ctl/command.h"

/*
 * Prints the answer to a question: results to stdout, complaints to stderr. Returns the exit status
 * of the program.
 */
int ctl_answer_print(struct ctl_ask *ask, const struct ctl_command *command, bool as_json);

#endif
