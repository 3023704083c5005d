/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/connection/handoff.h"

#include <stdlib.h>
#include <string.h>

#include "net/endpoint.h"
#include "support/run.h"

/* The server's connection goes on in another context of the same loop. */
static struct net_context *elsewhere;
static struct endpoint after;
static struct net_handoff *on_its_way;

static void on_detached(void *arg, struct net_handoff *handoff)
{
	struct endpoint *before = arg;

	before->conn = NULL;
	on_its_way = handoff;
}

/* All input counts as unused. */
static void detach(struct endpoint *e)
{
	ck_assert_int_eq(net_conn_detach(e->conn, buf_data(&e->in), e->in.len, on_detached), 0);
}

static void open_world(struct world *w, int transport)
{
	world_open(w, transport);
	ck_assert_int_eq(net_context_new(&w->loop, &elsewhere), 0);
	after = (struct endpoint){ .world = w, .reading = true };
	on_its_way = NULL;
	w->server.on_recv = detach;
}

static void attach(void)
{
	ck_assert_int_eq(
	    net_conn_attach(elsewhere, on_its_way, &endpoint_user, &after, &after.conn), 0);
}

static void close_world(struct world *w)
{
	if (after.conn)
		net_conn_abort(after.conn);
	WORLD_RUN_UNTIL(w, !after.conn);
	net_context_free(elsewhere);
	buf_done(&after.in);
	world_done(w);
}

START_TEST(what_was_read_comes_first_and_the_rest_behind_it)
{
	const size_t len = 300 * 1000;
	uint8_t *noise = endpoint_noise(len);
	struct world w;

	open_world(&w, _i);
	endpoint_send(&w.client, noise, len);
	WORLD_RUN_UNTIL(&w, on_its_way);
	ck_assert_str_eq(w.server.calls, "or");
	attach();
	WORLD_RUN_UNTIL(&w, after.n_in == len);
	ck_assert_str_eq(after.calls, "or");
	ck_assert_int_eq(memcmp(buf_data(&after.in), noise, len), 0);
	/* And back, from there. */
	endpoint_send(&after, noise, len);
	WORLD_RUN_UNTIL(&w, w.client.n_in == len);
	ck_assert_int_eq(memcmp(buf_data(&w.client.in), noise, len), 0);
	close_world(&w);
	free(noise);
}
END_TEST

START_TEST(who_it_is_moves_along)
{
	struct world w;
	struct net_peer_info before;

	open_world(&w, _i);
	before = *net_conn_peer(w.server.conn);
	endpoint_send(&w.client, "x", 1);
	WORLD_RUN_UNTIL(&w, on_its_way);
	attach();
	WORLD_RUN_UNTIL(&w, after.n_in == 1);
	ck_assert_int_eq(net_conn_peer(after.conn)->secure, before.secure);
	ck_assert_int_eq(net_conn_peer(after.conn)->verified, before.verified);
	ck_assert_int_eq(
	    memcmp(&net_conn_peer(after.conn)->address, &before.address, sizeof(before.address)),
	    0);
	ck_assert_uint_eq(net_address_port(net_conn_local(after.conn)), world_port(&w));
	close_world(&w);
}
END_TEST

/* Nobody reads the socket meanwhile: input and its end are found afterwards. */
START_TEST(the_end_that_came_on_the_way_is_found)
{
	struct world w;

	open_world(&w, _i);
	endpoint_send(&w.client, "x", 1);
	WORLD_RUN_UNTIL(&w, on_its_way);
	net_conn_close(w.client.conn);
	world_settle(&w);
	attach();
	WORLD_RUN_UNTIL(&w, strchr(after.calls, 'e'));
	ck_assert_str_eq(after.calls, "ore");
	close_world(&w);
}
END_TEST

START_TEST(a_handoff_that_nobody_takes_is_closed)
{
	struct world w;

	open_world(&w, _i);
	endpoint_send(&w.client, "x", 1);
	WORLD_RUN_UNTIL(&w, on_its_way);
	net_handoff_free(on_its_way);
	WORLD_RUN_UNTIL(&w, strchr(w.client.calls, 'e') || endpoint_is_closed(&w.client));
	close_world(&w);
}
END_TEST

static void detach_and_abort(struct endpoint *e)
{
	detach(e);
	net_conn_abort(e->conn);
}

static void detach_and_close(struct endpoint *e)
{
	detach(e);
	net_conn_close(e->conn);
}

START_TEST(closing_is_stronger_than_detaching)
{
	struct world w;

	open_world(&w, _i / 2);
	w.server.on_recv = _i % 2 ? detach_and_abort : detach_and_close;
	endpoint_send(&w.client, "x", 1);
	WORLD_RUN_UNTIL(&w, strchr(w.client.calls, 'e') || endpoint_is_closed(&w.client));
	net_conn_abort(w.client.conn);
	WORLD_RUN_UNTIL(&w, endpoint_is_closed(&w.server));
	ck_assert_ptr_null(on_its_way);
	close_world(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("handoff");
	TCase *tc = tcase_create("handoff");

	tcase_add_loop_test(tc, what_was_read_comes_first_and_the_rest_behind_it, 0, N_TRANSPORTS);
	tcase_add_loop_test(tc, who_it_is_moves_along, 0, N_TRANSPORTS);
	tcase_add_loop_test(tc, the_end_that_came_on_the_way_is_found, 0, N_TRANSPORTS);
	tcase_add_loop_test(tc, a_handoff_that_nobody_takes_is_closed, 0, N_TRANSPORTS);
	tcase_add_loop_test(tc, closing_is_stronger_than_detaching, 0, 2 * N_TRANSPORTS);
	suite_add_tcase(suite, tc);
	return support_run(suite);
}
