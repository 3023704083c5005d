/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/call.h"

#include <check.h>
#include <stdio.h>

static void on_message(struct script *s, const struct msrp_message *m)
{
	struct call *c = s->data;

	if (m->is_request && s->n_requests == 1)
		script_respond(s, m, 200, "");
	else if (c->on_message)
		c->on_message(s, m);
}

void call_start(struct call *c, const struct msrp_context_options *options,
		msrp_completed_fn completed, void *arg)
{
	struct msrp_local_uri local = { .host = "127.0.0.1", .session_id = "l0cal" };
	const char *const *accept_types = c->pair.caller.accept_types;
	struct side *s = &c->pair.caller;

	pair_init(&c->pair, WITH_TCP, options);
	s->accept_types = accept_types;
	script_init(&c->script, &c->pair.loop, on_message, c);
	snprintf(c->path, sizeof(c->path), "msrp://127.0.0.1:%u/r3m0te;tcp",
		 script_port(&c->script));
	ck_assert_int_eq(msrp_connector_direct_new(c->pair.context, &s->connector), 0);
	ck_assert_int_eq(msrp_connector_prepare(s->connector, &local, side_on_prepared, s), 0);
	PAIR_RUN_UNTIL(&c->pair, s->path);
	s->connect_err = -1;
	if (!completed) {
		completed = side_on_completed;
		arg = s;
	}
	ck_assert_int_eq(msrp_connector_complete(s->connector, c->path, completed, arg), 0);
}

void call_done(struct call *c)
{
	script_done(&c->script);
	pair_done(&c->pair);
}

void call_request(struct call *c, const char *method, const char *headers, const char *body,
		  char flag)
{
	char text[4096];
	int len =
	    snprintf(text, sizeof(text),
		     "MSRP abcd %s\r\nTo-Path: %s\r\nFrom-Path: %s\r\n%s%s%s%s-------abcd%c\r\n",
		     method, c->pair.caller.path, c->path, headers, body ? "\r\n" : "",
		     body ? body : "", body ? "\r\n" : "", flag);

	ck_assert_int_lt(len, (int)sizeof(text));
	script_send(&c->script, text);
}
