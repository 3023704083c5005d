/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The interface between the back ends that ask another service (remote.c) and the driver for each
 * kind of service, and what the drivers share. A service is called a place here.
 */
#ifndef USERS_REMOTE_DRIVER_H
#define USERS_REMOTE_DRIVER_H

#include "users/users.h"

enum {
	REMOTE_CONNECTIONS_MAX = 32, /* to one place; each takes a thread while in use */
	REMOTE_NAME_MAX = 255,	     /* bytes of a user or realm; no real one is longer */
	REMOTE_VALUE_MAX = 255,	     /* of a hash or password */
	REMOTE_ERROR_MAX = 256,
};

/* 0 means found; otherwise: */
enum remote_result {
	REMOTE_NONE = 1, /* there is no such user */
	REMOTE_REFUSED,	 /* the place answered with an error */
	REMOTE_LOST,	 /* it could not be reached, or did not answer in time */
	REMOTE_BUSY,	 /* it was not asked, because other questions took precedence */
};

struct remote_question {
	char user[REMOTE_NAME_MAX + 1];
	char realm[REMOTE_NAME_MAX + 1];
	enum msrp_digest_algorithm algorithm;
	uint64_t deadline_ms; /* on remote_now_ms()'s clock */
};

struct remote_answer {
	/* When found: a password, or H(user:realm:password); an invalid hash counts as none. */
	char value[REMOTE_VALUE_MAX + 1];
	bool is_password;
	uint64_t rate;		      /* as in msrp/ha1.h */
	char error[REMOTE_ERROR_MAX]; /* when refused or lost */
};

struct remote_conn; /* each driver has its own */

/* All of these block, open() and ask() up to the deadline. PLACE is the driver's own. */
struct remote_driver {
	int (*open)(const void *place, uint64_t deadline_ms, struct remote_answer *answer,
		    struct remote_conn **ret_conn);
	int (*ask)(struct remote_conn *conn, const struct remote_question *question,
		   struct remote_answer *answer);
	void (*close)(struct remote_conn *conn);
	void (*forget)(void *place); /* frees it */
};

/* A clock that never goes back. */
uint64_t remote_now_ms(void);
/* 0 when there is nothing left. */
unsigned remote_left_ms(uint64_t deadline_ms);

/* Stores what the place, or its library, said about a failure, as one line. */
void remote_fail(struct remote_answer *answer, const char *error);

/* Stores a hash or password. Returns false if it is too long. */
bool remote_take_value(struct remote_answer *answer, struct slice value, bool is_password);

#endif
