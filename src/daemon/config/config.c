/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads every option of the table (config_option.c) from the file into struct config, checks type
 * and bounds, and complains about everything that the table does not have.
 */
#include "daemon/config/config.h"

#include <errno.h>
#include <libconfig.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config/config_option.h"
#include "daemon/config/config_source.h"
#include "daemon/config/credential.h"
#include "users/users.h"

/* A struct that is being filled, and its options: those whose key begins with PREFIX. */
struct scope {
	struct config_source *source;
	const config_setting_t *group; /* NULL: not in the file, so defaults apply */
	void *base;
	char prefix[CONFIG_KEY_MAX]; /* "auth.users[]." */
	char label[CONFIG_KEY_MAX];  /* "auth.users[2]." */
};

/*
 * The rest of the option's key if it belongs to PREFIX itself, not to a list below; otherwise NULL.
 */
static const char *key_within(const struct config_option *option, const char *prefix)
{
	size_t len = strlen(prefix);

	if (strncmp(option->key, prefix, len) != 0 || strchr(option->key + len, '['))
		return NULL;
	return option->key + len;
}

static void *field_of(void *base, size_t at)
{
	return (char *)base + at;
}

/* snprintf() tells the compiler that truncation is intended; no option is so long. */
static void join_key(char out[CONFIG_KEY_MAX], const char *a, const char *b, const char *c)
{
	if (snprintf(out, CONFIG_KEY_MAX, "%s%s%s", a, b, c) < 0)
		out[0] = '\0';
}

static void item_key(char out[CONFIG_KEY_MAX], const char *key, size_t i)
{
	char index[32];

	snprintf(index, sizeof(index), "[%zu]", i);
	join_key(out, key, index, "");
}

static int read_scope(struct scope *scope);

static int read_boolean(struct scope *scope, const struct config_option *option, const char *key,
			const config_setting_t *setting)
{
	bool *value = field_of(scope->base, option->at);

	*value = option->number != 0;
	if (!setting)
		return 0;
	if (config_setting_type(setting) != CONFIG_TYPE_BOOL)
		config_complain(scope->source, key, "must be true or false");
	else
		*value = config_setting_get_bool(setting);
	return 0;
}

static int read_name(struct scope *scope, const struct config_option *option, const char *key,
		     const char *name)
{
	uint64_t *value = field_of(scope->base, option->at);
	int found = option->find(name);

	if (found < 0)
		config_complain(scope->source, key, "\"%s\" is no name of such a value", name);
	else
		*value = (uint64_t)found;
	return 0;
}

static int read_number_option(struct scope *scope, const struct config_option *option,
			      const char *key, const config_setting_t *setting)
{
	uint64_t *value = field_of(scope->base, option->at);
	long long given;

	*value = option->number;
	if (!setting)
		return 0;
	if (option->find && config_setting_type(setting) == CONFIG_TYPE_STRING)
		return read_name(scope, option, key, config_setting_get_string(setting));
	if (config_setting_type(setting) != CONFIG_TYPE_INT &&
	    config_setting_type(setting) != CONFIG_TYPE_INT64) {
		config_complain(scope->source, key, "must be a whole number");
		return 0;
	}
	given = config_setting_get_int64(setting);
	if (given < 0 || (uint64_t)given < option->min || (uint64_t)given > option->max)
		config_complain(scope->source, key, "%lld is not within %llu and %llu", given,
				(unsigned long long)option->min, (unsigned long long)option->max);
	else
		*value = (uint64_t)given;
	return 0;
}

/* The text of a setting if the option accepts it; otherwise NULL, after a complaint. */
static const char *read_text(struct scope *scope, const struct config_option *option,
			     const char *key, const config_setting_t *setting)
{
	const char *text = config_setting_get_string(setting);
	const char *wrong;

	if (config_setting_type(setting) != CONFIG_TYPE_STRING || !text) {
		config_complain(scope->source, key, "must be a string in quotes");
		return NULL;
	}
	if (option->type == CONFIG_STRING && strlen(text) < option->min) {
		config_complain(scope->source, key, "must not be empty");
		return NULL;
	}
	if (option->type == CONFIG_STRING && strlen(text) > option->max) {
		config_complain(scope->source, key, "is longer than %llu characters",
				(unsigned long long)option->max);
		return NULL;
	}
	wrong = option->check ? option->check(text) : NULL;
	if (!wrong && option->file)
		wrong = credential_check(text);
	if (wrong && option->secret)
		config_complain(scope->source, key, "%s", wrong);
	else if (wrong)
		config_complain(scope->source, key, "\"%s\" %s", text, wrong);
	return wrong ? NULL : text;
}

/* A copy of the value that TEXT stands for. NULL without memory. */
static char *copy_text(const struct config_option *option, const char *text)
{
	return option->file ? credential_path(text) : strdup(text);
}

