/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/raw.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

/* ---- one end ---- */

static void note(struct raw *r, const struct msrp_chunk *chunk)
{
	const struct msrp_header *range = msrp_chunk_header(chunk, "Byte-Range");
	size_t at = strlen(r->log);

	if (msrp_chunk_method(chunk))
		at += (size_t)snprintf(r->log + at, sizeof(r->log) - at, "%s",
				       msrp_chunk_method(chunk));
	else
		at += (size_t)snprintf(r->log + at, sizeof(r->log) - at, "%u",
				       msrp_chunk_code(chunk));
	if (at < sizeof(r->log))
		snprintf(r->log + at, sizeof(r->log) - at, " %s %c%u%s\n",
			 range ? msrp_header_encoded(range) : "-", msrp_chunk_contflag(chunk),
			 msrp_chunk_segment(chunk), msrp_chunk_ends(chunk) ? "." : "");
	buf_add(&r->in, msrp_chunk_data(chunk), msrp_chunk_size(chunk));
}

/* Functions that run while allocations fail assert only errors, because check allocates, too. */
static void on_read(void *arg, int err, const char *why, struct msrp_chunk *chunk)
{
	struct raw *r = arg;

	if (!why || r->ended || (chunk && err))
		ck_abort_msg("the read is told what it should not be");
	if (!chunk) {
		r->ended = true;
		r->err = err;
		snprintf(r->why, sizeof(r->why), "%s", why);
		return;
	}
	r->n++;
	note(r, chunk);
	if (r->on_chunk)
		r->on_chunk(r, chunk);
	msrp_chunk_free(chunk);
	raw_read(r);
}

void raw_read(struct raw *r)
{
	if (r->transport && r->n < r->n_wanted &&
	    msrp_transport_read_chunk(r->transport, r->size, on_read, r) != 0)
		ck_abort_msg("the read fails");
}

void raw_on_completed(void *arg, int err, const char *why, struct msrp_transport *transport)
{
	struct raw *r = arg;

	ck_assert_msg(!err, "%s", why);
	r->transport = transport;
	r->completed = true;
	raw_read(r);
}

void raw_on_written(void *arg, int err, const char *why)
{
	struct raw *r = arg;

	ck_assert_ptr_nonnull(why);
	r->n_written++;
	r->written_err = err;
}

void raw_done(struct raw *r)
{
	r->transport = msrp_transport_free(r->transport);
	buf_done(&r->in);
}

/* ---- with a script ---- */

static void on_message(struct script *s, const struct msrp_message *m)
{
	struct raw_world *w = s->data;

	snprintf(w->last, sizeof(w->last), "%.*s%.0u|%" SLICE_FMT "|%" SLICE_FMT,
		 SLICE_ARG(m->method_name), m->status, SLICE_ARG(m->to.text),
		 SLICE_ARG(m->from.text));
	if (m->is_request && !w->silent) {
		snprintf(w->first_id, sizeof(w->first_id), "%" SLICE_FMT, SLICE_ARG(m->message_id));
		script_respond(s, m, 200, "");
	}
	w->silent = true;
}

void raw_world_init(struct raw_world *w)
{
	static const struct msrp_local_uri local = { .host = "127.0.0.1", .session_id = "l0cal" };
	struct side *caller;

	*w = (struct raw_world){ .raw = { .size = MSRP_READ_WHOLE, .n_wanted = SIZE_MAX } };
	pair_init(&w->pair, WITH_TCP, NULL);
	script_init(&w->script, &w->pair.loop, on_message, w);
	snprintf(w->path, sizeof(w->path), "msrp://127.0.0.1:%u/r3m0te;tcp",
		 script_port(&w->script));
	caller = &w->pair.caller;
	ck_assert_int_eq(msrp_connector_direct_new(w->pair.context, &caller->connector), 0);
	ck_assert_int_eq(
	    msrp_connector_prepare(caller->connector, &local, side_on_prepared, caller), 0);
	PAIR_RUN_UNTIL(&w->pair, caller->path);
	ck_assert_str_eq(caller->path, RAW_PATH);
	ck_assert_int_eq(
	    msrp_connector_complete(caller->connector, w->path, raw_on_completed, &w->raw), 0);
	PAIR_RUN_UNTIL(&w->pair, w->raw.completed);
}

void raw_world_done(struct raw_world *w)
{
	raw_done(&w->raw);
	script_done(&w->script);
	pair_done(&w->pair);
}

void raw_world_send(struct raw_world *w, const char *id, const char *method, const char *rest,
		    char flag)
{
	char text[2048];

	snprintf(text, sizeof(text),
		 "MSRP %s %s\r\nTo-Path: " RAW_PATH "\r\nFrom-Path: %s\r\n%s-------%s%c\r\n", id,
		 method, w->path, rest, id, flag);
	script_send(&w->script, text);
}

/* ---- two of them ---- */

void raw_pair_init(struct raw_pair *p, int transport)
{
	*p = (struct raw_pair){
		.caller = { .size = MSRP_READ_WHOLE, .n_wanted = SIZE_MAX },
		.callee = { .size = MSRP_READ_WHOLE, .n_wanted = SIZE_MAX },
	};
	pair_init(&p->pair, transport, NULL);
}

void raw_pair_connect(struct raw_pair *p, int transport)
{
	struct msrp_local_uri local = { .host = "127.0.0.1", .secure = transport == WITH_TLS };
	struct side *caller = &p->pair.caller, *callee = &p->pair.callee;

	ck_assert_int_eq(msrp_acceptor_direct_new(p->pair.context, &callee->connector), 0);
	ck_assert_int_eq(msrp_connector_direct_new(p->pair.context, &caller->connector), 0);
	ck_assert_int_eq(msrp_connector_use_logger(caller->connector, p->logger), 0);
	msrp_connector_prepare(callee->connector, &local, side_on_prepared, callee);
	msrp_connector_prepare(caller->connector, &local, side_on_prepared, caller);
	PAIR_RUN_UNTIL(&p->pair, caller->path && callee->path);
	msrp_connector_complete(callee->connector, caller->path, raw_on_completed, &p->callee);
	msrp_connector_complete(caller->connector, callee->path, raw_on_completed, &p->caller);
	PAIR_RUN_UNTIL(&p->pair, p->caller.completed && p->callee.completed);
}

void raw_pair_done(struct raw_pair *p)
{
	raw_done(&p->caller);
	raw_done(&p->callee);
	pair_done(&p->pair);
}

void raw_free_on_written(void *arg, int err, const char *why)
{
	struct raw *r = arg;

	raw_on_written(arg, err, why);
	r->transport = msrp_transport_free(r->transport);
}
