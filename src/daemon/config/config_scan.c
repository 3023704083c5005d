/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads the text of a configuration again, word by word, for what libconfig does not tell: numbers
 * too large for it, and included files.
 */
#include "daemon/config/config_scan.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/ascii.h"

enum { WORD_MAX = 64 };

struct scanner {
	FILE *stream;
	unsigned line;
	config_scan_fn on_number; /* NULL: not wanted; the next one likewise */
	config_scan_fn on_include;
	void *arg;
};

static int next_char(struct scanner *scanner)
{
	int c = getc(scanner->stream);

	if (c == '\n')
		scanner->line++;
	return c;
}

static int peek_char(struct scanner *scanner)
{
	return ungetc(getc(scanner->stream), scanner->stream);
}

static void skip_string(struct scanner *scanner)
{
	int c;

	while ((c = next_char(scanner)) != EOF && c != '"')
		if (c == '\\')
			next_char(scanner);
}

static void skip_line(struct scanner *scanner)
{
	int c;

	do
		c = next_char(scanner);
	while (c != EOF && c != '\n');
}

static void skip_comment(struct scanner *scanner)
{
	int c = next_char(scanner);

	while (c != EOF && !(c == '*' && peek_char(scanner) == '/'))
		c = next_char(scanner);
	next_char(scanner);
}

/* Names and numbers alike; a sign before the word does not matter here. */
static bool is_word(int c)
{
	return c != EOF && (ascii_is_alnum((char)c) || c == '_' || c == '.');
}

static bool is_oversized(const char *word)
{
	bool hex = word[0] == '0' && ascii_lower(word[1]) == 'x';
	unsigned long long value;
	char *end;

	if (!ascii_is_digit(word[0]))
		return false;
	errno = 0;
	value = strtoull(word, &end, hex ? 16 : 10);
	if (*end != '\0') /* has an L, or a fraction */
		return false;
	return errno != 0 || value > (hex ? UINT_MAX : INT_MAX);
}

static void take_word(struct scanner *scanner, int first)
{
	char word[WORD_MAX] = { (char)first };
	size_t n = 1;

	while (is_word(peek_char(scanner))) {
		int c = next_char(scanner);

		if (n + 1 < sizeof(word))
			word[n++] = (char)c;
	}
	if (scanner->on_number && is_oversized(word))
		scanner->on_number(word, scanner->line, scanner->arg);
}

/* The rest of @include "file". */
static void take_include(struct scanner *scanner)
{
	unsigned line = scanner->line;
	char file[PATH_MAX];
	size_t n = 0;
	int c;

	while ((c = next_char(scanner)) != EOF && c != '"' && c != '\n')
		;
	if (c != '"')
		return;
	while ((c = next_char(scanner)) != EOF && c != '"' && c != '\n' && n + 1 < sizeof(file)) {
		if (c == '\\')
			c = next_char(scanner);
		file[n++] = (char)c;
	}
	file[n] = '\0';
	if (scanner->on_include)
		scanner->on_include(file, line, scanner->arg);
}

static void scan_text(struct scanner *scanner)
{
	int c;

	while ((c = next_char(scanner)) != EOF) {
		if (c == '"')
			skip_string(scanner);
		else if (c == '#' || (c == '/' && peek_char(scanner) == '/'))
			skip_line(scanner);
		else if (c == '/' && peek_char(scanner) == '*')
			skip_comment(scanner);
		else if (c == '@')
			take_include(scanner);
		else if (is_word(c))
			take_word(scanner, c);
	}
}

void config_scan_numbers(FILE *stream, config_scan_fn on_number, void *arg)
{
	scan_text(
	    &(struct scanner){ .stream = stream, .line = 1, .on_number = on_number, .arg = arg });
}

void config_scan_includes(FILE *stream, config_scan_fn on_file, void *arg)
{
	scan_text(
	    &(struct scanner){ .stream = stream, .line = 1, .on_include = on_file, .arg = arg });
}
