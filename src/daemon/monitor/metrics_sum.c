/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/monitor/metrics_sum.h"

#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "daemon/app/app_state.h"
#include "daemon/control/control.h"
#include "net/tls.h"
#include "daemon/serve/openmetrics.h"
#include "daemon/log/tally.h"

enum { NS_PER_MS = 1000000 };

static void add_all(uint64_t *to, const uint64_t *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] += from[i];
}

#define ADD(to, from) add_all((uint64_t *)&(to), (const uint64_t *)(from), sizeof(to) / 8)

void metrics_sum_add(struct metrics_sum *sum, struct worker *worker, uint64_t answer_ns)
{
	_Static_assert(sizeof(struct relay_counters) % 8 == 0, "it is made of numbers only");
	_Static_assert(sizeof(struct worker_counters) % 8 == 0, "it is made of numbers only");

	ADD(sum->relay, relay_counters(worker_relay(worker)));
	ADD(sum->counters, worker_counters(worker));
	add_all(sum->events, worker_tally(worker)->total, RECORD_TYPE_COUNT);
	relay_count(worker_relay(worker), &sum->worker[sum->n_workers].totals);
	sum->worker[sum->n_workers].answer_ns = answer_ns;
	sum->n_workers++;
}

static void write_process(struct openmetrics *m, const struct app *app)
{
	struct rusage usage;
	unsigned long pages = 0;
	FILE *statm = fopen("/proc/self/statm", "re");
	uint64_t ns;

	openmetrics_info(m, "msrpd_build", "Which msrpd this is.");
	openmetrics_add(m, "version", MSRPD_VERSION, 1);
	openmetrics_gauge(m, "process_start_time_seconds", "When it was started, since 1970.");
	openmetrics_add_time(m, app->started_ns);
	getrusage(RUSAGE_SELF, &usage);
	ns = (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 * NS_PER_MS +
	     (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000;
	openmetrics_counter(m, "process_cpu_seconds", "Processor time of all its threads.");
	openmetrics_add_time(m, ns);
	if (!statm)
		return;
	if (fscanf(statm, "%*u %lu", &pages) == 1) {
		openmetrics_gauge(m, "process_resident_memory_bytes", "Memory that it occupies.");
		openmetrics_add(m, NULL, NULL, (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE));
	}
	fclose(statm);
}

static void write_workers(struct openmetrics *m, const struct metrics_sum *sum)
{
	openmetrics_gauge(m, "msrpd_connections", "Connections that there are.");
	for (size_t i = 0; i < sum->n_workers; i++)
		openmetrics_add_for(m, "worker", i, sum->worker[i].totals.peers);
	openmetrics_gauge(m, "msrpd_sessions", "Sessions that there are.");
	for (size_t i = 0; i < sum->n_workers; i++)
		openmetrics_add_for(m, "worker", i, sum->worker[i].totals.sessions);
	openmetrics_gauge(m, "msrpd_transactions", "Responses of next hops that are awaited.");
	for (size_t i = 0; i < sum->n_workers; i++)
		openmetrics_add_for(m, "worker", i, sum->worker[i].totals.transactions);
	openmetrics_gauge(m, "msrpd_worker_answer_seconds",
			  "How long a worker took to come to this question.");
	for (size_t i = 0; i < sum->n_workers; i++)
		openmetrics_add_time_for(m, "worker", i, sum->worker[i].answer_ns);
}

static void write_traffic(struct openmetrics *m, const struct relay_counters *c)
{
	static const char *const methods[] = {
		[MSRP_SEND] = "SEND",
		[MSRP_REPORT] = "REPORT",
		[MSRP_AUTH] = "AUTH",
		[MSRP_OTHER] = "other",
	};
	static const char *const classes[] = { "other", "1xx", "2xx", "3xx", "4xx", "5xx" };

	openmetrics_counter(m, "msrpd_received_bytes", "Received on all connections, within TLS.");
	openmetrics_add(m, NULL, NULL, c->bytes_received);
	openmetrics_counter(m, "msrpd_sent_bytes", "Sent on all connections, within TLS.");
	openmetrics_add(m, NULL, NULL, c->bytes_sent);
	openmetrics_counter(m, "msrpd_body_bytes", "Of messages that were taken to be forwarded.");
	openmetrics_add(m, NULL, NULL, c->body_bytes);
	openmetrics_counter(m, "msrpd_requests_received", "Requests that could be understood.");
	for (size_t i = 0; i < RELAY_METHODS; i++)
		openmetrics_add(m, "method", methods[i], c->requests[i]);
	openmetrics_counter(m, "msrpd_chunks_sent", "SEND requests to next hops.");
	openmetrics_add(m, NULL, NULL, c->chunks_sent);
	openmetrics_counter(m, "msrpd_reports_sent", "REPORT requests of our own, about failures.");
	openmetrics_add(m, NULL, NULL, c->reports_sent);
	openmetrics_counter(m, "msrpd_responses_received", "Responses of next hops.");
	for (size_t i = 0; i < RELAY_CLASSES; i++)
		openmetrics_add(m, "class", classes[i], c->responses_received[i]);
	openmetrics_counter(m, "msrpd_responses_sent", "Responses of our own.");
	for (size_t i = 0; i < RELAY_CLASSES; i++)
		openmetrics_add(m, "class", classes[i], c->responses_sent[i]);
}

static void write_connections(struct openmetrics *m, const struct worker_counters *c)
{
	openmetrics_counter(m, "msrpd_connections_opened", "Connections that came to stand.");
	openmetrics_add(m, "kind", "in_tls", c->opened_in[WORKER_TLS]);
	openmetrics_add(m, "kind", "in_tcp", c->opened_in[WORKER_TCP]);
	openmetrics_add(m, "kind", "in_wss", c->opened_in[WORKER_WSS]);
	openmetrics_add(m, "kind", "in_ws", c->opened_in[WORKER_WS]);
	openmetrics_add(m, "kind", "out_tls", c->opened_out[WORKER_TLS]);
	openmetrics_add(m, "kind", "out_tcp", c->opened_out[WORKER_TCP]);
	openmetrics_counter(m, "msrpd_handshake_failures",
			    "Connections to us that ended before they stood, most by TLS.");
	openmetrics_add(m, NULL, NULL, c->handshake_failures);
	openmetrics_counter(m, "msrpd_connect_failures", "Next hops that could not be reached.");
	openmetrics_add(m, NULL, NULL, c->connect_failures);
}

static void write_lookups(struct openmetrics *m, const struct worker_counters *c)
{
	openmetrics_counter(m, "msrpd_lookups", "Questions to the users' place, by their end.");
	openmetrics_add(m, "result", "found", c->lookups[MSRP_HA1_FOUND]);
	openmetrics_add(m, "result", "unknown", c->lookups[MSRP_HA1_UNKNOWN]);
	openmetrics_add(m, "result", "expired", c->lookups[MSRP_HA1_EXPIRED]);
	openmetrics_add(m, "result", "failed", c->lookups[MSRP_HA1_FAILED]);
	openmetrics_add(m, "result", "busy", c->lookups[MSRP_HA1_BUSY]);
	openmetrics_counter(m, "msrpd_lookup_seconds", "How long all of them took together.");
	openmetrics_add_time(m, c->lookup_ns);
}

static void write_events(struct openmetrics *m, const uint64_t events[RECORD_TYPE_COUNT],
			 const struct tally *main_thread)
{
	openmetrics_counter(m, "msrpd_events",
			    "What the log tells of, whether it was logged or not.");
	for (size_t i = 0; i < RECORD_TYPE_COUNT; i++) {
		const char *name = record_metric((enum record_type)i);

		if (name)
			openmetrics_add(m, "event", name, events[i] + main_thread->total[i]);
	}
}

/* Nothing without TLS. */
static void write_certificate(struct openmetrics *m, const struct app *app)
{
	int64_t until_s;

	if (!app->snapshot->server_tls)
		return;
	until_s = net_tls_valid_until_s(app->snapshot->server_tls);
	openmetrics_gauge(m, "msrpd_certificate_expiry_timestamp_seconds",
			  "When the first of the certificates expires, since 1970.");
	openmetrics_add(m, NULL, NULL, until_s > 0 ? (uint64_t)until_s : 0);
}

static void write_limits(struct openmetrics *m, struct app *app)
{
	struct relay_throttle_counts throttled;
	struct limit_counts counts;
	uint64_t failures;

	limit_count(&app->limit, &counts);
	openmetrics_counter(m, "msrpd_connections_refused",
			    "Connections that a limit has refused, or closed for others.");
	for (size_t i = LIMIT_OK + 1; i < LIMIT_RESULT_COUNT; i++)
		openmetrics_add(m, "limit", limit_name((enum limit_result)i), counts.refused[i]);
	openmetrics_gauge(m, "msrpd_connections_unproven",
			  "Connections on which nothing was granted yet.");
	openmetrics_add(m, NULL, NULL, counts.unproven);
	throttle_count(&app->throttle, &failures, &throttled);
	openmetrics_gauge(m, "msrpd_auth_paused",
			  "Origins whose AUTH is not looked at, after too many wrong passwords.");
	openmetrics_add(m, NULL, NULL, throttled.paused);
	openmetrics_counter(m, "msrpd_auth_refused", "AUTH requests from such origins.");
	openmetrics_add(m, NULL, NULL, throttled.refused);
	openmetrics_gauge(m, "msrpd_connections_limit",
			  "How many there may be: limits.connections.");
	openmetrics_add(m, NULL, NULL, app->limit.options.total);
}

static void write_calls(struct openmetrics *m, const struct metrics_sum *sum)
{
	openmetrics_gauge(m, "msrpd_calls", "Calls that the anchor has.");
	for (size_t i = 0; i < sum->n_workers; i++)
		openmetrics_add_for(m, "worker", i, sum->worker[i].totals.calls);
	openmetrics_counter(m, "msrpd_calls_begun", "Calls that the anchor has had.");
	openmetrics_add(m, NULL, NULL, sum->relay.calls);
	openmetrics_counter(m, "msrpd_anchored_bytes",
			    "Of bodies of messages between the parties of calls.");
	openmetrics_add(m, NULL, NULL, sum->relay.anchored_bytes);
}

/* What proxies have asked. */
static void write_control(struct openmetrics *m, const struct control_counters *c)
{
	openmetrics_counter(m, "msrpd_control_requests",
			    "What proxies have asked of the anchor, and got.");
	for (int i = 0; i < NG_COMMANDS; i++)
		openmetrics_add(m, "command", ng_request_name((enum ng_command)i), c->done[i]);
	openmetrics_counter(m, "msrpd_control_refusals", "What they have asked and not got.");
	for (int i = 0; i < NG_COMMANDS; i++)
		openmetrics_add(m, "command", ng_request_name((enum ng_command)i), c->refused[i]);
	openmetrics_add(m, "command", "other", c->bad);
	openmetrics_counter(m, "msrpd_control_repeated", "Requests that had come before.");
	openmetrics_add(m, NULL, NULL, c->repeated);
	openmetrics_counter(m, "msrpd_control_strange",
			    "Datagrams from who may not ask, or that are no requests.");
	openmetrics_add(m, NULL, NULL, c->strange);
	openmetrics_counter(m, "msrpd_control_dropped",
			    "Requests and answers for which there was no room.");
	openmetrics_add(m, NULL, NULL, c->dropped);
}

void metrics_sum_write(const struct metrics_sum *sum, struct app *app, bool plain, struct buf *out)
{
	struct openmetrics m = { .out = out, .plain = plain };

	write_process(&m, app);
	write_workers(&m, sum);
	write_connections(&m, &sum->counters);
	write_limits(&m, app);
	write_certificate(&m, app);
	write_traffic(&m, &sum->relay);
	write_lookups(&m, &sum->counters);
	if (app->control) {
		write_calls(&m, sum);
		write_control(&m, app->control);
	}
	write_events(&m, sum->events, &app->tally);
	openmetrics_end(&m);
}
