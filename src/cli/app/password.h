/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The password for the relay. main.c asks for it after the
 * options, and before a subcommand runs.
 */
#ifndef CLI_APP_PASSWORD_H
#define CLI_APP_PASSWORD_H

#include "cli/app/options.h"

/*
 * Makes sure that options->password is set if there is a user: from the file, the environment or
 * the terminal, in this order. Returns 0, or CLI_USAGE after printing why.
 */
int cli_password_find(struct cli_options *options);

#endif
