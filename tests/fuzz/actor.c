/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "actor.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

uint8_t actor_next(struct actor_input *in)
{
	if (in->len == 0)
		return ACTOR_ENDS;
	in->len--;
	return *in->at++;
}

void actor_add_long(struct actor_input *in, struct buf *text)
{
	size_t len = (size_t)actor_next(in) * 256;
	uint8_t *room = buf_reserve(text, len + 1);

	memset(room, 'x', len);
	buf_commit(text, len);
}

void actor_read_text(struct actor_input *in, struct actor *actor, actor_fn stands_for, void *fuzz,
		     struct buf *text)
{
	uint8_t c;

	while ((c = actor_next(in)) != ACTOR_ENDS) {
		if (!stands_for(fuzz, actor, c, text))
			buf_add_char(text, (char)c);
	}
}

void actor_look(struct actor *actor)
{
	struct slice out;
	const char *at;

	if (!actor->end)
		return;
	out = buf_slice(&actor->end->out);
	assert(out.len < ACTOR_OUTPUT_MAX);
	while (out.len > 0 && (at = memmem(out.p, out.len, "MSRP ", 5))) {
		struct slice id;

		out = slice_skip(out, (size_t)(at - out.p) + 5);
		id = slice_first(out, slice_find(out, ' '));
		if (id.len <= MSRP_IDENT_MAX)
			snprintf(actor->last, sizeof(actor->last), "%" SLICE_FMT, SLICE_ARG(id));
	}
}

void actor_stall(struct actor *actor)
{
	struct world_end *end = actor->end;

	if (!end)
		return;
	end->stalled = !end->stalled;
	end->kicked |= !end->stalled;
	world_pump(end->world);
}
