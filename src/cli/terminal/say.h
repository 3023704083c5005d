/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the whole command reports errors: one line that begins with "msrp: ".
 */
#ifndef CLI_TERMINAL_SAY_H
#define CLI_TERMINAL_SAY_H

/* Replaces by '?' what is not harmless (cli/terminal/text.h) and may come from the other side. */
void cli_make_printable(char *line);

/* Prints "msrp: ..." on stderr, made printable. */
void cli_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The last line of cli_error(); "" if there was none. */
const char *cli_latest_error(void);

#endif
