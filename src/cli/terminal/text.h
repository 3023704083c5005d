/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLI_TERMINAL_TEXT_H
#define CLI_TERMINAL_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Texts that others wrote, and that are shown or name a file: all of the command takes
 * them through here. Harmless is a character of UTF-8 that a terminal does not obey, and
 * that leaves the others where they stand: no control characters, those of C1 included,
 * and none that turn the direction of writing, are invisible, or end a line.
 */

/* How many columns a harmless text takes; characters of East Asia, which take two, count as one. */
size_t cli_text_columns(const char *text);

/* The octets of the first character of LEN, at least one, octets; what is no UTF-8 has one. */
size_t cli_text_character(const char *text, size_t len, bool *ret_harmless);

/*
 * Copies LEN octets, and ends them. Each character that is not harmless becomes INSTEAD, or
 * is left out when that is '\0'. RET has room for LEN + 1, and may be TEXT. Returns the new length.
 */
size_t cli_text_clean(char *ret, const char *text, size_t len, char instead);

#endif
