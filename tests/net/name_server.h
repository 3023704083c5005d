/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef NET_NAME_SERVER_H
#define NET_NAME_SERVER_H

#include <stddef.h>
#include <stdint.h>
#include <uv.h>

/*
 * The records of a name. Names with no record at all do not exist.
 */
struct name_record {
	const char *name;
	const char *address; /* A or AAAA; NULL: SRV */
	const char *target;
	uint16_t port, priority, weight;
};

/* A DNS server on a UDP port of the loopback interface, in the loop of the test. */
struct name_server {
	uv_poll_t poll;
	int fd;
	const struct name_record *record;
	size_t n_records;
	size_t n_queries;
	int silent;    /* takes queries and does not answer */
	char text[32]; /* "127.0.0.1:port" */
};

void name_server_start(struct name_server *server, uv_loop_t *loop,
		       const struct name_record *record, size_t n);
void name_server_stop(struct name_server *server);

#endif
