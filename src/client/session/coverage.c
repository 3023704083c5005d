/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A sorted array of spans that do not touch. Chunks in order keep it at one.
 */
#include "client/session/coverage.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void client_coverage_done(struct client_coverage *c)
{
	free(c->span);
	*c = (struct client_coverage){ 0 };
}

static int make_room_for_span(struct client_coverage *c)
{
	size_t size = c->size > 0 ? 2 * c->size : 4;
	struct client_span *span;

	if (c->n < c->size)
		return 0;
	if (c->n == CLIENT_COVERAGE_MAX)
		return -E2BIG;
	span = realloc(c->span, size * sizeof(*span));
	if (!span)
		return -ENOMEM;
	c->span = span;
	c->size = size;
	return 0;
}

/*
 * The first span that ends at FROM or later. Searches from the back: octets mostly come in order.
 */
static size_t first_touching(const struct client_coverage *c, uint64_t from)
{
	size_t at = c->n;

	while (at > 0 && c->span[at - 1].to >= from)
		at--;
	return at;
}

static int insert_span(struct client_coverage *c, size_t at, uint64_t from, uint64_t to)
{
	int err = make_room_for_span(c);

	if (err)
		return err;
	memmove(&c->span[at + 1], &c->span[at], (c->n - at) * sizeof(c->span[0]));
	c->span[at] = (struct client_span){ from, to };
	c->n++;
	c->covered += to - from;
	return 0;
}

int client_coverage_add(struct client_coverage *c, uint64_t from, uint64_t to)
{
	size_t first = first_touching(c, from);
	size_t after = first;

	if (from >= to)
		return 0;
	while (after < c->n && c->span[after].from <= to) {
		struct client_span *old = &c->span[after++];

		from = old->from < from ? old->from : from;
		to = old->to > to ? old->to : to;
		c->covered -= old->to - old->from;
	}
	if (after == first)
		return insert_span(c, first, from, to);
	c->span[first] = (struct client_span){ from, to };
	c->covered += to - from;
	memmove(&c->span[first + 1], &c->span[after], (c->n - after) * sizeof(c->span[0]));
	c->n -= after - first - 1;
	return 0;
}

bool client_coverage_is_whole(const struct client_coverage *c, uint64_t total)
{
	if (total == 0)
		return c->n == 0;
	return c->n == 1 && c->span[0].from == 0 && c->span[0].to == total;
}
