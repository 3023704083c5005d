/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A relay with many clients in memory: no sockets, and a clock in a variable. million.c measures
 * it.
 */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct relay;
struct relay_peer;

struct machine_end {
	struct relay_peer *peer;
	bool closing;
	char uri[128]; /* of its session */
};

struct machine {
	struct relay *relay;
	struct machine_end *end;
	size_t n;
	uint64_t now_ms;
	struct relay_quota *quota;
	struct relay_roll *roll;
	uint64_t random;
};

/* N ends without connections. Nothing here can go wrong and be of use afterwards. */
void machine_init(struct machine *m, size_t n);

/* End I connects. */
void machine_open(struct machine *m, size_t i);

/*
 * The request with which end I logs in after the challenge, which it gets here; and the rest of it:
 * the relay's work alone.
 */
size_t machine_challenge(struct machine *m, size_t i, char *text);
void machine_login(struct machine *m, size_t i, const char *request, size_t len);

/* A short message, with its answers. */
void machine_send(struct machine *m, size_t from, size_t to);

/* The connections that the relay wants closed are. */
void machine_close(struct machine *m, size_t i);

uint64_t machine_random(struct machine *m);

#endif
