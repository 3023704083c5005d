/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An empty SEND at intervals, and its answer or REPORT: any sign of life will do.
 */
#include "client/session/keep_alive.h"

#include <errno.h>

#include "client/session/session.h"
#include "msrp/report.h"

static void end_unanswered(struct msrp_session *s, const char *why)
{
	client_keep_alive_stop(s);
	client_transport_fail(s->transport, MSRP_ERROR_KEEP_ALIVE, why);
}

/* A side that refuses a keep-alive in another way is still there. */
static void judge_keep_alive(struct msrp_session *s, unsigned status)
{
	if (status == MSRP_TIMEOUT)
		end_unanswered(s, "the other side does not answer any more");
	else if (status == MSRP_NO_SESSION) /* RFC 4975 10.5: the session does not exist there */
		end_unanswered(s, "the other side does not know the session any more");
}

/*
 * Something has got through since: the keep-alive waits in a long queue, but the connection lives.
 */
static bool has_moved(const struct msrp_session *s)
{
	const struct client_link *link = s->transport->link;

	return link->n_received != s->keep_alive.received ||
	       link->conn.taken > s->keep_alive.written_end;
}

static void on_keep_alive_answered(struct client_request *request, const struct msrp_message *m)
{
	struct msrp_session *s = CONTAINER_OF(request, struct msrp_session, keep_alive.request);

	if (m)
		judge_keep_alive(s, m->status);
	else if (!s->keep_alive.only_bad_news && !s->keep_alive.doubtful && !has_moved(s))
		judge_keep_alive(s, MSRP_TIMEOUT);
}

/* Everything written so far, and everything still waiting. */
static uint64_t output_end(const struct msrp_session *s)
{
	const struct msrp_conn *conn = &s->transport->link->conn;

	return conn->formed + conn->control.len;
}

static void send_one(struct msrp_session *s)
{
	struct client_keep_alive *k = &s->keep_alive;
	const struct client_link *link = s->transport->link;
	struct slice lines = k->only_bad_news
				 ? SLICE("Failure-Report: partial\r\nKeep-Alive: yes\r\n")
				 : SLICE("Keep-Alive: yes\r\n");

	client_link_forget(s->transport->link, &k->request);
	msrp_ident_make(&s->context->random, k->message_id);
	k->request.answered = on_keep_alive_answered;
	k->doubtful = false;
	/* Without memory it is skipped. */
	if (client_transport_send_empty(s->transport, &k->request, k->message_id, lines) != 0)
		return;
	k->received = link->n_received;
	k->written_end = output_end(s);
	client_link_request_sent(s->transport->link, &k->request);
}

static void start_timer(struct msrp_session *s);

static void on_keep_alive_timer(void *arg)
{
	struct msrp_session *s = arg;
	struct client_keep_alive *k = &s->keep_alive;

	if (k->only_bad_news && k->written_end != output_end(s))
		k->written_end = output_end(s); /* the data already sent will do */
	else if (k->only_bad_news || (s->reading && !k->request.awaited))
		send_one(s);
	start_timer(s);
}

static void start_timer(struct msrp_session *s)
{
	client_timer_start(s->context, &s->keep_alive.timer, s->keep_alive.interval_ms,
			   on_keep_alive_timer, s);
}

void client_keep_alive_stop(struct msrp_session *s)
{
	client_timer_stop(s->context, &s->keep_alive.timer);
}

/* From a relay, which answered 200 itself but could not deliver it. */
bool client_keep_alive_report(struct msrp_session *s, const struct msrp_message *m)
{
	struct msrp_status_value status;

	if (!s->keep_alive.message_id[0] ||
	    !slice_equal(m->message_id, slice_from(s->keep_alive.message_id)))
		return false;
	if (msrp_status_of(m, &status) == 0 && status.name_space == 0)
		judge_keep_alive(s, status.code);
	return true;
}

void client_keep_alive_start(struct msrp_session *s, unsigned interval_ms, bool only_bad_news)
{
	s->keep_alive.interval_ms = interval_ms;
	s->keep_alive.only_bad_news = only_bad_news;
	start_timer(s);
}

int msrp_session_set_keep_alive(struct msrp_session *s, unsigned interval_ms)
{
	if (!s)
		return -EINVAL;
	if (s->over)
		return -EPIPE;
	if (interval_ms > 0)
		client_keep_alive_start(s, interval_ms, false);
	else
		client_keep_alive_stop(s);
	return 0;
}
