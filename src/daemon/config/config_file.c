/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds the file options in the table of options, and their values in a configuration.
 */
#include "daemon/config/config_file.h"

#include <stdio.h>
#include <string.h>

struct file_walk {
	config_file_fn fn;
	void *arg;
};

/* Reports the files of one option, whose value is in the struct at BASE. */
static void tell_option(const struct file_walk *walk, const struct config_option *option,
			const char *key, const void *base)
{
	const void *value = (const char *)base + option->at;
	const struct config_strings *strings = value;
	char item[CONFIG_KEY_MAX];

	if (option->type == CONFIG_STRING) {
		const char *path = *(char *const *)value;

		if (*path)
			walk->fn(walk->arg, key, path, option->file);
		return;
	}
	for (size_t i = 0; i < strings->n; i++) {
		snprintf(item, sizeof(item), "%s[%zu]", key, i);
		walk->fn(walk->arg, item, strings->item[i], option->file);
	}
}

/* Reports, for each element of LIST, the files of OPTION, "list[].key". */
static void tell_list(const struct file_walk *walk, const struct config_option *list,
		      const struct config_option *option, const struct config *config)
{
	const void *at = (const char *)config + list->at;
	const void *count_at = (const char *)config + list->count_at;
	const char *elements = *(char *const *)at;
	size_t n = *(const size_t *)count_at;
	const char *rest = option->key + strlen(list->key) + strlen("[]");
	char key[CONFIG_KEY_MAX];

	for (size_t i = 0; i < n; i++) {
		snprintf(key, sizeof(key), "%s[%zu]%s", list->key, i, rest);
		tell_option(walk, option, key, elements + i * list->element_size);
	}
}

/* The list that OPTION is a key of, or NULL. */
static const struct config_option *list_of(const struct config_option *option)
{
	const char *bracket = strstr(option->key, "[].");
	size_t len = bracket ? (size_t)(bracket - option->key) : 0;

	for (const struct config_option *o = config_options; bracket && o->key; o++)
		if (o->type == CONFIG_LIST && strlen(o->key) == len &&
		    strncmp(o->key, option->key, len) == 0)
			return o;
	return NULL;
}

void config_each_file(const struct config *config, config_file_fn fn, void *arg)
{
	const struct file_walk walk = { fn, arg };

	for (const struct config_option *option = config_options; option->key; option++) {
		const struct config_option *list = list_of(option);

		if (option->file == CONFIG_NO_FILE)
			continue;
		if (list)
			tell_list(&walk, list, option, config);
		else
			tell_option(&walk, option, option->key, config);
	}
}
