/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asks a MariaDB or MySQL server by a prepared statement. Called by remote_pool.c on a thread of
 * libuv's pool.
 */
#include <errmsg.h>
#include <mysql.h>
#include <mysqld_error.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "users/mariadb_auth.h"
#include "users/sql_driver.h"

enum {
	N_COLUMNS = 2,
	N_PARAMETERS = 2,
};

/*
 * The library counts time-outs in seconds, and applies them to the connection and to each send and
 * receive. A question needs few of those, so it takes little more than one time-out to notice a
 * frozen server.
 */
struct remote_conn {
	const struct sql_setup *setup;
	MYSQL *mysql;
	MYSQL_STMT *statement[MSRP_DIGEST_COUNT];
};

static int mariadb_lost(const struct remote_conn *conn, struct remote_answer *answer)
{
	remote_fail(answer, conn->mysql ? mysql_error(conn->mysql) : "no memory");
	return REMOTE_LOST;
}

/* True for errors of the client library itself, and for those by which a server says goodbye. */
static bool is_about_connection(unsigned code)
{
	return (code >= CR_MIN_ERROR && code <= CR_MAX_ERROR) ||
	       (code >= CER_MIN_ERROR && code <= CER_MAX_ERROR) || code == ER_SERVER_SHUTDOWN ||
	       code == ER_CONNECTION_KILLED;
}

static int take_mariadb_error(MYSQL_STMT *statement, struct remote_answer *answer)
{
	unsigned code = mysql_stmt_errno(statement);

	/* That column's character set cannot express the name. */
	if (code == ER_CANT_AGGREGATE_2COLLATIONS ||
	    strncmp(mysql_stmt_sqlstate(statement), "22", 2) == 0)
		return REMOTE_NONE;
	remote_fail(answer, mysql_stmt_error(statement));
	return is_about_connection(code) ? REMOTE_LOST : REMOTE_REFUSED;
}

static void mariadb_close(struct remote_conn *conn)
{
	for (int i = 0; i < MSRP_DIGEST_COUNT; i++)
		if (conn->statement[i])
			mysql_stmt_close(conn->statement[i]);
	if (conn->mysql)
		mysql_close(conn->mysql);
	free(conn);
}

