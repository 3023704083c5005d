/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asks an SQLite file. Called by remote_pool.c on a thread of libuv's pool, like the drivers for
 * servers.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "users/sql_driver.h"

enum {
	WAL_AT = 19, /* in the header: the version needed for reading, 2 in WAL mode */
	STEPS_BETWEEN_LOOKS = 1000, /* of SQLite's machine, between looks at the clock */
};

struct remote_conn {
	const struct sql_setup *setup;
	sqlite3 *db;
	sqlite3_stmt *statement[MSRP_DIGEST_COUNT];
	struct stat file; /* the file that is open */
	uint64_t deadline_ms;
};

/* As the file's header says. In WAL mode SQLite reads and writes two more files beside it. */
static bool is_in_wal_mode(const char *path)
{
	char header[WAL_AT + 1] = "";
	FILE *stream = file_check(path, SIZE_MAX) == 0 ? fopen(path, "re") : NULL;
	size_t n = stream ? fread(header, 1, sizeof(header), stream) : 0;

	if (stream)
		fclose(stream);
	return n == sizeof(header) && header[WAL_AT] == 2;
}

/* Says which file failed, and why. */
static void sqlite_fail(const struct remote_conn *conn, struct remote_answer *answer)
{
	const char *path = conn->setup->options.database;
	int code = sqlite3_errcode(conn->db);
	int system = sqlite3_system_errno(conn->db);
	char text[REMOTE_ERROR_MAX];
	const char *why = "";

	if ((code == SQLITE_CANTOPEN || code == SQLITE_READONLY) && is_in_wal_mode(path))
		why = "the database is in WAL mode, in which readers write to its folder";
	else if (code == SQLITE_CANTOPEN && system != 0)
		why = strerror(system);
	snprintf(text, sizeof(text), "%s: %s%s%s", path, sqlite3_errmsg(conn->db), *why ? ": " : "",
		 why);
	remote_fail(answer, text);
}

static int sqlite_lost(const struct remote_conn *conn, struct remote_answer *answer)
{
	if (conn->db)
		sqlite_fail(conn, answer);
	else
		remote_fail(answer, "no memory");
	return REMOTE_LOST;
}

/* A sqlite3_progress_handler(): any value but 0 interrupts the query. */
static int is_late(void *arg)
{
	const struct remote_conn *conn = arg;

	return remote_left_ms(conn->deadline_ms) == 0;
}

static void sqlite_close(struct remote_conn *conn)
{
	for (int i = 0; i < MSRP_DIGEST_COUNT; i++)
		sqlite3_finalize(conn->statement[i]);
	sqlite3_close(conn->db);
	free(conn);
}

static int sqlite_open(const void *place, uint64_t deadline_ms, struct remote_answer *answer,
		       struct remote_conn **ret_conn)
{
	const struct sql_setup *setup = place;
	struct remote_conn *conn = calloc(1, sizeof(*conn));
	int err;

	if (!conn) {
		remote_fail(answer, "no memory");
		return REMOTE_LOST;
	}
	conn->setup = setup;
	err = sqlite3_open_v2(setup->options.database, &conn->db,
			      SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
	if (err != SQLITE_OK || stat(setup->options.database, &conn->file) != 0) {
		sqlite_lost(conn, answer);
		sqlite_close(conn);
		return REMOTE_LOST;
	}
	sqlite3_progress_handler(conn->db, STEPS_BETWEEN_LOOKS, is_late, conn);
	*ret_conn = conn;
	return 0;
}

/* Another file may have replaced the one that is open. */
static bool is_replaced(const struct remote_conn *conn)
{
	struct stat now;

	return stat(conn->setup->options.database, &now) != 0 || now.st_dev != conn->file.st_dev ||
	       now.st_ino != conn->file.st_ino;
}

static bool bind_question(sqlite3_stmt *statement, const struct remote_question *question)
{
	if (sqlite3_bind_text(statement, 1, question->user, -1, SQLITE_STATIC) != SQLITE_OK)
		return false;
	return sqlite3_bind_parameter_count(statement) == 1 ||
	       sqlite3_bind_text(statement, 2, question->realm, -1, SQLITE_STATIC) == SQLITE_OK;
}

static struct slice column(sqlite3_stmt *statement, int i)
{
	const unsigned char *text = sqlite3_column_text(statement, i); /* NULL for an SQL NULL */

	return slice_make(text, text ? (size_t)sqlite3_column_bytes(statement, i) : 0);
}

static int sqlite_take_step(struct remote_conn *conn, sqlite3_stmt *statement,
			    const struct remote_question *question, struct remote_answer *answer)
{
	int code;

	while ((code = sqlite3_step(statement)) == SQLITE_ROW)
		if (sql_take_row(conn->setup, question, column(statement, 0), column(statement, 1),
				 answer))
			return 0;
	if (code == SQLITE_DONE)
		return REMOTE_NONE;
	return sqlite_lost(conn, answer);
}

static int sqlite_ask(struct remote_conn *conn, const struct remote_question *question,
		      struct remote_answer *answer)
{
	sqlite3_stmt **statement = &conn->statement[question->algorithm];
	int result;

	if (is_replaced(conn)) {
		remote_fail(answer, "the file no longer exists");
		return REMOTE_LOST;
	}
	conn->deadline_ms = question->deadline_ms;
	sqlite3_busy_timeout(conn->db, (int)remote_left_ms(question->deadline_ms));
	if (!*statement && sqlite3_prepare_v2(conn->db, conn->setup->query[question->algorithm], -1,
					      statement, NULL) != SQLITE_OK) {
		sqlite_fail(conn, answer);
		return REMOTE_REFUSED;
	}
	if (!bind_question(*statement, question))
		return sqlite_lost(conn, answer);
	result = sqlite_take_step(conn, *statement, question, answer);
	sqlite3_reset(*statement);
	sqlite3_clear_bindings(*statement);
	return result;
}

const struct sql_driver sql_driver_sqlite = {
	.remote = { .open = sqlite_open,
		    .ask = sqlite_ask,
		    .close = sqlite_close,
		    .forget = sql_setup_free },
	/* Not a quotation mark, since SQLite takes an unknown column in those for a string. */
	.quote = '`',
};
