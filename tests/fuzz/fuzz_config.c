/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/config/config.h"
#include "daemon/config/config_advice.h"
#include "daemon/config/config_fixed.h"
#include "daemon/config/config_option.h"
#include "daemon/workdir.h"

/*
 * A configuration, and after a byte of 0 a file that it may include, in a directory with
 * certificates. An accepted configuration obeys the table of all settings, whatever the text was.
 */

/* No input can guess it and include itself, which libconfig would do ten times over. */
static const char file[] = "msrpd-under-test-by-a-fuzzer.conf";
static const char included[] = "included.conf";

enum { COMPLAINTS_MAX = 100 * 1000 };

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);
const char *__lsan_default_options(void);
const char *__lsan_default_suppressions(void);

/* libconfig leaks the string in whose middle its parser gives up. */
const char *__lsan_default_suppressions(void)
{
	return "leak:libconfig.so";
}

const char *__lsan_default_options(void)
{
	return "print_suppressions=0";
}

static void check(bool holds)
{
	if (!holds)
		abort();
}

static struct workdir dir;

static void leave(void)
{
	unlink(file);
	workdir_done(&dir);
}

static void enter(void)
{
	static bool entered;

	if (entered)
		return;
	entered = true;
	workdir_init(&dir);
	atexit(leave);
}

static void write_file(const char *name, const void *bytes, size_t len)
{
	FILE *stream = fopen(name, "we");

	check(stream && fwrite(bytes, 1, len, stream) == len);
	check(fclose(stream) == 0);
}

/* It begins with the file's name. Quoted text is escaped where it goes out. */
static void on_error(const char *text, void *arg)
{
	size_t *n = arg;

	check(strncmp(text, file, strlen(file)) == 0 ||
	      strncmp(text, included, strlen(included)) == 0);
	check(++*n < COMPLAINTS_MAX);
}

static void on_advice(const char *text, void *arg)
{
	(void)arg;
	check(*text);
}

static void on_fixed(const char *key, void *arg)
{
	(void)arg;
	(void)key;
	check(false); /* nothing differs from itself */
}

static void check_text(const struct config_option *option, const char *text)
{
	check(text != NULL);
	/* One that is missing in an element, or has no default, is "". */
	check(!*text || !option->check || !option->check(text));
}

static void check_strings(const struct config_option *option, const struct config_strings *strings)
{
	check(strings->n <= option->max);
	for (size_t i = 0; i < strings->n; i++)
		check_text(option, strings->item[i]);
}

/* How many elements LIST has in the struct at BASE. */
static size_t count_of(const struct config_option *list, const void *base)
{
	const void *count = (const char *)base + list->count_at;

	return *(const size_t *)count;
}

static void check_option(const struct config_option *option, const void *base)
{
	const void *value = (const char *)base + option->at;
	unsigned n = 0;

	switch (option->type) {
	case CONFIG_NUMBER:
		check(*(const uint64_t *)value >= option->min);
		check(*(const uint64_t *)value <= option->max);
		break;
	case CONFIG_CHOICE:
		while (option->choices[n])
			n++;
		check(*(const unsigned *)value < n);
		break;
	case CONFIG_STRING:
		check_text(option, *(char *const *)value);
		check(strlen(*(char *const *)value) <= option->max);
		break;
	case CONFIG_STRINGS:
		check_strings(option, value);
		break;
	case CONFIG_LIST:
		check(count_of(option, base) <= option->max);
		break;
	case CONFIG_BOOLEAN:
		break;
	}
}

/* Those of LIST, or with NULL those that are in no list. */
static void check_scope(const struct config_option *list, const void *base)
{
	size_t len = list ? strlen(list->key) : 0;

	for (const struct config_option *option = config_options; option->key; option++) {
		const char *bracket = strchr(option->key, '[');
		size_t of = bracket ? (size_t)(bracket - option->key) : 0;

		if (of == len && (!list || strncmp(option->key, list->key, len) == 0))
			check_option(option, base);
	}
}

static void check_config(const struct config *config)
{
	check_scope(NULL, config);
	for (const struct config_option *list = config_options; list->key; list++) {
		const void *at = (const char *)config + list->at;

		if (list->type != CONFIG_LIST)
			continue;
		for (size_t i = 0; i < count_of(list, config); i++)
			check_scope(list, *(char *const *)at + i * list->element_size);
	}
}

/* Other included files, such as devices or directories of this machine, are not in the text. */
static bool includes_others(const uint8_t *in, size_t len)
{
	static const char word[] = "@include", ours[] = " \"included.conf\"";
	const uint8_t *at = in, *end = in + len;

	while ((at = memmem(at, (size_t)(end - at), word, strlen(word)))) {
		at += strlen(word);
		if ((size_t)(end - at) < strlen(ours) || memcmp(at, ours, strlen(ours)) != 0)
			return true;
	}
	return false;
}

static void load(void)
{
	struct config *config = NULL;
	size_t n = 0;
	int err = config_load(file, on_error, &n, &config);

	check(err == (n > 0 ? CONFIG_BAD : 0));
	if (err)
		return;
	check_config(config);
	config_advise(config, "msrpd.conf", 0, on_advice, NULL);
	config_advise_service(config, on_advice, NULL);
	config_find_fixed(config, config, on_fixed, NULL);
	config_forget_secrets(config);
	config_free(config);
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	const uint8_t *zero = len > 0 ? memchr(in, '\0', len) : NULL;
	size_t first = zero ? (size_t)(zero - in) : len;
	size_t rest = zero ? len - first - 1 : 0;

	if (includes_others(in, first) || (rest > 0 && memmem(zero + 1, rest, "@include", 8)))
		return 0;
	enter();
	write_file(file, in, first);
	write_file(included, zero ? zero + 1 : in, rest);
	load();
	return 0;
}