/* Sets every option, because the defaults differ between versions of the library. */
static void set_tls(MYSQL *mysql, const struct users_sql_options *options)
{
	bool local = sql_is_local(options);
	my_bool tls = !local && options->tls != USERS_SQL_TLS_OFF;
	my_bool verify = !local && options->tls == USERS_SQL_TLS_VERIFY;

	mysql_options(mysql, MYSQL_OPT_SSL_ENFORCE, &tls);
	mysql_options(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
	if (tls && *options->ca)
		mysql_options(mysql, MYSQL_OPT_SSL_CA, options->ca);
}

/* False: no memory. */
static bool set_options(MYSQL *mysql, const struct users_sql_options *options)
{
	unsigned timeout_s = options->timeout_s;
	unsigned no = 0;

	mysql_options(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &timeout_s);
	mysql_options(mysql, MYSQL_OPT_READ_TIMEOUT, &timeout_s);
	mysql_options(mysql, MYSQL_OPT_WRITE_TIMEOUT, &timeout_s);
	mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	mysql_options(mysql, MYSQL_OPT_LOCAL_INFILE, &no); /* no server may ask for our files */
	set_tls(mysql, options);
	return mariadb_auth_restrict(mysql, options);
}

static const char *given_text(const char *text)
{
	return *text ? text : NULL;
}

static bool connect_mysql(MYSQL *mysql, const struct users_sql_options *options)
{
	bool local = options->host[0] == '/';
	unsigned protocol = MYSQL_PROTOCOL_TCP;

	/* Without this the library takes "localhost" for a UNIX socket. */
	if (*options->host && !local)
		mysql_options(mysql, MYSQL_OPT_PROTOCOL, &protocol);
	return mysql_real_connect(mysql, local ? NULL : given_text(options->host),
				  given_text(options->user), given_text(options->password),
				  given_text(options->database), options->port,
				  local ? options->host : NULL, 0);
}

static int mariadb_open(const void *place, uint64_t deadline_ms, struct remote_answer *answer,
			struct remote_conn **ret_conn)
{
	const struct sql_setup *setup = place;
	static pthread_once_t begun = PTHREAD_ONCE_INIT; /* not safe in two threads at once */
	struct remote_conn *conn = calloc(1, sizeof(*conn));

	if (!conn) {
		remote_fail(answer, "no memory");
		return REMOTE_LOST;
	}
	pthread_once(&begun, mariadb_auth_begin);
	conn->setup = setup;
	conn->mysql = mysql_init(NULL);
	if (!conn->mysql || !set_options(conn->mysql, &setup->options) ||
	    !connect_mysql(conn->mysql, &setup->options)) {
		mariadb_lost(conn, answer);
		mariadb_close(conn);
		return REMOTE_LOST;
	}
	*ret_conn = conn;
	return 0;
}

/* Prepares the statement for ALGORITHM unless it exists already. Returns 0 or a remote_result. */
static int prepare_query(struct remote_conn *conn, enum msrp_digest_algorithm algorithm,
			 struct remote_answer *answer)
{
	const char *query = conn->setup->query[algorithm];
	MYSQL_STMT *statement;
	int result;

	if (conn->statement[algorithm])
		return 0;
	statement = mysql_stmt_init(conn->mysql);
	if (!statement)
		return mariadb_lost(conn, answer);
	if (mysql_stmt_prepare(statement, query, strlen(query)) != 0) {
		result = take_mariadb_error(statement, answer);
		mysql_stmt_close(statement);
		return result;
	}
	conn->statement[algorithm] = statement;
	return 0;
}

static void bind_text(MYSQL_BIND *bind, char *text, unsigned long size)
{
	bind->buffer_type = MYSQL_TYPE_STRING;
	bind->buffer = text;
	bind->buffer_length = size;
}

static bool execute(MYSQL_STMT *statement, const struct remote_question *question)
{
	MYSQL_BIND bind[N_PARAMETERS] = { 0 };

	bind_text(&bind[0], (char *)question->user, strlen(question->user));
	bind_text(&bind[1], (char *)question->realm, strlen(question->realm));
	return !mysql_stmt_bind_param(statement, bind) && mysql_stmt_execute(statement) == 0;
}

static int fetch_rows(const struct sql_setup *setup, MYSQL_STMT *statement,
		      const struct remote_question *question, struct remote_answer *answer)
{
	char text[N_COLUMNS][REMOTE_VALUE_MAX + 1];
	unsigned long len[N_COLUMNS];
	my_bool null[N_COLUMNS];
	MYSQL_BIND bind[N_COLUMNS] = { 0 };
	int result = REMOTE_NONE;
	int code;

	for (int i = 0; i < N_COLUMNS; i++) {
		bind_text(&bind[i], text[i], sizeof(text[i]));
		bind[i].length = &len[i];
		bind[i].is_null = &null[i];
	}
	if (mysql_stmt_bind_result(statement, bind) || mysql_stmt_store_result(statement) != 0)
		return take_mariadb_error(statement, answer);
	while (result == REMOTE_NONE && (code = mysql_stmt_fetch(statement)) != MYSQL_NO_DATA) {
		if (code == 1)
			return take_mariadb_error(statement, answer);
		/* A truncated value is longer than any that we accept. */
		if (code == 0 && !null[0] &&
		    sql_take_row(setup, question, slice_make(text[0], len[0]),
				 slice_make(text[1], null[1] ? 0 : len[1]), answer))
			result = 0;
	}
	explicit_bzero(text, sizeof(text));
	return result;
}

static int mariadb_ask(struct remote_conn *conn, const struct remote_question *question,
		       struct remote_answer *answer)
{
	MYSQL_STMT *statement;
	int result = prepare_query(conn, question->algorithm, answer);

	if (result)
		return result;
	statement = conn->statement[question->algorithm];
	if (!execute(statement, question))
		return take_mariadb_error(statement, answer);
	result = fetch_rows(conn->setup, statement, question, answer);
	mysql_stmt_free_result(statement);
	return result;
}

const struct sql_driver sql_driver_mariadb = {
	.remote = { .open = mariadb_open,
		    .ask = mariadb_ask,
		    .close = mariadb_close,
		    .forget = sql_setup_free },
	.quote = '`',
};
