/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/config/config_advice.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config/config_option.h"

enum { KEY_MAX_LEN = 256, LINE_MAX_LEN = PATH_MAX + 2 * KEY_MAX_LEN };

struct advice {
	config_error_fn fn;
	void *arg;
};

void config_advise(const struct config *config, config_error_fn fn, void *arg)
{
	if (config->auth.backend == CONFIG_BACKEND_USERS && config->auth.n_users == 0)
		fn("auth.users: there are none, so nobody can authenticate", arg);
}

/* Hidden by ProtectHome=yes, see systemd.exec(5). */
static bool is_hidden(const char *path)
{
	static const char *const hidden[] = { "/home/", "/root/", "/run/user/" };

	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (strncmp(path, hidden[i], strlen(hidden[i])) == 0)
			return true;
	return false;
}

/* What PATH, which may be a link, leads to counts as well. */
static void look_at(const struct advice *advice, const char *key, const char *path)
{
	char real[PATH_MAX] = "";
	char line[LINE_MAX_LEN];

	if (*path && !realpath(path, real))
		real[0] = '\0';
	if (!is_hidden(path) && !is_hidden(real))
		return;
	snprintf(line, sizeof(line),
		 "%s: %s: msrpd.service sees nothing below /home, /root and /run/user; see "
		 "\"Credentials\" in msrpd(8)",
		 key, is_hidden(path) ? path : real);
	advice->fn(line, advice->arg);
}

static void look_at_option(const struct advice *advice, const struct config_option *option,
			   const char *key, const void *base)
{
	const void *value = (const char *)base + option->at;
	char item[KEY_MAX_LEN + 32];

	if (option->type == CONFIG_STRING)
		look_at(advice, key, *(char *const *)value);
	for (size_t i = 0; option->type == CONFIG_STRINGS; i++) {
		const struct config_strings *strings = value;

		if (i == strings->n)
			break;
		snprintf(item, sizeof(item), "%s[%zu]", key, i);
		look_at(advice, item, strings->item[i]);
	}
}

/* Of each element of LIST the files that OPTION, "list[].key", stands for. */
static void look_at_list(const struct advice *advice, const struct config_option *list,
			 const struct config_option *option, const struct config *config)
{
	const void *at = (const char *)config + list->at;
	const void *count_at = (const char *)config + list->count_at;
	const char *elements = *(char *const *)at;
	size_t n = *(const size_t *)count_at;
	const char *rest = option->key + strlen(list->key) + strlen("[]");
	char key[KEY_MAX_LEN];

	for (size_t i = 0; i < n; i++) {
		snprintf(key, sizeof(key), "%s[%zu]%s", list->key, i, rest);
		look_at_option(advice, option, key, elements + i * list->element_size);
	}
}

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

void config_advise_service(const struct config *config, config_error_fn fn, void *arg)
{
	const struct advice advice = { fn, arg };

	for (const struct config_option *option = config_options; option->key; option++) {
		const struct config_option *list = list_of(option);

		if (!option->file)
			continue;
		if (list)
			look_at_list(&advice, list, option, config);
		else
			look_at_option(&advice, option, option->key, config);
	}
}
