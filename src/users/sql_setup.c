/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Copies the settings of a database and writes the queries once. Also has how the drivers take
 * a row.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "users/sql_driver.h"

enum { N_STRINGS = 12 };

/* Lists where the strings of the options are. */
static void list_strings(struct users_sql_options *options, const char **string[N_STRINGS])
{
	const char **all[N_STRINGS] = {
		&options->database,
		&options->host,
		&options->user,
		&options->password,
		&options->ca,
		&options->table,
		&options->user_column,
		&options->realm_column,
		&options->ha1_column,
		&options->ha1_sha256_column,
		&options->password_column,
	};

	memcpy(string, all, sizeof(all));
}

/* Quotes a name, doubling quotes inside it, so that nothing in it has a meaning. */
static void add_quoted_name(struct buf *query, struct slice name, char quote)
{
	buf_add_char(query, quote);
	for (size_t i = 0; i < name.len; i++) {
		if (name.p[i] == quote)
			buf_add_char(query, quote);
		buf_add_char(query, name.p[i]);
	}
	buf_add_char(query, quote);
}

static void add_table(struct buf *query, const char *table, char quote)
{
	struct slice rest = slice_from(table);
	size_t dot = slice_find(rest, '.');

	while (dot < rest.len) {
		add_quoted_name(query, slice_first(rest, dot), quote);
		buf_add_char(query, '.');
		rest = slice_skip(rest, dot + 1);
		dot = slice_find(rest, '.');
	}
	add_quoted_name(query, rest, quote);
}

static const char *value_column(const struct users_sql_options *options,
				enum msrp_digest_algorithm algorithm)
{
	if (options->clear_text)
		return options->password_column;
	return algorithm == MSRP_DIGEST_MD5 ? options->ha1_column : options->ha1_sha256_column;
}

static char *write_query(const struct users_sql_options *options, const struct sql_driver *driver,
			 enum msrp_digest_algorithm algorithm)
{
	struct buf query = { 0 };
	char *copy = NULL;

	buf_add_slice(&query, SLICE("SELECT "));
	add_quoted_name(&query, slice_from(options->user_column), driver->quote);
	buf_add_slice(&query, SLICE(", "));
	add_quoted_name(&query, slice_from(value_column(options, algorithm)), driver->quote);
	buf_add_slice(&query, SLICE(" FROM "));
	add_table(&query, options->table, driver->quote);
	buf_add_slice(&query, SLICE(" WHERE "));
	add_quoted_name(&query, slice_from(options->user_column), driver->quote);
	buf_add_slice(&query, driver->numbered ? SLICE(" = $1") : SLICE(" = ?"));
	if (*options->realm_column) {
		buf_add_slice(&query, SLICE(" AND "));
		add_quoted_name(&query, slice_from(options->realm_column), driver->quote);
		buf_add_slice(&query, driver->numbered ? SLICE(" = $2") : SLICE(" = ?"));
	}
	if (!buf_failed(&query))
		copy = slice_dup(buf_slice(&query));
	buf_done(&query);
	return copy;
}

/* 0 or -ENOMEM, and then some strings may be NULL. */
static int copy_strings(struct users_sql_options *options)
{
	const char **string[N_STRINGS];
	int err = 0;

	list_strings(options, string);
	for (size_t i = 0; string[i]; i++) {
		*string[i] = strdup(*string[i]);
		if (!*string[i])
			err = -ENOMEM;
	}
	return err;
}

static int fill_setup(struct sql_setup *setup, const struct users_sql_options *options,
		      const struct sql_driver *driver)
{
	int err;

	setup->options = *options;
	if (options->tls == USERS_SQL_TLS_VERIFY && !*options->ca)
		setup->options.ca = USERS_SQL_CA_FILE;
	err = copy_strings(&setup->options);
	for (int i = 0; i < MSRP_DIGEST_COUNT && !err; i++) {
		setup->query[i] =
		    write_query(&setup->options, driver, (enum msrp_digest_algorithm)i);
		err = setup->query[i] ? 0 : -ENOMEM;
	}
	return err;
}

struct sql_setup *sql_setup_new(const struct users_sql_options *options,
				const struct sql_driver *driver)
{
	struct sql_setup *setup = calloc(1, sizeof(*setup));

	if (setup && fill_setup(setup, options, driver) != 0) {
		sql_setup_free(setup);
		return NULL;
	}
	return setup;
}

void sql_setup_free(void *place)
{
	const char **string[N_STRINGS];
	struct sql_setup *setup = place;

	if (!setup)
		return;
	if (setup->options.password)
		explicit_bzero((char *)setup->options.password, strlen(setup->options.password));
	list_strings(&setup->options, string);
	for (size_t i = 0; string[i]; i++)
		free((char *)*string[i]);
	for (int i = 0; i < MSRP_DIGEST_COUNT; i++)
		free(setup->query[i]);
	free(setup);
}

bool sql_is_local(const struct users_sql_options *options)
{
	return options->host[0] == '/' || options->host[0] == '\0';
}

bool sql_take_row(const struct sql_setup *setup, const struct remote_question *question,
		  struct slice name, struct slice value, struct remote_answer *answer)
{
	/* Many databases take "ALICE" and "alice " for alice; as user names they differ. */
	return slice_equal(name, slice_from(question->user)) &&
	       remote_take_value(answer, value, setup->options.clear_text);
}
