/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/admin/admin_command.h"

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

static void check(bool holds)
{
	if (!holds)
		abort();
}

/* The words of a command are those of its line, in order, and no more than permitted. */
static void check_words(struct slice line, const struct admin_words *words)
{
	const char *end = words->line + line.len;
	size_t at = 0;

	for (size_t i = 0; i < ADMIN_WORDS && words->word[i]; i++) {
		size_t word_len = strlen(words->word[i]);

		check(words->word[i] >= words->line && words->word[i] + word_len < end);
		check(!memchr(words->word[i], '\t', word_len));
		check(memcmp(words->word[i], line.p + at, word_len) == 0);
		at += word_len + 1;
	}
	check(!words->word[ADMIN_WORDS]);
	check(at == line.len); /* a tab or the end of the line follows each */
}

/* One line after the other, because clients need not wait for answers. */
int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct slice rest = slice_make(in, len);
	size_t end;

	while ((end = admin_command_find_end(rest)) > 0) {
		/* In a block of its own, so that the sanitizer sees its end. */
		char *copy = malloc(end);
		enum admin_command command = ADMIN_COMMANDS;
		struct admin_words words;

		check(end <= rest.len && rest.p[end - 1] == '\n');
		if (end > ADMIN_LINE_MAX || !copy) {
			free(copy);
			return 0; /* such a line closes the connection */
		}
		memcpy(copy, rest.p, end);
		if (!admin_command_parse(slice_make(copy, end), &words, &command)) {
			check(command < ADMIN_COMMANDS && words.word[0]);
			check_words(slice_make(copy, end), &words);
		}
		free(copy);
		rest = slice_skip(rest, end);
	}
	return 0;
}
