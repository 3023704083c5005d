/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asks a PostgreSQL server by libpq, without blocking for longer than the time-out. Called by
 * remote_pool.c on a thread of libuv's pool.
 */
#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "users/postgresql_auth.h"
#include "users/sql_driver.h"

enum {
	TYPE_BPCHAR = 1042, /* CHAR(n), padded with spaces, as OpenSIPS uses it */
	N_KEYWORDS = 12,
};

struct remote_conn {
	const struct sql_setup *setup;
	PGconn *pg;
};

/*
 * libpq has a line for each address it tried. The last one tells what failed, and must be shown
 * whole.
 */
static const char *last_line(const char *error)
{
	const char *last = error;

	for (const char *p = error; (p = strchr(p, '\n')); p++)
		if (p[1] != '\0' && p[1] != '\t') /* a tab continues the line before */
			last = p + 1;
	return last;
}

static int postgresql_lost(const struct remote_conn *conn, struct remote_answer *answer)
{
	remote_fail(answer, last_line(PQerrorMessage(conn->pg)));
	return REMOTE_LOST;
}

/* False, with the error set, when the deadline passes first. */
static bool wait_socket(const struct remote_conn *conn, short events, uint64_t deadline_ms,
			struct remote_answer *answer)
{
	struct pollfd fd = { .fd = PQsocket(conn->pg), .events = events };
	int n;

	do
		n = poll(&fd, 1, (int)remote_left_ms(deadline_ms));
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		remote_fail(answer, "the server did not answer in time");
	return n > 0;
}

/* One step of libpq, which waits as STATE says. Returns 0; otherwise the error is set. */
static int await_step(struct remote_conn *conn, struct postgresql_auth *auth,
		      PostgresPollingStatusType state, uint64_t deadline_ms,
		      struct remote_answer *answer)
{
	int err = postgresql_auth_follow(auth, &conn->setup->options, conn->pg);

	if (!err)
		err = postgresql_auth_wait(
		    auth, conn->pg, state == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline_ms);
	if (err == -EACCES)
		remote_fail(answer, "the server asks for the password in clear text");
	else if (err == -ETIMEDOUT)
		remote_fail(answer, "the server did not answer in time");
	else if (err)
		remote_fail(answer, strerror(-err));
	return err;
}

static int take_steps(struct remote_conn *conn, struct postgresql_auth *auth, uint64_t deadline_ms,
		      struct remote_answer *answer)
{
	PostgresPollingStatusType state = PGRES_POLLING_WRITING;

	if (PQstatus(conn->pg) == CONNECTION_BAD)
		return postgresql_lost(conn, answer);
	while (state != PGRES_POLLING_OK) {
		if (state == PGRES_POLLING_FAILED)
			return postgresql_lost(conn, answer);
		if (await_step(conn, auth, state, deadline_ms, answer) != 0)
			return REMOTE_LOST;
		state = PQconnectPoll(conn->pg);
	}
	return 0;
}

static int finish_connecting(struct remote_conn *conn, uint64_t deadline_ms,
			     struct remote_answer *answer)
{
	struct postgresql_auth auth;
	int result;

	postgresql_auth_init(&auth);
	result = take_steps(conn, &auth, deadline_ms, answer);
	postgresql_auth_leave(&auth, conn->pg);
	if (!result && PQsetnonblocking(conn->pg, 1) != 0)
		result = postgresql_lost(conn, answer);
	return result;
}

static void ignore_notice(void *arg, const PGresult *result)
{
}

static void postgresql_close(struct remote_conn *conn)
{
	PQfinish(conn->pg);
	free(conn);
}

/* An empty value leaves the library's default. */
static PGconn *connect_start(const struct users_sql_options *options)
{
	static const char *const tls[] = {
		[USERS_SQL_TLS_OFF] = "disable",
		[USERS_SQL_TLS_REQUIRE] = "require",
		[USERS_SQL_TLS_VERIFY] = "verify-full",
	};
	char port[16] = "";
	const char *keyword[N_KEYWORDS] = {
		"host",	    "port",    "dbname",	  "user",
		"password", "sslmode", "client_encoding", "application_name"
	};
	const char *value[N_KEYWORDS] = { options->host,
					  port,
					  options->database,
					  options->user,
					  options->password,
					  tls[options->tls],
					  "UTF8",
					  "msrpd" };

	if (options->port > 0)
		snprintf(port, sizeof(port), "%u", options->port);
	keyword[8] = "sslrootcert";
	value[8] = options->ca;
	keyword[9] = postgresql_auth_keyword(options, &value[9]);
	return PQconnectStartParams(keyword, value, 0);
}

