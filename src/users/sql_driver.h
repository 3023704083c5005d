/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The interface between the back ends that are databases (sql.c) and the driver for each kind of
 * database, and what the drivers share.
 */
#ifndef USERS_SQL_DRIVER_H
#define USERS_SQL_DRIVER_H

#include "users/sql.h"

enum {
	SQL_NAME_MAX = 255,  /* bytes of a user or realm; nobody has a longer one */
	SQL_VALUE_MAX = 255, /* of a hash or password */
	SQL_ERROR_MAX = 256,
};

/* Besides 0: found. */
enum sql_result {
	SQL_NONE = 1, /* there is no such user */
	SQL_REFUSED,  /* the database has answered, but with an error */
	SQL_LOST,     /* it could not be reached, or did not answer in time */
	SQL_BUSY,     /* it was not asked: others had to be */
};

/* What to connect to, and what to ask there for a hash of each algorithm. */
struct sql_setup {
	struct users_sql_options options; /* with strings of our own */
	char *query[MSRP_DIGEST_COUNT];
};

struct sql_question {
	char user[SQL_NAME_MAX + 1];
	char realm[SQL_NAME_MAX + 1];
	enum msrp_digest_algorithm algorithm;
	uint64_t deadline_ms; /* on sql_now_ms()'s clock */
};

struct sql_answer {
	char value[SQL_VALUE_MAX + 1]; /* when found */
	char error[SQL_ERROR_MAX];     /* when refused or lost */
};

struct sql_conn; /* each driver has its own */

/* All of these block, up to the deadline or the time-out of the setup. */
struct sql_driver {
	int (*open)(const struct sql_setup *setup, uint64_t deadline_ms, struct sql_answer *answer,
		    struct sql_conn **ret_conn);
	/* The query has two columns, the name and the value; who is meant has exactly that name. */
	int (*ask)(struct sql_conn *conn, const struct sql_question *question,
		   struct sql_answer *answer);
	void (*close)(struct sql_conn *conn);
	char quote;    /* around the name of a table or column */
	bool numbered; /* parameters are $1 and $2, not ? and ? */
};

extern const struct sql_driver sql_driver_sqlite;
extern const struct sql_driver sql_driver_postgresql;
extern const struct sql_driver sql_driver_mariadb;

/* Copies the options and writes the queries. 0 or -ENOMEM. */
int sql_setup_init(struct sql_setup *setup, const struct users_sql_options *options,
		   const struct sql_driver *driver);
void sql_setup_done(struct sql_setup *setup);

/* Is the server reached by a socket of UNIX? There is no TLS, and nobody in between. */
bool sql_is_local(const struct users_sql_options *options);

/* A clock that never goes back. */
uint64_t sql_now_ms(void);
/* 0 when there is nothing left. */
unsigned sql_left_ms(uint64_t deadline_ms);

/* Takes what a database said of its failure, in one line. */
void sql_fail(struct sql_answer *answer, const char *error);

/* Takes VALUE when NAME is the user asked for. False: it is another, or VALUE is too long. */
bool sql_take_row(const struct sql_question *question, struct slice name, struct slice value,
		  struct sql_answer *answer);

#endif
