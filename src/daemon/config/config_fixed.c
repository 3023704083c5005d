/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Compares two configurations for the options that only a restart applies, so that a reload can
 * name the ones that changed.
 */
#include "daemon/config/config_fixed.h"

#include <string.h>

#include "daemon/config/config_option.h"

static const void *fixed_field(const struct config *config, const struct config_option *option)
{
	return (const char *)config + option->at;
}

static bool are_same_strings(const struct config_strings *a, const struct config_strings *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->item[i], b->item[i]) != 0)
			return false;
	return true;
}

static bool is_same_setting(const struct config *before, const struct config *next,
			    const struct config_option *option)
{
	const void *a = fixed_field(before, option);
	const void *b = fixed_field(next, option);

	switch (option->type) {
	case CONFIG_BOOLEAN:
		return *(const bool *)a == *(const bool *)b;
	case CONFIG_NUMBER:
		return *(const uint64_t *)a == *(const uint64_t *)b;
	case CONFIG_STRING:
		return strcmp(*(char *const *)a, *(char *const *)b) == 0;
	case CONFIG_CHOICE:
		return *(const unsigned *)a == *(const unsigned *)b;
	case CONFIG_STRINGS:
		return are_same_strings(a, b);
	case CONFIG_LIST:
		break; /* reloads apply all of these */
	}
	return true;
}

void config_find_fixed(const struct config *before, const struct config *next, config_fixed_fn fn,
		       void *arg)
{
	for (const struct config_option *option = config_options; option->key; option++)
		if (option->fixed && !is_same_setting(before, next, option))
			fn(option->key, arg);
}
