/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLI_COMMAND_RECEIVE_H
#define CLI_COMMAND_RECEIVE_H

#include "cli/app/app.h"

/* With --dir; the other end of receive.c, and it uses the next two from there. */
int cli_receive_files(struct cli_options *options);

/* Says what is wrong with them. 0 or CLI_USAGE. */
int cli_receive_check(const struct cli_options *options);

void cli_receive_prepared(struct cli_app *app, const char *local_path);

/* ---- of both ---- */

enum { CLI_RECEIVE_WHY = 128 };

/* Why a file cannot be taken, in one line that both sides may read. */
void cli_receive_explain(int err, char ret_why[CLI_RECEIVE_WHY]);

/*
 * May a file of SIZE octets come, of which HAVE are in DIRECTORY, on whose disk there is no less
 * room; NULL: that is not looked at? 0, -EFBIG, or -ENOSPC.
 */
int cli_receive_check_size(const struct cli_options *options, const char *directory, uint64_t have,
			   uint64_t size);

/* Is it a file, and not what people or programs say to each other? Who means a file gives it a
 * name, or a disposition, or at least no type of a text or a message. */
bool cli_receive_is_file(const struct msrp_incoming *message);

#endif
