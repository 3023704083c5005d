/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Copies the settings of a database and writes the queries once. Also has what the drivers share:
 * times, errors, the columns of a row.
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
static void add_quoted(struct buf *query, struct slice name, char quote)
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
		add_quoted(query, slice_first(rest, dot), quote);
		buf_add_char(query, '.');
		rest = slice_skip(rest, dot + 1);
		dot = slice_find(rest, '.');
	}
	add_quoted(query, rest, quote);
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
	add_quoted(&query, slice_from(options->user_column), driver->quote);
	buf_add_slice(&query, SLICE(", "));
	add_quoted(&query, slice_from(value_column(options, algorithm)), driver->quote);
	buf_add_slice(&query, SLICE(" FROM "));
	add_table(&query, options->table, driver->quote);
	buf_add_slice(&query, SLICE(" WHERE "));
	add_quoted(&query, slice_from(options->user_column), driver->quote);
	buf_add_slice(&query, driver->numbered ? SLICE(" = $1") : SLICE(" = ?"));
	if (*options->realm_column) {
		buf_add_slice(&query, SLICE(" AND "));
		add_quoted(&query, slice_from(options->realm_column), driver->quote);
		buf_add_slice(&query, driver->numbered ? SLICE(" = $2") : SLICE(" = ?"));
	}
	if (!buf_failed(&query))
		copy = slice_dup(buf_slice(&query));
	buf_done(&query);
	return copy;
}

int sql_setup_init(struct sql_setup *setup, const struct users_sql_options *options,
		   const struct sql_driver *driver)
{
	const char **string[N_STRINGS];
	bool failed = false;

	*setup = (struct sql_setup){ .options = *options };
	if (options->tls == USERS_SQL_TLS_VERIFY && !*options->ca)
		setup->options.ca = USERS_SQL_CA_FILE;
	list_strings(&setup->options, string);
	for (size_t i = 0; string[i]; i++) {
		*string[i] = strdup(*string[i]);
		failed |= !*string[i];
	}
	for (int i = 0; i < MSRP_DIGEST_COUNT && !failed; i++) {
		setup->query[i] =
		    write_query(&setup->options, driver, (enum msrp_digest_algorithm)i);
		failed |= !setup->query[i];
	}
	return failed ? -ENOMEM : 0;
}

void sql_setup_done(struct sql_setup *setup)
{
	const char **string[N_STRINGS];

	if (setup->options.password)
		explicit_bzero((char *)setup->options.password, strlen(setup->options.password));
	list_strings(&setup->options, string);
	for (size_t i = 0; string[i]; i++)
		free((char *)*string[i]);
	for (int i = 0; i < MSRP_DIGEST_COUNT; i++)
		free(setup->query[i]);
}

bool sql_is_local(const struct users_sql_options *options)
{
	return options->host[0] == '/' || options->host[0] == '\0';
}

uint64_t sql_now_ms(void)
{
	return uv_hrtime() / 1000000;
}

unsigned sql_left_ms(uint64_t deadline_ms)
{
	uint64_t now_ms = sql_now_ms();

	return deadline_ms > now_ms ? (unsigned)(deadline_ms - now_ms) : 0;
}

void sql_fail(struct sql_answer *answer, const char *error)
{
	size_t len = strlen(error);

	/* libpq's messages end in a newline, and may have several lines. */
	while (len > 0 && error[len - 1] == '\n')
		len--;
	if (len >= sizeof(answer->error))
		len = sizeof(answer->error) - 1;
	memcpy(answer->error, error, len);
	answer->error[len] = '\0';
	for (char *p = answer->error; (p = strchr(p, '\n'));)
		*p = ' ';
}

bool sql_take_row(const struct sql_question *question, struct slice name, struct slice value,
		  struct sql_answer *answer)
{
	/* Many databases take "ALICE" and "alice " for alice; as user names they differ. */
	if (!slice_equal(name, slice_from(question->user)) || value.len > SQL_VALUE_MAX)
		return false;
	if (value.len > 0)
		memcpy(answer->value, value.p, value.len);
	answer->value[value.len] = '\0';
	return true;
}
