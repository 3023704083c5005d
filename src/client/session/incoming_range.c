/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds the place of a chunk's octets in their message, and the length of that, as far as the
 * sender can be trusted.
 */
#include "client/session/session.h"
#include "msrp/media_type.h"
#include "msrp/report.h"

/* Text, whose Byte-Range may count characters. */
static bool is_incoming_text(const struct client_incoming *in)
{
	struct slice type = slice_from(in->shown.content_type);

	return msrp_media_type_matches(SLICE("text/*"), type) ||
	       msrp_media_type_matches(SLICE("message/cpim"), type);
}

static unsigned take_total(struct client_incoming *in, uint64_t total)
{
	if (total == MSRP_RANGE_UNKNOWN || in->odd_total)
		return 0;
	if (in->shown.total != MSRP_TOTAL_UNKNOWN && in->shown.total != total)
		return MSRP_BAD_REQUEST;
	in->shown.total = total;
	return 0;
}

unsigned client_incoming_place(struct msrp_session *s, struct client_incoming *in,
			       const struct msrp_message *m)
{
	s->begin = m->range.start - 1;
	s->told_end = m->range.end;
	if (in->came_end > in->told_end && s->begin == in->told_end)
		s->begin = in->came_end;
	s->position = s->begin;
	if (m->range.end != MSRP_RANGE_UNKNOWN && m->range.end > m->range.total)
		return MSRP_BAD_REQUEST;
	return take_total(in, m->range.total);
}

unsigned client_incoming_make_place(struct msrp_session *s, struct client_incoming *in, size_t len)
{
	uint64_t total = in->shown.total;

	if (s->position <= total && len <= total - s->position)
		return 0;
	if (in->ended || !is_incoming_text(in))
		return MSRP_BAD_REQUEST;
	if (len > MSRP_TOTAL_UNKNOWN - 1 - s->position)
		return MSRP_BAD_REQUEST;
	in->odd_total = true;
	in->shown.total = MSRP_TOTAL_UNKNOWN;
	return 0;
}

/* RFC 4975 7.3.1: the chunk with '$' ends the message, but not before octets already received. */
static void end_message(const struct msrp_session *s, struct client_incoming *in)
{
	const struct client_coverage *c = &in->coverage;
	uint64_t end = s->position;

	/* Without octets, it cannot say where that is. */
	if (s->position == s->begin && c->n > 0 && c->span[c->n - 1].to > end)
		end = c->span[c->n - 1].to;
	else if (s->told_end != MSRP_RANGE_UNKNOWN && s->told_end > end)
		end = s->told_end;
	in->ended = true;
	if (in->shown.total == MSRP_TOTAL_UNKNOWN || in->shown.total < end)
		in->shown.total = end;
}

void client_incoming_note_end(struct msrp_session *s, struct client_incoming *in, char flag)
{
	if (flag == '$')
		end_message(s, in);
	if (s->position > s->begin) {
		in->told_end = is_incoming_text(in) ? s->told_end : MSRP_RANGE_UNKNOWN;
		in->came_end = s->position;
	}
	in->shown.complete = in->ended && client_coverage_is_whole(&in->coverage, in->shown.total);
}