static int read_string(struct scope *scope, const struct config_option *option, const char *key,
		       const config_setting_t *setting)
{
	char **value = field_of(scope->base, option->at);
	const char *text = option->text;

	if (setting)
		text = read_text(scope, option, key, setting);
	else if (!text)
		config_complain(scope->source, key, "is required");
	*value = copy_text(option, text ? text : "");
	return *value ? 0 : -ENOMEM;
}

static int read_choice(struct scope *scope, const struct config_option *option, const char *key,
		       const config_setting_t *setting)
{
	unsigned *value = field_of(scope->base, option->at);
	const char *text;
	char names[256] = "";

	*value = (unsigned)option->number;
	if (!setting)
		return 0;
	text = config_setting_get_string(setting);
	for (unsigned i = 0; option->choices[i]; i++) {
		size_t len = strlen(names);

		if (text && strcmp(text, option->choices[i]) == 0) {
			*value = i;
			return 0;
		}
		snprintf(names + len, sizeof(names) - len, "%s\"%s\"", i ? ", " : "",
			 option->choices[i]);
	}
	config_complain(scope->source, key, "must be one of %s", names);
	return 0;
}

static int add_item(struct config_strings *strings, const struct config_option *option,
		    const char *text)
{
	strings->item[strings->n] = copy_text(option, text);
	return strings->item[strings->n++] ? 0 : -ENOMEM;
}

static bool is_list(const config_setting_t *setting)
{
	return config_setting_is_list(setting) || config_setting_is_array(setting);
}

/* The number of elements of SETTING, or -1 after a complaint. */
static int list_length(struct scope *scope, const struct config_option *option, const char *key,
		       const config_setting_t *setting)
{
	int n = is_list(setting) ? config_setting_length(setting) : 0;

	if (!is_list(setting))
		config_complain(scope->source, key, "must be a list: ( ... )");
	else if ((uint64_t)n < option->min || (uint64_t)n > option->max)
		config_complain(scope->source, key,
				"has %d elements, which is not within %llu and %llu", n,
				(unsigned long long)option->min, (unsigned long long)option->max);
	else
		return n;
	return -1;
}

/* TEXT has items separated by spaces. */
static int default_strings(struct config_strings *strings, const struct config_option *option,
			   const char *text)
{
	size_t len = strlen(text);
	char item[CONFIG_KEY_MAX];
	int err = 0;

	strings->item = calloc(len + 1, sizeof(*strings->item));
	if (!strings->item)
		return -ENOMEM;
	while (*text && !err) {
		len = strcspn(text, " ");
		snprintf(item, sizeof(item), "%.*s", (int)len, text);
		err = add_item(strings, option, item);
		text += len + strspn(text + len, " ");
	}
	return err;
}

static int read_strings(struct scope *scope, const struct config_option *option, const char *key,
			const config_setting_t *setting)
{
	struct config_strings *value = field_of(scope->base, option->at);
	char label[CONFIG_KEY_MAX];
	int n, err = 0;

	if (!setting)
		return option->text ? default_strings(value, option, option->text) : 0;
	n = list_length(scope, option, key, setting);
	if (n <= 0)
		return 0;
	value->item = calloc((size_t)n, sizeof(*value->item));
	if (!value->item)
		return -ENOMEM;
	for (int i = 0; i < n && !err; i++) {
		const char *text;

		item_key(label, key, (size_t)i);
		text =
		    read_text(scope, option, label, config_setting_get_elem(setting, (unsigned)i));
		if (text)
			err = add_item(value, option, text);
	}
	return err;
}

static int read_element(const struct scope *scope, const struct config_option *option,
			const config_setting_t *element, size_t i, void *base)
{
	struct scope inner = { .source = scope->source, .group = element, .base = base };
	char label[CONFIG_KEY_MAX];

	join_key(label, scope->label, key_within(option, scope->prefix), "");
	item_key(inner.label, label, i);
	if (element && !config_setting_is_group(element)) {
		config_complain(scope->source, inner.label, "must be a group: { ... }");
		inner.group = NULL;
		return 0;
	}
	join_key(inner.prefix, option->key, "[].", "");
	join_key(label, inner.label, ".", "");
	memcpy(inner.label, label, sizeof(label));
	return read_scope(&inner);
}

static int read_list(struct scope *scope, const struct config_option *option, const char *key,
		     const config_setting_t *setting)
{
	char **value = field_of(scope->base, option->at);
	size_t *count = field_of(scope->base, option->count_at);
	int n = setting ? list_length(scope, option, key, setting) : (int)option->number;
	int err = 0;

	if (n <= 0)
		return 0;
	*value = calloc((size_t)n, option->element_size);
	if (!*value)
		return -ENOMEM;
	*count = (size_t)n;
	for (size_t i = 0; i < *count && !err; i++)
		err = read_element(scope, option,
				   setting ? config_setting_get_elem(setting, (unsigned)i) : NULL,
				   i, *value + i * option->element_size);
	return err;
}

