/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The width of a text on a terminal. screen.c asks for the line that is being typed, and progress.c
 * for the name of a file.
 */
#ifndef CLI_TERMINAL_COLUMNS_H
#define CLI_TERMINAL_COLUMNS_H

#include <stddef.h>

/*
 * Counts one column per UTF-8 character. East Asian characters take two, which can misplace a mark
 * or a name, but no more than that.
 */
size_t cli_columns(const char *text, size_t len);

#endif
