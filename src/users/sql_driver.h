/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The interface between the database back ends (sql.c) and the driver for each kind of database,
 * and what the drivers share.
 */
#ifndef USERS_SQL_DRIVER_H
#define USERS_SQL_DRIVER_H

#include "users/sql.h"

enum {
	SQL_NAME_MAX = 255,  /* bytes of a user or realm; no real one is longer */
	SQL_VALUE_MAX = 255, /* bytes of a hash or password */
	SQL_ERROR_MAX = 256,
};

/* 0 means found; otherwise: */
enum sql_result {
	SQL_NONE = 1, /* there is no such user */
	SQL_REFUSED,  /* the database answered with an error */
	SQL_LOST,     /* it could not be reached, or did not answer in time */
	SQL_BUSY,     /* it was not asked, because other questions took precedence */
};

/* What to connect to, and the query for a hash of each algorithm. */
struct sql_setup {
	struct users_sql_options options; /* its strings are our own copies */
	char *query[MSRP_DIGEST_COUNT];
};

struct sql_question {
	char user[SQL_NAME_MAX + 1];
	char realm[SQL_NAME_MAX + 1];
	enum msrp_digest_algorithm algorithm;
	uint64_t deadline_ms; /* on the clock of sql_now_ms() */
};

struct sql_answer {
	char value[SQL_VALUE_MAX + 1]; /* set when found */
	char error[SQL_ERROR_MAX];     /* set when refused or lost */
};

struct sql_conn; /* defined by each driver */

/* All of these block, until the deadline or the setup's time-out at the latest. */
struct sql_driver {
	int (*open)(const struct sql_setup *setup, uint64_t deadline_ms, struct sql_answer *answer,
		    struct sql_conn **ret_conn);
	/* The query returns name and value; only a row with exactly the user's name counts. */
	int (*ask)(struct sql_conn *conn, const struct sql_question *question,
		   struct sql_answer *answer);
	void (*close)(struct sql_conn *conn);
	char quote;    /* quotes the name of a table or column */
	bool numbered; /* parameters are $1 and $2, not ? and ? */
};

extern const struct sql_driver sql_driver_sqlite;
extern const struct sql_driver sql_driver_postgresql;
extern const struct sql_driver sql_driver_mariadb;

/* Copies the options and writes the queries. 0 or -ENOMEM. */
int sql_setup_init(struct sql_setup *setup, const struct users_sql_options *options,
		   const struct sql_driver *driver);
void sql_setup_done(struct sql_setup *setup);

/* Is the server reached through a UNIX socket? Then there is no TLS, and nobody in between. */
bool sql_is_local(const struct users_sql_options *options);

/* A monotonic clock. */
uint64_t sql_now_ms(void);
/* 0 when the deadline has passed. */
unsigned sql_left_ms(uint64_t deadline_ms);

/* Stores a database's error message as one line. */
void sql_fail(struct sql_answer *answer, const char *error);

/* Takes VALUE if NAME is exactly the user asked for. False: it is not, or VALUE is too long. */
bool sql_take_row(const struct sql_question *question, struct slice name, struct slice value,
		  struct sql_answer *answer);

#endif
