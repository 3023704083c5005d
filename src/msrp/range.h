/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Byte-Range: which octets of a message a chunk has. The writer changes it wherever a flow is cut.
 */
#ifndef MSRP_RANGE_H
#define MSRP_RANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

/* A '*' instead of a number; no real message is this long. */
#define MSRP_RANGE_UNKNOWN UINT64_MAX

/* Byte-Range (RFC 4975 7.1.1): the first octet of a message has position 1. */
struct msrp_range {
	uint64_t start;
	uint64_t end;	/* position of the last octet, or MSRP_RANGE_UNKNOWN */
	uint64_t total; /* or MSRP_RANGE_UNKNOWN */
};

/*
 * Returns 0 or MSRP_BAD. "1-0/0" is the range of an empty SEND. The start must not be 0 or '*';
 * neither end nor total may be below start - 1.
 */
int msrp_range_parse(struct slice value, struct msrp_range *ret_range);

/* Appends "start-end/total". */
void msrp_range_format(const struct msrp_range *range, struct buf *out);

#endif
