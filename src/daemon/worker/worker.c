/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The life of a worker: its loop and handles, the calls that stop and drain it, and what it does
 * each time before the loop waits.
 */
#include "daemon/worker/worker.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/worker/worker_state.h"

static void tick_worker(struct worker *worker);

static void on_worker_timer(uv_timer_t *timer)
{
	struct worker *worker = timer->data;

	worker->due_ms = UINT64_MAX;
	tick_worker(worker);
}

static void make_wanted_rooms(struct worker *worker)
{
	while (worker->n_rooms_wanted > 0 && worker_make_room(worker))
		worker->n_rooms_wanted--;
	worker->n_rooms_wanted = 0;
}

static void tick_worker(struct worker *worker)
{
	uint64_t now_ms = worker_now_ms(worker);
	uint64_t due_ms = relay_tick(worker->relay, now_ms);

	make_wanted_rooms(worker);
	tally_tick(&worker->tally, now_ms, log_more, (void *)worker->parts.log);
	if (tally_due_ms(&worker->tally) < due_ms)
		due_ms = tally_due_ms(&worker->tally);
	/*
	 * There was too much due for one turn. Go on in a millisecond rather than at once, or libuv
	 * 1.44 would call the timer again before it reads from sockets.
	 */
	if (due_ms == worker->due_ms && due_ms > now_ms)
		return;
	worker->due_ms = due_ms;
	if (due_ms == UINT64_MAX)
		uv_timer_stop(&worker->timer);
	else
		uv_timer_start(&worker->timer, on_worker_timer,
			       due_ms > now_ms ? due_ms - now_ms : 1, 0);
}

static void on_worker_idle(uv_idle_t *idle)
{
}

/* Anything since the loop last waited may have made something due earlier. */
static void on_prepare(uv_prepare_t *prepare)
{
	struct worker *worker = prepare->data;

	worker_work_bridges(worker);
	tick_worker(worker);
	if (worker->n_dirty > 0)
		uv_idle_start(&worker->idle, on_worker_idle);
	else
		uv_idle_stop(&worker->idle);
}

/*
 * Call when only bridges are left: everything on them came from other connections or goes to such.
 */
static void close_bridges(struct worker *worker)
{
	struct worker_conn *conn;

	LIST_FOREACH (conn, &worker->conns, in_worker)
		worker_bridge_close(conn);
}

void worker_on_gone(struct worker *worker)
{
	if (worker->stage >= WORKER_CLOSES && worker->n_conns == worker->n_bridges)
		close_bridges(worker);
	if (worker->stage < WORKER_CLOSES || !LIST_EMPTY(&worker->conns) || worker->n_lookups > 0)
		return;
	if (worker->ending)
		uv_stop(&worker->loop);
	else if (!worker->quiet_said)
		mailbox_send(worker->parts.home, &worker->quiet_mail);
	worker->quiet_said = true;
}

static void close_all_conns(struct worker *worker)
{
	struct worker_conn *conn;

	relay_end(worker->relay, worker_now_ms(worker), "the relay stops");
	/* Including those that the relay does not know yet. */
	LIST_FOREACH (conn, &worker->conns, in_worker) {
		if (!conn->end)
			net_conn_close(conn->conn);
	}
}

static void cut_off_all(struct worker *worker)
{
	struct worker_conn *conn, *next;

	LIST_FOREACH_SAFE (conn, &worker->conns, in_worker, next) {
		if (conn->end)
			worker_bridge_abort(conn);
		else
			net_conn_abort(conn->conn);
	}
}

static void enter_worker_stage(struct worker *worker, enum worker_stage stage)
{
	worker->stage = stage;
	switch (stage) {
	case WORKER_SERVES:
		break;
	case WORKER_FINISHES:
		worker_turn_away(worker);
		relay_drain(worker->relay, true);
		break;
	case WORKER_CLOSES:
		worker_stop_listening(worker);
		close_all_conns(worker);
		break;
	case WORKER_CUTS_OFF:
		cut_off_all(worker);
		break;
	}
	worker_on_gone(worker);
}

static void on_stop(void *owner, void *arg)
{
	struct worker *worker = owner;

	while ((int)worker->stage < atomic_load(&worker->stage_wanted))
		enter_worker_stage(worker, worker->stage + 1);
}

void worker_stop(struct worker *worker, enum worker_stage stage)
{
	atomic_store(&worker->stage_wanted, (int)stage);
	worker_send(worker, &worker->stop_mail);
}

static void on_drain(void *owner, void *arg)
{
	struct worker *worker = owner;

	if (worker->stage == WORKER_SERVES)
		relay_drain(worker->relay, atomic_load(&worker->drain_wanted));
}

void worker_drain(struct worker *worker, bool on)
{
	atomic_store(&worker->drain_wanted, on);
	worker_send(worker, &worker->drain_mail);
}

static void on_worker_end(void *owner, void *arg)
{
	struct worker *worker = owner;

	worker->ending = true;
	worker_on_gone(worker);
}

void worker_end(struct worker *worker)
{
	worker_send(worker, &worker->end_mail);
}