static int postgresql_open(const void *place, uint64_t deadline_ms, struct remote_answer *answer,
			   struct remote_conn **ret_conn)
{
	const struct sql_setup *setup = place;
	struct remote_conn *conn = calloc(1, sizeof(*conn));
	int result;

	if (conn) {
		conn->setup = setup;
		conn->pg = connect_start(&setup->options);
	}
	if (!conn || !conn->pg) {
		remote_fail(answer, "no memory");
		free(conn);
		return REMOTE_LOST;
	}
	PQsetNoticeReceiver(conn->pg, ignore_notice,
			    NULL); /* else libpq prints notices on stderr */
	result = finish_connecting(conn, deadline_ms, answer);
	if (result)
		postgresql_close(conn);
	else
		*ret_conn = conn;
	return result;
}

static int flush_query(struct remote_conn *conn, const struct remote_question *question,
		       struct remote_answer *answer)
{
	int left;

	while ((left = PQflush(conn->pg)) > 0)
		if (!wait_socket(conn, POLLOUT, question->deadline_ms, answer))
			return REMOTE_LOST;
	return left == 0 ? 0 : postgresql_lost(conn, answer);
}

/* Waits until a whole result is there. */
static int await_result(struct remote_conn *conn, const struct remote_question *question,
			struct remote_answer *answer)
{
	while (PQisBusy(conn->pg)) {
		if (!wait_socket(conn, POLLIN, question->deadline_ms, answer))
			return REMOTE_LOST;
		if (!PQconsumeInput(conn->pg))
			return postgresql_lost(conn, answer);
	}
	return 0;
}

static struct slice value_at(const PGresult *rows, int row, int column)
{
	struct slice value =
	    slice_make(PQgetvalue(rows, row, column), (size_t)PQgetlength(rows, row, column));

	while (PQftype(rows, column) == TYPE_BPCHAR && value.len > 0 &&
	       value.p[value.len - 1] == ' ')
		value.len--;
	return value;
}

static int take_rows(const struct sql_setup *setup, const PGresult *rows,
		     const struct remote_question *question, struct remote_answer *answer)
{
	for (int i = 0; i < PQntuples(rows); i++)
		if (sql_take_row(setup, question, value_at(rows, i, 0), value_at(rows, i, 1),
				 answer))
			return 0;
	return REMOTE_NONE;
}

static int take_postgresql_error(const struct remote_conn *conn, const PGresult *result,
				 struct remote_answer *answer)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	/* A data exception: the database's encoding cannot express the name. */
	if (state && strncmp(state, "22", 2) == 0)
		return REMOTE_NONE;
	remote_fail(answer, PQresultErrorMessage(result));
	return PQstatus(conn->pg) == CONNECTION_BAD ? REMOTE_LOST : REMOTE_REFUSED;
}

/* Reads the one result, and the end that follows it. */
static int read_results(struct remote_conn *conn, const struct remote_question *question,
			struct remote_answer *answer)
{
	PGresult *result;
	int got = REMOTE_LOST;

	for (;;) {
		if (await_result(conn, question, answer) != 0)
			return REMOTE_LOST;
		result = PQgetResult(conn->pg);
		if (!result)
			return got;
		if (PQresultStatus(result) == PGRES_TUPLES_OK)
			got = take_rows(conn->setup, result, question, answer);
		else
			got = take_postgresql_error(conn, result, answer);
		PQclear(result);
		if (got == REMOTE_LOST)
			return got;
	}
}

/*
 * Passes parameters separately but leaves the statement unnamed: named statements do not survive
 * the poolers that people put in front of PostgreSQL.
 */
static int postgresql_ask(struct remote_conn *conn, const struct remote_question *question,
			  struct remote_answer *answer)
{
	const char *const value[] = { question->user, question->realm };
	int n = *conn->setup->options.realm_column ? 2 : 1;

	/* Reads whatever arrived since the last use, such as a goodbye. */
	if (!PQconsumeInput(conn->pg) ||
	    !PQsendQueryParams(conn->pg, conn->setup->query[question->algorithm], n, NULL, value,
			       NULL, NULL, 0))
		return postgresql_lost(conn, answer);
	if (flush_query(conn, question, answer) != 0)
		return REMOTE_LOST;
	return read_results(conn, question, answer);
}

const struct sql_driver sql_driver_postgresql = {
	.remote = { .open = postgresql_open,
		    .ask = postgresql_ask,
		    .close = postgresql_close,
		    .forget = sql_setup_free },
	.quote = '"',
	.numbered = true,
};
