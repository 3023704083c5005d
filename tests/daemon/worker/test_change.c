/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/worker/change.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/workdir.h"
#include "daemon/worker/worker_state.h"
#include "support/oom.h"
#include "support/run.h"

enum { WORKERS = 2 };

#define HERE "{ address = \"127.0.0.1\"; port = 0; transport = \"tcp\"; }"
#define ALSO "{ address = \"127.0.0.2\"; port = 0; transport = \"tcp\"; }"

/* Workers without threads, whose loops turn on command. */
struct team {
	uv_loop_t loop;
	struct mailbox home;
	struct log log;
	struct limit limit;
	struct quota quota;
	struct roll roll;
	struct worker *worker[WORKERS];
	struct snapshot *snapshot;
};

static void on_mail(void *owner, void *arg)
{
}

static void team_init(struct team *team)
{
	static const uint8_t secret[MSRP_MAC_LEN];
	struct worker_parts parts = {
		.home = &team->home,
		.on_quiet = on_mail,
		.on_ended = on_mail,
		.log = &team->log,
		.limit = &team->limit,
		.quota = &team->quota,
		.roll = &team->roll,
		.secret = secret,
		.descriptors = 100,
		.sibling = team->worker,
		.n_siblings = WORKERS,
	};

	*team = (struct team){ 0 };
	log_init(&team->log, RECORD_ERROR);
	ck_assert_int_eq(limit_init(&team->limit, &(struct limit_options){ 0 }), 0);
	ck_assert_int_eq(uv_loop_init(&team->loop), 0);
	ck_assert_int_eq(mailbox_init(&team->home, &team->loop, team), 0);
	ck_assert_int_eq(quota_init(&team->quota), 0);
	ck_assert_int_eq(roll_init(&team->roll), 0);
	for (unsigned i = 0; i < WORKERS; i++)
		ck_assert_int_eq(worker_new(&parts, i, &team->worker[i]), 0);
}

/* Closed handles are given back by their loops. */
static void team_turn_loops(struct team *team)
{
	for (unsigned i = 0; i < WORKERS; i++)
		uv_run(&team->worker[i]->loop, UV_RUN_NOWAIT);
}

static void team_done(struct team *team)
{
	for (unsigned i = 0; i < WORKERS; i++)
		worker_free(team->worker[i]);
	snapshot_unref(team->snapshot);
	mailbox_close(&team->home);
	uv_run(&team->loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&team->loop), 0);
	quota_done(&team->quota);
	roll_done(&team->roll);
	limit_done(&team->limit);
}

static struct snapshot *load(const char *listeners)
{
	struct workdir_complaints complaints = { 0 };
	struct relay_identity *identity = calloc(1, sizeof(*identity));
	struct snapshot *next;
	struct config *config;
	char text[512];

	ck_assert_ptr_nonnull(identity);
	snprintf(text, sizeof(text),
		 "hostname = \"localhost\"; auth: { allow_without_tls = true; }; listen = ( %s );",
		 listeners);
	workdir_write("msrpd.conf", text);
	ck_assert_int_eq(config_load("msrpd.conf", workdir_on_error, &complaints, &config), 0);
	next = snapshot_new(config);
	ck_assert_ptr_nonnull(next);
	*identity = (struct relay_identity){ .host = "localhost", .port = 2855 };
	next->relay.identity = identity;
	next->relay.n_identities = 1;
	return next;
}

/* The change of TEAM to a configuration with LISTENERS, and with all sockets open. */
static struct change *make_change(const struct team *team, const char *listeners)
{
	struct snapshot *next = load(listeners);
	struct change *change = change_new(next, WORKERS);

	snapshot_unref(next);
	ck_assert_ptr_nonnull(change);
	if (team->snapshot)
		change_keep_listeners(change, team->snapshot);
	for (size_t i = 0; i < change->n_listeners; i++)
		if (change->kept[i] == CHANGE_NEW)
			ck_assert_int_eq(change_open_listener(change, i), 0);
	return change;
}

/* All workers, or none. Returns the error. */
static int team_change(struct team *team, struct change *change)
{
	for (unsigned i = 0; i < WORKERS; i++)
		worker_prepare(team->worker[i], change);
	for (unsigned i = 0; i < WORKERS; i++)
		(change->err ? worker_abandon : worker_commit)(team->worker[i], change);
	if (change->err)
		return change->err;
	snapshot_unref(team->snapshot);
	team->snapshot = snapshot_ref(change->next);
	return 0;
}

static bool is_taken(const struct net_address *address)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	bool taken = bind(fd, &address->any, address->len) != 0 && errno == EADDRINUSE;

	close(fd);
	return taken;
}

static void check_listeners(const struct team *team, size_t n)
{
	ck_assert_uint_eq(team->snapshot->config->n_listen, n);
	for (unsigned i = 0; i < WORKERS; i++) {
		ck_assert_ptr_eq(team->worker[i]->snapshot, team->snapshot);
		ck_assert_uint_eq(team->worker[i]->n_listeners, n);
	}
	for (size_t i = 0; i < n; i++)
		ck_assert(is_taken(&team->snapshot->listener[i].address));
}

/* Adds a listener to TEAM, while allocation N fails. False: there were not so many. */
static bool fails_at(struct team *team, size_t n)
{
	struct change *change = make_change(team, HERE ", " ALSO);
	struct net_address address = change->next->listener[1].address;
	size_t leaked;
	bool struck;
	int err;

	support_oom_start(n, false);
	err = team_change(team, change);
	team_turn_loops(team);
	leaked = support_oom_stop();
	struck = support_oom_struck();
	ck_assert_int_eq(err, struck ? -ENOMEM : 0);
	change_free(change);
	if (!struck)
		return false;
	ck_assert_uint_eq(leaked, 0);
	ck_assert_msg(!is_taken(&address), "a socket was left open");
	check_listeners(team, 1);
	return true;
}

START_TEST(a_worker_that_cannot_prepare_keeps_all_as_they_were)
{
	struct change *change;
	struct team team;
	size_t n = 0;

	team_init(&team);
	change = make_change(&team, HERE);
	ck_assert_int_eq(team_change(&team, change), 0);
	change_free(change);
	check_listeners(&team, 1);
	team_turn_loops(&team);
	while (fails_at(&team, n))
		n++;
	/* Each had a listener and a relay to prepare. */
	ck_assert_uint_ge(n, (size_t)2 * WORKERS);
	check_listeners(&team, 2);
	team_done(&team);
}
END_TEST

START_TEST(a_listener_that_is_gone_is_closed_by_all)
{
	struct net_address address;
	struct change *change;
	struct team team;

	team_init(&team);
	change = make_change(&team, HERE ", " ALSO);
	ck_assert_int_eq(team_change(&team, change), 0);
	address = change->next->listener[1].address;
	change_free(change);
	check_listeners(&team, 2);
	change = make_change(&team, HERE);
	ck_assert_int_eq(team_change(&team, change), 0);
	change_free(change);
	check_listeners(&team, 1);
	ck_assert(!is_taken(&address));
	team_done(&team);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("change");
	TCase *tcase = tcase_create("change");
	struct workdir dir;
	int status;

	tcase_add_test(tcase, a_worker_that_cannot_prepare_keeps_all_as_they_were);
	tcase_add_test(tcase, a_listener_that_is_gone_is_closed_by_all);
	suite_add_tcase(suite, tcase);
	workdir_init(&dir);
	status = support_run(suite);
	workdir_done(&dir);
	return status;
}
