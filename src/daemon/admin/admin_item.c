/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes a session or a connection as a JSON object, for the lists and for single sessions. Runs
 * on the worker's thread, which owns both.
 */
#include "daemon/admin/admin_item.h"

#include <stdio.h>

#include "msrp/path.h"
#include "relay/trace/mask.h"

static void add_handle(struct json *json, struct slice id)
{
	json_text(json, "session", relay_mask_session(id));
}

static void add_optional(struct json *json, const char *key, struct slice text)
{
	if (text.len > 0)
		json_text(json, key, text);
}

/* Adds what the user's sessions have together, and may have. A rate of 0 is no limit. */
static void add_usage(struct json *json, const struct relay_session_view *view)
{
	const struct relay_usage *usage = &view->usage;

	json_number(json, "user_sessions", usage->n_sessions);
	json_number(json, "user_sessions_most", view->most_sessions);
	json_number(json, "user_rate_most", usage->rate);
	if (usage->rate == 0)
		return;
	json_number(json, "user_rate_in", usage->used[RELAY_SENT]);
	json_number(json, "user_rate_out", usage->used[RELAY_RECEIVED]);
}

struct json admin_item_session(struct buf *out, struct worker *worker,
			       const struct relay_session_view *view)
{
	struct json json = json_begin(out);

	add_handle(&json, view->id);
	json_text(&json, "user", view->user);
	json_text(&json, "realm", view->realm);
	if (view->owner)
		json_text(&json, "peer", slice_from(worker_peer_name(view->owner)));
	add_optional(&json, "relay", view->hop);
	json_number(&json, "worker", worker_index(worker));
	json_number(&json, "age", view->age_ms / 1000);
	json_number(&json, "expires", view->expires_ms / 1000);
	json_number(&json, "bytes_in", view->bytes_in);
	json_number(&json, "bytes_out", view->bytes_out);
	json_number(&json, "messages_in", view->messages_in);
	json_number(&json, "messages_out", view->messages_out);
	json_number(&json, "strangers", view->n_strangers);
	add_usage(&json, view);
	return json;
}

static const char *state_of(const struct relay_peer_view *view)
{
	if (view->closing)
		return "closing";
	if (!view->open)
		return "opening";
	if (view->paused)
		return "paused";
	return view->proven || view->outgoing ? "open" : "unproven";
}

void admin_item_connection(struct buf *out, struct worker *worker,
			   const struct relay_peer_view *view)
{
	struct json json = json_begin(out);
	char id[64];

	snprintf(id, sizeof(id), "%u.%llu", worker_index(worker), (unsigned long long)view->number);
	json_text(&json, "connection", slice_from(id));
	json_text(&json, "peer", slice_from(worker_peer_name(view->peer)));
	json_text(&json, "direction", view->outgoing ? SLICE("out") : SLICE("in"));
	json_text(&json, "transport",
		  slice_from(worker_transport_name(worker_peer_transport(view->peer))));
	json_text(&json, "state", slice_from(state_of(view)));
	json_flag(&json, "verified", view->verified);
	add_optional(&json, "next_hop", view->next_hop);
	add_optional(&json, "relay", view->hop);
	json_number(&json, "worker", worker_index(worker));
	json_number(&json, "sessions", view->n_sessions);
	json_number(&json, "stranger_to", view->n_links);
	json_end(&json);
}

static const char *state_of_call(const struct relay_call_view *view)
{
	if (view->ending)
		return "ending";
	return view->answered ? "answered" : "offered";
}

void admin_item_call(struct buf *out, struct worker *worker, const struct relay_call_view *view)
{
	struct json json = json_begin(out);

	json_text(&json, "call", view->call_id);
	json_text(&json, "state", slice_from(state_of_call(view)));
	json_text(&json, "from_tag", view->from_tag);
	add_optional(&json, "to_tag", view->to_tag);
	json_flag(&json, "ending", view->ending);
	json_number(&json, "worker", worker_index(worker));
	json_number(&json, "age", view->age_ms / 1000);
	json_number(&json, "signal", view->signal_ms / 1000);
	json_number(&json, "sections", view->n_sections);
	json_number(&json, "legs", view->n_legs);
	json_number(&json, "connected", view->n_connected);
	json_number(&json, "bytes_in", view->bytes[0]);
	json_number(&json, "bytes_out", view->bytes[1]);
	json_number(&json, "messages_in", view->chunks[0]);
	json_number(&json, "messages_out", view->chunks[1]);
	json_end(&json);
}

/* "host:port", without the session-id, which is a secret. */
static void add_place(struct json *json, const char *key, const struct msrp_uri_slices *uri)
{
	char text[300];

	snprintf(text, sizeof(text), "%" SLICE_FMT ":%u", SLICE_ARG(uri->host), uri->port);
	json_text(json, key, slice_from(text));
}

static const char *state_of_leg(const struct relay_leg_view *view)
{
	if (view->connecting)
		return "connecting";
	if (view->peer)
		return "connected";
	return view->awaited ? "awaited" : "idle";
}

void admin_item_leg(struct buf *out, const struct relay_leg_view *view)
{
	struct json json = json_begin(out);
	struct msrp_path_slices path;
	struct msrp_uri_slices uri;

	json_number(&json, "section", view->index);
	json_text(&json, "state", slice_from(state_of_leg(view)));
	add_optional(&json, "tag", view->tag);
	if (view->peer)
		json_text(&json, "peer", slice_from(worker_peer_name(view->peer)));
	json_text(&json, "transport", view->secure ? SLICE("tls") : SLICE("tcp"));
	json_flag(&json, "fingerprint", view->fingerprinted);
	if (msrp_path_parse(view->path, &path) == 0) {
		add_place(&json, "party", msrp_path_last(&path));
		if (path.n > 1)
			add_place(&json, "relay", msrp_path_first(&path));
	}
	if (msrp_uri_parse(view->uri, &uri) == 0)
		json_text(&json, "leg", relay_mask_session(uri.session_id));
	json_end(&json);
}
