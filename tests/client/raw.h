/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLIENT_RAW_H
#define CLIENT_RAW_H

#include "base/buf.h"
#include "client/pair.h"
#include "client/script.h"

/* One end of a session that speaks MSRP itself: reads chunks, and notes them. */
struct raw {
	struct msrp_transport *transport;
	size_t size;	 /* of the parts to read */
	size_t n_wanted; /* it reads until it has this many */
	void (*on_chunk)(struct raw *r, struct msrp_chunk *chunk); /* NULL: nothing more */
	void *data;

	size_t n;      /* chunks and parts that were read */
	char log[512]; /* for each: method or code, Byte-Range, flag, segment, "." if it ends a
			  chunk */
	struct buf in; /* their data */
	bool completed;
	bool ended; /* read has reported the end */
	int err;
	char why[128];
	size_t n_written; /* calls of written() */
	int written_err;
};

/* For complete(): takes the transport, and reads from it. */
void raw_on_completed(void *arg, int err, const char *why, struct msrp_transport *transport);

/* For written(). */
void raw_on_written(void *arg, int err, const char *why);

/* Continues reading, while it wants more. */
void raw_read(struct raw *r);

void raw_done(struct raw *r);

/* The paths of a raw end that has called a script, and of the script. */
#define RAW_PATH "msrp://127.0.0.1:2855/l0cal;tcp"

/* A raw end that has called a scripted one, which has said 200 to the SEND that binds. */
struct raw_world {
	struct pair pair;
	struct script script;
	struct raw raw;
	char path[64];	   /* the script's */
	char last[512];	   /* the last message it got: method or status, To-Path, From-Path */
	char first_id[64]; /* Message-ID of the SEND that binds */
	bool silent;	   /* it answers no more */
};

void raw_world_init(struct raw_world *w);
void raw_world_done(struct raw_world *w);

/* The script sends a request; REST is everything after From-Path. */
void raw_world_send(struct raw_world *w, const char *id, const char *method, const char *rest,
		    char flag);

/* A caller and a callee that are both raw. */
struct raw_pair {
	struct pair pair;
	const struct msrp_logger *logger; /* the caller's; NULL: none */
	struct raw caller, callee;
};

void raw_pair_init(struct raw_pair *p, int transport);
void raw_pair_connect(struct raw_pair *p, int transport);
void raw_pair_done(struct raw_pair *p);

/* The same, and frees the transport of the raw end. */
void raw_free_on_written(void *arg, int err, const char *why);

#endif
