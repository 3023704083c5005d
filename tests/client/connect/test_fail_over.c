/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <limits.h>
#include <string.h>

#include "client/auth_relay.h"
#include "client/link/context.h"
#include "net/address/resolver.h"
#include "net/name_server.h"
#include "support/expect.h"
#include "support/run.h"

/* Two relays of one domain. The pair belongs to the first one. */
struct domain {
	struct auth_relay first;
	struct auth_relay second;
	struct name_server dns;
	struct name_record record[4];
};

static void domain_init(struct domain *d, const char *first, const char *second)
{
	*d = (struct domain){ 0 };
	auth_relay_init(&d->first, first, false, false);
	if (strchr(second, '-'))
		d->first.pair.context->options.relay_timeout_ms = 1000;
	auth_relay_start(&d->second, &d->first.pair.loop, second);
	for (uint16_t i = 0; i < 2; i++) {
		const struct auth_relay *r = i == 0 ? &d->first : &d->second;
		const char *target = i == 0 ? "one.test" : "two.test";

		d->record[i] = (struct name_record){ .name = "_msrps._tcp.example.com",
						     .target = target,
						     .port = script_port(&r->script),
						     .priority = i };
		d->record[2 + i] = (struct name_record){ .name = target, .address = "127.0.0.1" };
	}
	name_server_start(&d->dns, &d->first.pair.loop, d->record, 4);
	ck_assert_int_eq(net_context_set_dns_servers(d->first.pair.context->net, d->dns.text), 0);
}

static void domain_done(struct domain *d)
{
	name_server_stop(&d->dns);
	script_done(&d->second.script);
	auth_relay_done(&d->first);
}

static void prepare_by_domain(struct domain *d)
{
	struct msrp_relay_settings settings = {
		.domain = "example.com",
		.username = "alice",
		.password = "secret",
		.without_tls = true,
	};
	struct side *side = &d->first.pair.caller;

	ck_assert_int_eq(msrp_relay_connection_new(d->first.pair.context, &settings,
						   MSRP_MODE_PASSIVE, &side->connector),
			 0);
	ck_assert_int_eq(msrp_connector_prepare(side->connector, NULL, side_on_prepared, side), 0);
	PAIR_RUN_UNTIL(&d->first.pair, side->connect_err != INT_MIN);
}

static const struct {
	const char *what;
	const char *first;
	const char *second;
	int want;
} failovers[] = {
	{ "the first one serves", "mg", "", 0 },
	{ "it drains", "d", "mg", 0 },
	{ "it drains once it knows who asks", "md", "mg", 0 },
	{ "a limit", "mf", "mg", 0 },
	{ "it hangs", "-", "mg", 0 },
	{ "it hangs after the challenge", "m--", "mg", 0 },
	{ "it dies", "x", "mg", 0 },
	{ "it is none of ours", "mw", "mg", 0 },
	{ "it talks nonsense", "n", "mg", 0 },
	{ "it gives no address", "mp", "mg", 0 },
	{ "wrong password", "mm", "", MSRP_ERROR_AUTH },
	{ "wrong password at the second", "d", "mm", MSRP_ERROR_AUTH },
	{ "both hang", "-", "x", MSRP_ERROR_RELAY_TIMEOUT },
	{ "both drain", "d", "-", MSRP_ERROR_RELAY },
};

START_TEST(the_next_relay_is_tried_whatever_the_first_does)
{
	struct domain d;
	const struct side *side = &d.first.pair.caller;

	domain_init(&d, failovers[_i].first, failovers[_i].second);
	prepare_by_domain(&d);
	ck_assert_msg(side->connect_err == failovers[_i].want, "%s: %d, %s", failovers[_i].what,
		      side->connect_err, side->why);
	ck_assert_msg(!*d.first.letters && !*d.second.letters, "%s: '%s' and '%s' left",
		      failovers[_i].what, d.first.letters, d.second.letters);
	if (failovers[_i].want == 0) {
		const struct auth_relay *r = *failovers[_i].second ? &d.second : &d.first;

		ck_assert_ptr_nonnull(strstr(side->path, r->use_path));
	}
	domain_done(&d);
}
END_TEST

START_TEST(connector_can_be_cleaned_up_while_it_goes_on)
{
	struct domain d;
	struct msrp_relay_settings settings = {
		.domain = "example.com",
		.username = "alice",
		.password = "secret",
		.without_tls = true,
	};
	struct msrp_connector *connector;

	domain_init(&d, "x", "mg");
	msrp_relay_connection_new(d.first.pair.context, &settings, MSRP_MODE_PASSIVE, &connector);
	ck_assert_int_eq(
	    msrp_connector_prepare(connector, NULL, side_on_prepared, &d.first.pair.caller), 0);
	PAIR_RUN_UNTIL(&d.first.pair, !*d.first.letters);
	for (int i = 0; i < _i; i++)
		uv_run(&d.first.pair.loop, UV_RUN_NOWAIT);
	msrp_connector_cleanup(connector);
	domain_done(&d);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/fail_over");
	TCase *tcase = tcase_create("relay_connection");

	tcase_add_loop_test(tcase, the_next_relay_is_tried_whatever_the_first_does, 0,
			    SUPPORT_COUNT(failovers));
	tcase_add_loop_test(tcase, connector_can_be_cleaned_up_while_it_goes_on, 0, 8);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
