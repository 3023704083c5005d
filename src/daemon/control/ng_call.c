/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Between the SDP of a request and the legs of a call: hands the sections to the relay, and writes
 * what it shows into them; the rest of the SDP stays as it was.
 */
#include "daemon/control/ng_call.h"

#include "daemon/control/ng_answer.h"
#include "relay/anchor/anchor.h"
#include "sdp/rewrite.h"

static const char unknown[] = "Unknown call-id";

/* An offer or answer in progress. */
struct exchange {
	const struct ng_settings *settings;
	const struct ng_request *request;
	const char *address; /* of ours, shown to the party */
	struct sdp_message message[RELAY_ANCHOR_SECTIONS_MAX];
	struct relay_shown shown[RELAY_ANCHOR_SECTIONS_MAX];
	size_t n;
};

static const char *refuse_call(struct buf *out, const char *reason, const char *why)
{
	ng_answer_error(out, reason);
	return why;
}

/* NULL: there is none of the requested family. */
static const char *choose_address(const struct ng_settings *settings,
				  const struct ng_request *request)
{
	if (slice_is_nocase(request->address_family, "IP4"))
		return settings->ipv4;
	if (slice_is_nocase(request->address_family, "IP6"))
		return settings->ipv6;
	return settings->first;
}

/* Other protocols belong to audio, for which the proxy sets the same flags. */
static enum relay_transport choose_transport(const struct ng_request *request)
{
	if (slice_is_nocase(request->transport_protocol, "TCP/MSRP"))
		return RELAY_TRANSPORT_TCP;
	if (slice_is_nocase(request->transport_protocol, "TCP/TLS/MSRP"))
		return RELAY_TRANSPORT_TLS;
	return RELAY_TRANSPORT_SAME;
}

static int ask_relay(struct relay *relay, uint64_t now_ms, struct exchange *x, const char **ret_why)
{
	const struct ng_settings *settings = x->settings;
	const char *host = settings->hostname ? settings->hostname : x->address;
	struct relay_exchange exchange = {
		.call_id = x->request->call_id,
		.from_tag = x->request->from_tag,
		.to_tag = x->request->to_tag,
		.media = x->message,
		.n_media = x->n,
		.place = { .host = slice_from(host),
			   .secure_port = settings->secure_port,
			   .plain_port = settings->plain_port },
		.transport = choose_transport(x->request),
		.passive = slice_is_nocase(x->request->msrp_setup, "passive"),
	};

	if (x->request->command == NG_OFFER)
		return relay_anchor_offer(relay, now_ms, &exchange, x->shown, ret_why);
	return relay_anchor_answer(relay, now_ms, &exchange, x->shown, ret_why);
}

static void write_sdp(const struct exchange *x, struct buf *out)
{
	struct sdp_change section[RELAY_ANCHOR_SECTIONS_MAX];
	struct sdp_changes changes = {
		.section = section,
		.address = slice_from(x->address),
		.fingerprint = x->settings->fingerprint,
		.n_fingerprints = x->settings->n_fingerprints,
		.max_size = x->settings->max_size,
		.replace_origin = x->request->replace_origin,
	};
	struct buf sdp = { 0 };

	for (size_t i = 0; i < x->n; i++) {
		const struct relay_shown *shown = &x->shown[i];

		if (!shown->anchored || shown->closed)
			continue;
		section[changes.n_sections++] = (struct sdp_change){
			.index = x->message[i].index,
			.secure = shown->secure,
			.port = shown->port,
			.setup = shown->setup,
			.uri = slice_from(shown->uri),
		};
	}
	sdp_rewrite(x->request->sdp, &changes, &sdp);
	if (buf_failed(&sdp))
		ng_answer_error(out, ng_answer_full);
	else
		ng_answer_sdp(out, buf_slice(&sdp));
	buf_done(&sdp);
}

/*
 * Uses rtpengine's words where it has some, and those that make proxies ask the next node where
 * that may help.
 */
static const char *refuse_exchange(int result, const char *why, struct buf *out)
{
	switch (result) {
	case RELAY_ANCHOR_UNKNOWN:
		return refuse_call(out, unknown, "there is no such call");
	case RELAY_ANCHOR_BAD:
		return refuse_call(out, "Failed to parse SDP", why);
	case RELAY_ANCHOR_NO_PORT:
		return refuse_call(out, "No listener for this protocol", why);
	default:
		return refuse_call(out, ng_answer_full, result < 0 ? "out of memory" : why);
	}
}

static const char *exchange(struct relay *relay, uint64_t now_ms,
			    const struct ng_settings *settings, const struct ng_request *request,
			    struct buf *out)
{
	struct exchange x = {
		.settings = settings,
		.request = request,
		.address = choose_address(settings, request),
	};
	const char *why = NULL;
	int result = sdp_messages_read(request->sdp, x.message, RELAY_ANCHOR_SECTIONS_MAX, &x.n);

	if (result == SDP_MESSAGE_MANY)
		return refuse_call(out, "Failed to parse SDP", "too many m=message sections");
	if (result)
		return refuse_call(out, "Failed to parse SDP", "the SDP cannot be read");
	if (x.n == 0) {
		ng_answer_sdp(out, request->sdp); /* a call that goes around us */
		return NULL;
	}
	if (!x.address)
		return refuse_call(out, "No address of this family",
				   "anchor.addresses has none of the address-family");
	result = ask_relay(relay, now_ms, &x, &why);
	if (result)
		return refuse_exchange(result, why, out);
	write_sdp(&x, out);
	return NULL;
}

/* Deleting what does not exist succeeds, unless the request demands otherwise. */
static const char *delete_call(struct relay *relay, uint64_t now_ms, uint64_t now_s,
			       const struct ng_settings *settings, const struct ng_request *request,
			       struct buf *out)
{
	static const char none[] = "Call-ID not found or tags didn't match";
	uint64_t delay_ms =
	    request->has_delete_delay ? request->delete_delay_s * 1000 : settings->delete_delay_ms;
	struct relay_call_view view;

	if (relay_anchor_delete(relay, now_ms, request->call_id, request->to_tag, delay_ms,
				&view) == 0)
		ng_answer_call(out, &view, now_s);
	else if (request->fatal)
		return refuse_call(out, none, "there is no such call");
	else
		ng_answer_ok(out, none);
	return NULL;
}

static const char *query(struct relay *relay, uint64_t now_ms, uint64_t now_s,
			 const struct ng_request *request, struct buf *out)
{
	struct relay_call_view view;

	if (!relay_anchor_query(relay, now_ms, request->call_id, &view))
		return refuse_call(out, unknown, "there is no such call");
	ng_answer_call(out, &view, now_s);
	return NULL;
}

const char *ng_call_work(struct relay *relay, uint64_t now_ms, uint64_t now_s,
			 const struct ng_settings *settings, const struct ng_request *request,
			 struct buf *out)
{
	switch (request->command) {
	case NG_DELETE:
		return delete_call(relay, now_ms, now_s, settings, request, out);
	case NG_QUERY:
		return query(relay, now_ms, now_s, request, out);
	default:
		break;
	}
	if (!request->fragment)
		return exchange(relay, now_ms, settings, request, out);
	ng_answer_sdp(out, request->sdp); /* candidates, which concern audio */
	return NULL;
}
