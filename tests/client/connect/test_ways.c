/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "client/stream_end.h"
#include "client/transfer.h"
#include "client/way.h"
#include "support/expect.h"
#include "support/run.h"

/* A session works the same, whatever way it was made. */

START_TEST(messages_go_both_ways)
{
	const struct way *way = &ways[_i];
	struct msrp_send_options to_callee, to_caller;
	struct way_state state;
	struct pair p;

	pair_init(&p, way->transport, NULL);
	way_connect(way, &p, &state);
	to_callee = side_options(&p.caller);
	to_callee.success_report = true;
	to_caller = side_options(&p.callee);
	ck_assert_int_eq(msrp_session_send(p.caller.session, "hello", 5, &to_callee, NULL), 0);
	ck_assert_int_eq(msrp_session_send(p.callee.session, "there", 5, &to_caller, NULL), 0);
	PAIR_RUN_UNTIL(&p, p.caller.n_delivered && p.callee.n_responses && p.caller.n_complete);
	ck_assert_int_eq(p.caller.response, 200);
	ck_assert_int_eq(p.caller.delivered, 200);
	ck_assert_int_eq(p.callee.response, 200);
	assert_in(&p.callee, "hello", 5);
	assert_in(&p.caller, "there", 5);
	ck_assert_str_eq(msrp_session_remote_path(p.caller.session), p.callee.path);
	way_done(way, &p, &state);
}
END_TEST

START_TEST(file_arrives_whole)
{
	const struct way *way = &ways[_i];
	struct memory_file f = make_file(MIB);
	struct way_state state;
	struct pair p;

	pair_init(&p, way->transport, NULL);
	way_connect(way, &p, &state);
	send_memory(&p.caller, &f, f.len, 0);
	msrp_session_shutdown(p.caller.session);
	PAIR_RUN_UNTIL(&p, p.caller.closed && p.callee.n_complete);
	ck_assert_int_eq(p.caller.closed_err, 0);
	ck_assert_int_eq(p.caller.response, 200);
	assert_in(&p.callee, f.bytes, f.len);
	way_done(way, &p, &state);
	free(f.bytes);
}
END_TEST

/* Makes an end with a connector of the way's. */
static void make_end(const struct way *way, struct end *e, struct side *s,
		     const struct msrp_file_transfer_options *options)
{
	struct msrp_local_uri local = way_local(way);
	struct msrp_connector *connector = s->connector;

	s->connector = NULL;
	ck_assert_int_eq(msrp_connector_use_sessmatch(connector, way->use_sessmatch), 0);
	initialize_with(e, options, connector, &local);
}

/* The calling side offers. */
START_TEST(offered_file_arrives_with_its_hash)
{
	const struct way *way = &ways[_i];
	struct msrp_file_transfer_options sender, receiver = { 0 };
	struct msrp_sdp_media *offer;
	struct transfer t = { 0 };
	struct way_state state;

	pair_init(&t.pair, way->transport, NULL);
	transfer_init_files(&t, MIB);
	way_make(way, &t.pair, &state);
	sender = sender_options(&t);
	make_end(way, &t.from, &t.pair.caller, &sender);
	offer = parse_sdp(t.from.sdp);
	receiver.offer = offer;
	receiver.fd = t.to.fd;
	make_end(way, &t.to, &t.pair.callee, &receiver);
	start_end(&t.to, t.from.sdp);
	start_end(&t.from, t.to.sdp);
	PAIR_RUN_UNTIL(&t.pair, t.from.ended && t.to.ended);
	ck_assert_msg(t.from.complete && t.to.complete, "'%s', '%s'", t.from.why, t.to.why);
	ck_assert_mem_eq(t.from.file.sha256, t.to.file.sha256, sizeof(t.to.file.sha256));
	msrp_sdp_media_free(offer);
	transfer_done_files(&t);
	way_done(way, &t.pair, &state);
}
END_TEST

START_TEST(stream_comes_to_its_ends)
{
	const struct way *way = &ways[_i];
	struct stream_end caller = { .end_after = true }, callee = { .end_after = true };
	struct way_state state;
	struct pair p;

	pair_init(&p, way->transport, NULL);
	stream_end_of(&caller, &p.caller);
	stream_end_of(&callee, &p.callee);
	way_connect(way, &p, &state);
	stream_end_write(&caller, MIB);
	PAIR_RUN_UNTIL(&p, callee.n_ended);
	stream_end_write(&callee, 2 * MIB);
	PAIR_RUN_UNTIL(&p, caller.closed && callee.closed);
	ck_assert_int_eq(caller.closed_err, 0);
	ck_assert_int_eq(callee.closed_err, 0);
	ck_assert_uint_eq(callee.received, MIB);
	ck_assert_uint_eq(caller.received, 2 * MIB);
	ck_assert_ptr_null(msrp_stream_free(caller.stream));
	ck_assert_ptr_null(msrp_stream_free(callee.stream));
	way_done(way, &p, &state);
}
END_TEST

/* In a context that trusts only the system's authorities. */
START_TEST(relay_is_trusted_by_credentials_of_the_connector)
{
	struct support_certificate certificate;
	struct msrp_tls_credentials credentials = { 0 };
	struct msrp_relay_settings settings = { .domain = RELAY_DOMAIN,
						.host = "127.0.0.1",
						.username = RELAY_USER,
						.password = RELAY_PASSWORD };
	struct relay_process relay;
	struct support_ca *ca = support_ca_new();
	char error[200] = "";
	struct pair p;

	support_ca_issue(ca, "IP:127.0.0.1,DNS:localhost", 0, &certificate);
	credentials.ca_file = support_ca_file(ca);
	pair_init(&p, WITH_TCP, NULL);
	relay_start(&relay, settings.host, &certificate);
	settings.port = relay.port;
	ck_assert_int_eq(msrp_get_connector(p.context, &settings, &p.caller.connector), 0);
	ck_assert_int_eq(msrp_get_acceptor(p.context, &settings, &p.callee.connector), 0);
	ck_assert_int_eq(
	    msrp_connector_use_credentials(p.caller.connector, &credentials, error, sizeof(error)),
	    0);
	ck_assert_int_eq(
	    msrp_connector_prepare(p.caller.connector, NULL, side_on_prepared, &p.caller), 0);
	ck_assert_int_eq(
	    msrp_connector_prepare(p.callee.connector, NULL, side_on_prepared, &p.callee), 0);
	PAIR_RUN_UNTIL(&p, p.caller.connect_err != INT_MIN && p.callee.connect_err != INT_MIN);
	ck_assert_int_eq(p.caller.connect_err, 0);
	ck_assert_int_eq(p.callee.connect_err, MSRP_ERROR_TLS);
	pair_done(&p);
	relay_stop(&relay);
	support_ca_free(ca);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/ways");
	TCase *sessions = tcase_create("sessions");

	tcase_set_timeout(sessions, 60);
	tcase_add_loop_test(sessions, messages_go_both_ways, 0, n_ways);
	tcase_add_loop_test(sessions, file_arrives_whole, 0, n_ways);
	tcase_add_loop_test(sessions, offered_file_arrives_with_its_hash, 0, n_ways);
	tcase_add_loop_test(sessions, stream_comes_to_its_ends, 0, n_ways);
	tcase_add_test(sessions, relay_is_trusted_by_credentials_of_the_connector);
	suite_add_tcase(suite, sessions);
	return support_run(suite);
}
