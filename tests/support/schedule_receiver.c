/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/schedule_state.h"

#include <string.h>

uint8_t schedule_octet_at(unsigned flow, uint64_t position)
{
	static const char letters[] = "\r\n-------abcdefghijk\r\r\n--";

	return (uint8_t)letters[(position * 7 + flow + (position >> 8)) % (sizeof(letters) - 1)];
}

static void receive_send(struct schedule *s, const struct msrp_message *m)
{
	uint64_t n;

	CHECK(!m->problem);
	CHECK(slice_to_u64(m->message_id, &n) && n >= 1000 && n - 1000 < s->n_flows);
	s->current = &s->sender[n - 1000];
	CHECK(m->n_headers == (m->has_range ? 3 : 2));
	CHECK(m->header[m->n_headers - 1].id == MSRP_H_CONTENT_TYPE);
	CHECK(m->has_body == s->current->flow.has_body || s->current->state == DONE);
	CHECK(m->id.len == MSRP_IDENT_LEN);
	memcpy(s->current_id, m->id.p, m->id.len);
	s->current_has_range = m->has_range;
	s->current_range = m->range;
	s->current_len = 0;
	CHECK(s->current->last_flag == 0 || s->current->last_flag == '+');
}

static int receive_head(void *arg, const struct msrp_message *m)
{
	struct schedule *s = arg;
	uint64_t body_at;

	s->current = NULL;
	if (m->is_request) {
		receive_send(s, m);
		return 0;
	}
	CHECK(m->status == 100 + s->controls_received);
	body_at = s->body_before_control[s->controls_received++];
	/* It overtakes all bodies except bytes on their way, and the rest of a nearly sent one. */
	CHECK(s->body_received - body_at <= MSRP_TURN + MSRP_FRAME + MSRP_SHORT_BODY);
	return 0;
}

static int receive_body(void *arg, const uint8_t *bytes, size_t len)
{
	struct schedule *s = arg;
	struct sender *sender = s->current;

	CHECK(sender && len <= sender->written - sender->received);
	for (size_t i = 0; i < len; i++)
		CHECK(bytes[i] ==
		      schedule_octet_at((unsigned)(sender - s->sender), sender->received + i));
	sender->received += len;
	s->current_len += len;
	s->body_received += len;
	return 0;
}

/* The flows of a lane come one after the other. */
static void check_order(const struct schedule *s, const struct sender *sender)
{
	for (const struct sender *before = s->sender; before < sender; before++)
		CHECK(before->lane != sender->lane || before->state == DONE ||
		      before->last_flag == before->flag);
	for (const struct sender *after = sender + 1; after < s->sender + s->n_flows; after++)
		CHECK(after->lane != sender->lane || after->n_pieces == 0);
}

static void check_range(const struct schedule *s, const struct sender *sender)
{
	const struct msrp_range *range = &s->current_range;
	uint64_t before = sender->received - s->current_len;
	bool is_short = s->current_len <= MSRP_SHORT_BODY;

	if (sender->n_pieces == 0 && is_short && !sender->aborted) {
		/* It was not touched; none was added. */
		CHECK(s->current_has_range == sender->has_range);
		if (sender->has_range)
			CHECK(memcmp(range, &sender->range, sizeof(*range)) == 0);
		return;
	}
	CHECK(s->current_has_range || (sender->aborted && is_short));
	CHECK(range->start == sender->range.start + before);
	/* A total that is passed cannot be right: some clients count characters. */
	CHECK(range->total == sender->range.total ||
	      (range->total == MSRP_RANGE_UNKNOWN &&
	       range->start + s->current_len - 1 > sender->range.total) ||
	      !s->current_has_range);
	CHECK(range->end == MSRP_RANGE_UNKNOWN || range->end == range->start + s->current_len - 1 ||
	      sender->aborted);
	/* A piece that could be cut must say so from the start. */
	CHECK(is_short || range->end == MSRP_RANGE_UNKNOWN);
}

static void check_piece(const struct schedule *s, const struct sender *sender)
{
	for (unsigned i = 0; i < s->n_begun; i++) {
		const struct msrp_piece *piece = &s->piece[i].piece;

		if (strcmp(piece->id, s->current_id) != 0)
			continue;
		CHECK(i == s->n_received);
		CHECK(piece->len == s->current_len);
		CHECK(piece->start == sender->range.start + sender->received - s->current_len);
		return;
	}
	CHECK(!"the piece is one of those that began");
}

static int receive_end(void *arg, char flag)
{
	struct schedule *s = arg;
	struct sender *sender = s->current;

	if (!sender)
		return 0;
	check_order(s, sender);
	check_range(s, sender);
	check_piece(s, sender);
	s->n_received++;
	sender->n_pieces++;
	sender->last_flag = flag;
	/* RFC 4975 7.1.1: shorter ones are not interrupted. */
	if (sender->flag == 0 || sender->received < sender->written)
		CHECK((flag == '+' && s->current_len > MSRP_SHORT_BODY) || sender->aborted);
	else
		CHECK(flag == sender->flag || (flag == '+' && s->current_len > MSRP_SHORT_BODY));
	return 0;
}

const struct msrp_parser_user schedule_receiver = {
	.head = receive_head,
	.body = receive_body,
	.end = receive_end,
};
