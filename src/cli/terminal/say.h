/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How all of the command complains: one line that begins with
 * "msrp: ".
 */
#ifndef CLI_TERMINAL_SAY_H
#define CLI_TERMINAL_SAY_H

/* What is not harmless (cli/terminal/text.h), and may be the other side's, becomes '?'. */
void cli_make_printable(char *line);

/* "msrp: ..." on stderr, made printable. */
void cli_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What cli_error() has said last; "" when it has said nothing. */
const char *cli_latest_error(void);

#endif
