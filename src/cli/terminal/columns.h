/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How wide a text is on a terminal. screen.c asks for the line that is being typed, and progress.c
 * for the name of a file.
 */
#ifndef CLI_TERMINAL_COLUMNS_H
#define CLI_TERMINAL_COLUMNS_H

#include <stddef.h>

/*
 * Each character of UTF-8 counts as one column. Characters of East Asia take two, and then a mark
 * or a name may go astray by as many, which is all.
 */
size_t cli_columns(const char *text, size_t len);

#endif
