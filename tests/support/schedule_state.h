/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SUPPORT_SCHEDULE_STATE_H
#define SUPPORT_SCHEDULE_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "msrp/conn.h"

/* Shared by schedule.c, which sends, and schedule_receiver.c. */

#define CHECK(condition)                                                                           \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);            \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

enum {
	LANES = 4,
	FLOWS_MAX = 64,
	PIECES_MAX = 1024,
	BYTES_MAX = 1024 * 1024, /* written in one run; keeps it short */
};

enum flow_state {
	UNUSED,
	OPEN,	/* may be written to */
	CLOSED, /* ended or aborted */
	DONE,	/* the conn is done with it */
};

/* A flow, what was done with it, and what the receiver has seen of it. */
struct sender {
	struct msrp_flow flow; /* first, so that a flow is its sender */
	struct schedule *schedule;
	enum flow_state state;
	unsigned lane;
	struct msrp_range range;
	bool has_range;
	uint64_t written;
	char flag;
	bool aborted;

	uint64_t received;
	unsigned n_pieces;
	char last_flag; /* of the last piece received; 0 before the first */
};

struct sent_piece {
	struct msrp_piece piece; /* first */
	struct schedule *schedule;
};

struct schedule {
	const uint8_t *script;
	size_t left;

	struct msrp_conn conn;
	struct msrp_random random;
	uint64_t random_state;
	bool told_full; /* is_full() has said so and room() was not called since */

	struct msrp_lane *lane[LANES];
	unsigned lane_number[LANES]; /* the one there now; none comes again */
	unsigned n_lanes;
	struct sender sender[FLOWS_MAX];
	unsigned n_flows;
	uint64_t written;

	/* Bytes pulled and not sent: the next pull has to begin with them. */
	struct buf pulled;

	/* Control messages are numbered by their status. */
	unsigned n_controls;
	unsigned controls_received;
	uint64_t body_before_control[900]; /* octets received when it was written */

	/* The receiver. */
	struct msrp_parser receiver;
	struct sender *current; /* the sender of the current piece; NULL for a control message */
	char current_id[MSRP_IDENT_LEN + 1];
	bool current_has_range;
	struct msrp_range current_range;
	uint64_t current_len;
	uint64_t body_received;

	struct sent_piece piece[PIECES_MAX];
	unsigned n_begun;
	unsigned n_received; /* pieces whose end-line has been received */
	unsigned n_sent;     /* pieces that sent() was called for */
};

/*
 * The octet at a position of a message: each message has different ones, with many CRs and hyphens.
 */
uint8_t schedule_octet_at(unsigned flow, uint64_t position);

/* Checks all input against the output; its argument is the schedule. */
extern const struct msrp_parser_user schedule_receiver;

#endif