static struct mail mail_of(struct worker *worker, mail_fn fn)
{
	return (struct mail){ .fn = fn, .arg = worker };
}

/* From any thread: newcomers have to go. */
static void on_wake(struct limit_owner *owner)
{
	struct worker *worker = CONTAINER_OF(owner, struct worker, owner);

	worker_send(worker, &worker->leaving_mail);
}

/*
 * libuv runs prepare handles in reverse order of starting: ours starts before the net context's, so
 * it runs after it and sees what its work makes due. It starts before there is a relay, because of
 * that order.
 */
static int start_handles(struct worker *worker)
{
	int err;

	/* Neither of these can fail. */
	uv_timer_init(&worker->loop, &worker->timer);
	uv_prepare_init(&worker->loop, &worker->prepare);
	worker->timer.data = worker;
	worker->prepare.data = worker;
	uv_prepare_start(&worker->prepare, on_prepare);
	uv_timer_init(&worker->loop, &worker->trim_timer);
	uv_idle_init(&worker->loop, &worker->idle);
	worker->trim_timer.data = worker;
	err = mailbox_init(&worker->mailbox, &worker->loop, worker);
	return err ? err : waker_init(&worker->waker, &worker->loop, worker_bridge_woken);
}

int worker_new(const struct worker_parts *parts, unsigned index, struct worker **ret_worker)
{
	struct worker *worker = calloc(1, sizeof(*worker));
	int err;

	if (!worker)
		return -ENOMEM;
	err = uv_loop_init(&worker->loop);
	if (err) {
		free(worker);
		return err;
	}
	worker->parts = *parts;
	memcpy(worker->tally.key, parts->secret, sizeof(worker->tally.key));
	worker->index = index;
	worker->due_ms = UINT64_MAX;
	LIST_INIT(&worker->conns);
	TAILQ_INIT(&worker->dirty);
	LIST_INIT(&worker->blocks);
	worker->stop_mail = mail_of(worker, on_stop);
	worker->drain_mail = mail_of(worker, on_drain);
	worker->end_mail = mail_of(worker, on_worker_end);
	worker->leaving_mail = mail_of(worker, worker_on_leaving);
	limit_owner_init(&worker->owner, on_wake);
	worker->quiet_mail = mail_of(worker, parts->on_quiet);
	worker->ended_mail = mail_of(worker, parts->on_ended);
	err = start_handles(worker);
	if (!err)
		err = net_context_new(&worker->loop, &worker->context);
	if (err) {
		worker_free(worker);
		return err;
	}
	*ret_worker = worker;
	return 0;
}

static void *run_worker(void *arg)
{
	struct worker *worker = arg;

	tls_memory_enter(&worker->tls_memory);
	uv_run(&worker->loop, UV_RUN_DEFAULT);
	tls_memory_leave(&worker->tls_memory);
	mailbox_send(worker->parts.home, &worker->ended_mail);
	return NULL;
}

int worker_start(struct worker *worker)
{
	sigset_t all, before;
	int err;

	/* A thread inherits its creator's signal mask. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	err = pthread_create(&worker->thread, NULL, run_worker, worker);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	worker->started = err == 0;
	return -err;
}

unsigned worker_index(const struct worker *worker)
{
	return worker->index;
}

void worker_send(struct worker *worker, struct mail *mail)
{
	mailbox_send(&worker->mailbox, mail);
}

void worker_join(struct worker *worker)
{
	if (worker->started)
		pthread_join(worker->thread, NULL);
	worker->started = false;
}

bool worker_run_mails(struct worker *worker)
{
	return mailbox_run(&worker->mailbox);
}

struct worker *worker_free(struct worker *worker)
{
	if (!worker)
		return NULL;
	assert(!worker->started && LIST_EMPTY(&worker->conns));
	tally_flush(&worker->tally, log_more, (void *)worker->parts.log);
	worker_stop_listening(worker);
	free(worker->listener);
	relay_free(worker->relay);
	snapshot_unref(worker->snapshot);
	net_context_free(worker->context);
	mailbox_close(&worker->mailbox);
	waker_close(&worker->waker);
	uv_close((uv_handle_t *)&worker->trim_timer, NULL);
	uv_close((uv_handle_t *)&worker->idle, NULL);
	uv_close((uv_handle_t *)&worker->timer, NULL);
	uv_close((uv_handle_t *)&worker->prepare, NULL);
	/* Mail that ran after the thread may have called uv_stop(). */
	while (uv_run(&worker->loop, UV_RUN_DEFAULT) != 0)
		;
	uv_loop_close(&worker->loop);
	free(worker);
	return NULL;
}

struct relay *worker_relay(struct worker *worker)
{
	return worker->relay;
}

uint64_t worker_now_ms(const struct worker *worker)
{
	return uv_now(&worker->loop);
}

const struct worker_counters *worker_counters(const struct worker *worker)
{
	return &worker->counters;
}

const struct tally *worker_tally(const struct worker *worker)
{
	return &worker->tally;
}
