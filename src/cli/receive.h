/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLI_RECEIVE_H
#define CLI_RECEIVE_H

#include "cli/app.h"

/* With --dir; the other end of receive.c, and it uses the next two from there. */
int cli_receive_files(struct cli_options *options);

/* Says what is wrong with them. 0 or CLI_USAGE. */
int cli_receive_check(const struct cli_options *options);

void cli_receive_prepared(struct cli_app *app, const char *local_path);

#endif
