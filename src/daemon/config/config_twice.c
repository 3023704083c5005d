/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds the setting that a duplicate repeats, because libconfig only says that there is a
 * duplicate.
 */
#include "daemon/config/config_twice.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NAME_CHARS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-*"

/* Searches GROUP and the groups at its end that are still open, the innermost first. */
static const config_setting_t *find_member(const config_setting_t *group, const char *name)
{
	int n = config_setting_is_aggregate(group) ? config_setting_length(group) : 0;
	const config_setting_t *found = NULL;

	if (n > 0)
		found = find_member(config_setting_get_elem(group, (unsigned)n - 1), name);
	if (!found && config_setting_is_group(group))
		found = config_setting_get_member(group, name);
	return found;
}

/* FOUND may be the very setting that NAME begins on this line, with REST after it. */
static bool is_other(const config_setting_t *found, const char *name, const char *rest,
		     unsigned line)
{
	return config_setting_source_line(found) != line || strstr(rest, name);
}

/* Returns the first setting named in TEXT, which is LINE, that existed before. */
static const config_setting_t *find_known(const config_t *tree, char *text, unsigned line)
{
	const config_setting_t *found = NULL;
	size_t len, space;
	char sign;

	for (char *p = text; *p && !found; p += len) {
		len = strspn(p, NAME_CHARS);
		space = strspn(p + len, " \t");
		sign = p[len + space];
		if (len > 0 && (sign == '=' || sign == ':')) {
			p[len] = '\0'; /* restore the sign or space */
			found = find_member(config_root_setting(tree), p);
			len++;
			if (found && !is_other(found, p, p + len, line))
				found = NULL;
		} else if (*p == '"') {
			len = 1 + strcspn(p + 1, "\"");
			len += p[len] == '"';
		} else if (len == 0) {
			len = 1;
		}
	}
	return found;
}

const config_setting_t *config_twice_find(const config_t *tree, FILE *stream, unsigned line)
{
	const config_setting_t *found = NULL;
	char *text = NULL;
	size_t size = 0;

	for (unsigned i = 0; i < line && getline(&text, &size, stream) >= 0; i++)
		if (i + 1 == line)
			found = find_known(tree, text, line);
	free(text);
	return found;
}