static int read_option(struct scope *scope, const struct config_option *option, const char *key,
		       const config_setting_t *setting)
{
	switch (option->type) {
	case CONFIG_BOOLEAN:
		return read_boolean(scope, option, key, setting);
	case CONFIG_NUMBER:
		return read_number_option(scope, option, key, setting);
	case CONFIG_STRING:
		return read_string(scope, option, key, setting);
	case CONFIG_CHOICE:
		return read_choice(scope, option, key, setting);
	case CONFIG_STRINGS:
		return read_strings(scope, option, key, setting);
	case CONFIG_LIST:
		return read_list(scope, option, key, setting);
	}
	return 0;
}

static bool is_option(const char *key)
{
	for (const struct config_option *option = config_options; option->key; option++)
		if (strcmp(option->key, key) == 0)
			return true;
	return false;
}

static bool is_group(const char *key)
{
	size_t len = strlen(key);

	for (const struct config_option *option = config_options; option->key; option++)
		if (strncmp(option->key, key, len) == 0 && option->key[len] == '.')
			return true;
	return false;
}

/*
 * Complains about settings that the table does not have. PATH: of GROUP within the scope, "" or
 * "expires.".
 */
static void find_unknown(struct scope *scope, const config_setting_t *group, const char *path)
{
	int n = group ? config_setting_length(group) : 0;
	char within[CONFIG_KEY_MAX];
	char key[CONFIG_KEY_MAX];
	char label[CONFIG_KEY_MAX];

	for (int i = 0; i < n; i++) {
		const config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);

		join_key(within, path, config_setting_name(setting), "");
		join_key(key, scope->prefix, within, "");
		join_key(label, scope->label, within, "");
		if (is_option(key))
			continue;
		if (!is_group(key)) {
			config_complain(scope->source, label, "unknown setting");
		} else if (!config_setting_is_group(setting)) {
			config_complain(scope->source, label, "must be a group: { ... }");
		} else {
			join_key(key, within, ".", "");
			find_unknown(scope, setting, key);
		}
	}
}

static int read_scope(struct scope *scope)
{
	char label[CONFIG_KEY_MAX];
	int err = 0;

	find_unknown(scope, scope->group, "");
	for (const struct config_option *option = config_options; option->key && !err; option++) {
		const char *key = key_within(option, scope->prefix);
		const config_setting_t *setting = NULL;

		if (!key)
			continue;
		if (scope->group)
			setting = config_setting_lookup((config_setting_t *)scope->group, key);
		join_key(label, scope->label, key, "");
		err = read_option(scope, option, label, setting);
	}
	return err;
}

int config_load(const char *file, config_error_fn on_error, void *arg, struct config **ret_config)
{
	struct config *config = calloc(1, sizeof(*config));
	struct config_source source;
	struct scope scope = { .source = &source, .base = config };
	int err;

	if (!config)
		return -ENOMEM;
	err = config_source_init(&source, file, on_error, arg);
	if (err)
		goto out;
	scope.group = config_root_setting(&source.tree);
	err = read_scope(&scope);
	/* Values can be compared only if each is valid by itself. */
	if (!err && source.n_errors == 0)
		err = config_check(&source, config);
	if (!err && source.n_errors > 0)
		err = CONFIG_BAD;
out:
	config_source_done(&source);
	if (err)
		config_free(config);
	else
		*ret_config = config;
	return err;
}

static void wipe_text(char *text)
{
	if (text)
		explicit_bzero(text, strlen(text));
}

void config_forget_secrets(struct config *config)
{
	wipe_text(config->auth.sql.password);
	wipe_text(config->auth.http.token);
	for (size_t i = 0; i < config->auth.secret.secrets.n; i++)
		wipe_text(config->auth.secret.secrets.item[i]);
	for (size_t i = 0; i < config->auth.n_users; i++) {
		wipe_text(config->auth.user[i].password);
		wipe_text(config->auth.user[i].ha1);
		wipe_text(config->auth.user[i].ha1_sha256);
	}
}

static void free_scope(const char *prefix, void *base);

static void free_strings(struct config_strings *strings)
{
	for (size_t i = 0; i < strings->n; i++)
		free(strings->item[i]);
	free(strings->item);
}

static void free_list(const struct config_option *option, void *base)
{
	char *elements = *(char **)field_of(base, option->at);
	size_t n = *(size_t *)field_of(base, option->count_at);
	char prefix[CONFIG_KEY_MAX];

	join_key(prefix, option->key, "[].", "");
	for (size_t i = 0; i < n; i++)
		free_scope(prefix, elements + i * option->element_size);
	free(elements);
}

static void free_scope(const char *prefix, void *base)
{
	for (const struct config_option *option = config_options; option->key; option++) {
		if (!key_within(option, prefix))
			continue;
		if (option->type == CONFIG_STRING)
			free(*(char **)field_of(base, option->at));
		else if (option->type == CONFIG_STRINGS)
			free_strings(field_of(base, option->at));
		else if (option->type == CONFIG_LIST)
			free_list(option, base);
	}
}

struct config *config_free(struct config *config)
{
	if (config) {
		config_forget_secrets(config);
		users_unref(config->auth.file_users);
		free_scope("", config);
		free(config);
	}
	return NULL;
}
