/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes responses to the current incoming request, unless its Failure-Report or its method wants
 * none, and refuses requests.
 */
#include "relay/flow/reply.h"

#include <errno.h>
#include <string.h>

#include "msrp/report.h"
#include "msrp/writer.h"
#include "relay/event.h"
#include "relay/incoming.h"
#include "relay/peer.h"
#include "relay/session/meter.h"

/*
 * To the previous hop only for a SEND, all the way back for other methods; from the URI of ours to
 * which it was addressed.
 */
int relay_reply_prepare(struct relay_peer *peer, const struct msrp_message *m)
{
	struct relay_incoming *in = &peer->in;
	struct slice to = m->method == MSRP_SEND ? m->from.uri[0].text : m->from.text;

	in->method = m->method;
	in->failure_report = m->failure_report;
	in->answered = false;
	memcpy(in->id_text, m->id.p, m->id.len);
	in->id = slice_make(in->id_text, m->id.len);

	buf_clear(&in->reply);
	msrp_write_header(&in->reply, MSRP_H_TO_PATH, to);
	msrp_write_header(&in->reply, MSRP_H_FROM_PATH, m->to.uri[0].text);
	in->paths_len = in->reply.len;
	if (m->message_id.len > 0)
		msrp_write_header(&in->reply, MSRP_H_MESSAGE_ID, m->message_id);
	return buf_failed(&in->reply) ? -ENOMEM : 0;
}

/* RFC 4975 7.1.2: never a response to a REPORT. 7.2: Failure-Report decides for a SEND. */
static bool is_reply_wanted(const struct relay_incoming *in, unsigned status)
{
	if (in->answered || in->method == MSRP_REPORT)
		return false;
	if (in->method != MSRP_SEND)
		return true;
	if (in->failure_report == MSRP_FAILURE_PARTIAL)
		return status != MSRP_OK;
	return in->failure_report == MSRP_FAILURE_YES;
}

unsigned relay_reply_class(unsigned status)
{
	return status < 100 * RELAY_CLASSES ? status / 100 : 0;
}

int relay_reply_write(struct relay_peer *peer, struct slice id, const struct buf *headers,
		      unsigned status, const char *comment)
{
	struct buf *out = msrp_conn_control(&peer->conn);
	size_t before = out->len;

	msrp_write_response(out, id, status, slice_from(comment));
	buf_add_slice(out, buf_slice(headers));
	msrp_write_end(out, id, '$', false);
	if (buf_failed(out)) {
		buf_truncate(out, before);
		return -ENOMEM;
	}
	peer->counters->responses_sent[relay_reply_class(status)]++;
	relay_peer_kick(peer);
	return 0;
}

int relay_reply(struct relay_peer *peer, unsigned status, const char *comment)
{
	struct relay_incoming *in = &peer->in;

	if (!is_reply_wanted(in, status))
		return 0;
	in->answered = true;
	return relay_reply_write(peer, in->id, &in->reply, status, comment);
}

int relay_reply_refuse(struct relay_peer *peer, unsigned status, const char *comment)
{
	int err;

	relay_event_peer(peer, status == MSRP_BAD_REQUEST ? RELAY_BAD_REQUEST : RELAY_REFUSED,
			 status, comment);
	peer->in.intake = RELAY_DISCARD;
	err = relay_reply(peer, status, comment);
	relay_peer_count_refusal(peer);
	return err;
}

int relay_reply_break_off(struct relay_peer *peer, unsigned status, const char *comment)
{
	peer->in.chunk = NULL;
	relay_meter_stop_both(peer->in.meter);
	return relay_reply_refuse(peer, status, comment);
}
