/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLI_SAY_H
#define CLI_SAY_H

/* "msrp: ..." on stderr. Control characters, which may be the other side's, become '?'. */
void cli_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
