/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of commands: their words and arguments, the request for the socket, and the views that
 * show the answer.
 */
#include "ctl/command.h"

#include <string.h>

static const struct ctl_column process[] = {
	{ "state", "state", CTL_PLAIN },
	{ "version", "version", CTL_PLAIN },
	{ "pid", "pid", CTL_PLAIN },
	{ "uptime", "uptime", CTL_DURATION },
	{ "certificate", "certificate", CTL_PLAIN },
	{ "certificate_days", "days left", CTL_PLAIN },
	{ "log_level", "log level", CTL_PLAIN },
	{ 0 },
};

static const struct ctl_column workers[] = {
	{ "worker", "WORKER", CTL_PLAIN },
	{ "connections", "CONNECTIONS", CTL_PLAIN },
	{ "sessions", "SESSIONS", CTL_PLAIN },
	{ "calls", "CALLS", CTL_PLAIN },
	{ "transactions", "TRANSACTIONS", CTL_PLAIN },
	{ 0 },
};

static const struct ctl_column session_row[] = {
	{ "session", "SESSION", CTL_PLAIN },	 { "user", "USER", CTL_PLAIN },
	{ "realm", "REALM", CTL_PLAIN },	 { "peer", "PEER", CTL_PLAIN },
	{ "age", "AGE", CTL_DURATION },		 { "expires", "EXPIRES", CTL_DURATION },
	{ "bytes_in", "IN", CTL_BYTES },	 { "bytes_out", "OUT", CTL_BYTES },
	{ "strangers", "STRANGERS", CTL_PLAIN }, { 0 },
};

static const struct ctl_column session_list[] = {
	{ "session", "session", CTL_PLAIN },
	{ "user", "user", CTL_PLAIN },
	{ "realm", "realm", CTL_PLAIN },
	{ "peer", "peer", CTL_PLAIN },
	{ "relay", "relay", CTL_PLAIN },
	{ "worker", "worker", CTL_PLAIN },
	{ "age", "age", CTL_DURATION },
	{ "expires", "expires in", CTL_DURATION },
	{ "bytes_in", "bytes in", CTL_PLAIN },
	{ "bytes_out", "bytes out", CTL_PLAIN },
	{ "messages_in", "messages in", CTL_PLAIN },
	{ "messages_out", "messages out", CTL_PLAIN },
	{ "stranger_peers", "strangers", CTL_PLAIN },
	{ "stranger_hosts", "their hosts", CTL_PLAIN },
	{ 0 },
};

static const struct ctl_column call_row[] = {
	{ "call", "CALL", CTL_PLAIN },		 { "state", "STATE", CTL_PLAIN },
	{ "age", "AGE", CTL_DURATION },		 { "sections", "SECTIONS", CTL_PLAIN },
	{ "connected", "CONNECTED", CTL_PLAIN }, { "bytes_in", "IN", CTL_BYTES },
	{ "bytes_out", "OUT", CTL_BYTES },	 { 0 },
};

static const struct ctl_column call_list[] = {
	{ "call", "call", CTL_PLAIN },
	{ "state", "state", CTL_PLAIN },
	{ "from_tag", "from tag", CTL_PLAIN },
	{ "to_tag", "to tag", CTL_PLAIN },
	{ "worker", "worker", CTL_PLAIN },
	{ "age", "age", CTL_DURATION },
	{ "signal", "last heard of", CTL_DURATION },
	{ "bytes_in", "bytes in", CTL_PLAIN },
	{ "bytes_out", "bytes out", CTL_PLAIN },
	{ "messages_in", "messages in", CTL_PLAIN },
	{ "messages_out", "messages out", CTL_PLAIN },
	{ 0 },
};

static const struct ctl_column leg[] = {
	{ "section", "SECTION", CTL_PLAIN },
	{ "state", "STATE", CTL_PLAIN },
	{ "tag", "TAG", CTL_PLAIN },
	{ "peer", "PEER", CTL_PLAIN },
	{ "transport", "TRANSPORT", CTL_PLAIN },
	{ "fingerprint", "FINGERPRINT", CTL_PLAIN },
	{ "party", "PARTY", CTL_PLAIN },
	{ "relay", "RELAY", CTL_PLAIN },
	{ 0 },
};

static const struct ctl_column connection[] = {
	{ "connection", "CONNECTION", CTL_PLAIN },
	{ "peer", "PEER", CTL_PLAIN },
	{ "direction", "DIRECTION", CTL_PLAIN },
	{ "transport", "TRANSPORT", CTL_PLAIN },
	{ "state", "STATE", CTL_PLAIN },
	{ "relay", "RELAY", CTL_PLAIN },
	{ "sessions", "SESSIONS", CTL_PLAIN },
	{ "stranger_to", "STRANGER TO", CTL_PLAIN },
	{ 0 },
};

static const struct ctl_column user[] = {
	{ "user", "USER", CTL_PLAIN },
	{ "realm", "REALM", CTL_PLAIN },
	{ "sessions", "SESSIONS", CTL_PLAIN },
	{ "user_sessions_most", "MOST", CTL_PLAIN },
	{ "bytes_in", "IN", CTL_BYTES },
	{ "bytes_out", "OUT", CTL_BYTES },
	{ "user_rate_in", "IN/S", CTL_BYTES },
	{ "user_rate_out", "OUT/S", CTL_BYTES },
	{ "user_rate_most", "MOST/S", CTL_BYTES },
	{ 0 },
};

static const struct ctl_column limit[] = {
	{ "limit", "LIMIT", CTL_PLAIN },
	{ "most", "MOST", CTL_PLAIN },
	{ "used", "USED", CTL_PLAIN },
	{ "refused", "REFUSED", CTL_PLAIN },
	{ 0 },
};

static const struct ctl_column paused[] = {
	{ "paused", "PAUSED", CTL_PLAIN },
	{ "ends", "ENDS IN", CTL_DURATION },
	{ "refused", "REFUSED", CTL_PLAIN },
	{ 0 },
};

static const struct ctl_column log_level[] = { { "log_level", "log level", CTL_PLAIN }, { 0 } };

static const struct ctl_column trace[] = {
	{ "trace", "TRACE", CTL_PLAIN },
	{ "name", "NAME", CTL_PLAIN },
	{ "worker", "WORKER", CTL_PLAIN },
	{ "heads", "HEADS LEFT", CTL_PLAIN },
	{ 0 },
};

static const struct ctl_column metric[] = { { "metric", "metric", CTL_PLAIN }, { 0 } };

const struct ctl_command ctl_commands[] = {
	{ .word = { "status" },
	  .help = "show the state of the relay",
	  .view = { { CTL_LIST, process }, { CTL_ROWS, workers } } },
	{ .word = { "sessions", "list" },
	  .arguments = "[USER]",
	  .most = 1,
	  .help = "list all sessions, or those of a user",
	  .view = { { CTL_ROWS, session_row } } },
	{ .word = { "sessions", "show" },
	  .arguments = "SESSION",
	  .least = 1,
	  .most = 1,
	  .help = "show one session, and who talks to its owner",
	  .view = { { CTL_LIST, session_list } } },
	{ .word = { "sessions", "close" },
	  .arguments = "SESSION",
	  .least = 1,
	  .most = 1,
	  .help = "end a session" },
	{ .word = { "calls", "list" },
	  .help = "all calls of the anchor",
	  .view = { { CTL_ROWS, call_row } } },
	{ .word = { "calls", "show" },
	  .arguments = "CALL",
	  .least = 1,
	  .most = 1,
	  .help = "one call, and the legs to its parties",
	  .view = { { CTL_LIST, call_list }, { CTL_ROWS, leg } } },
	{ .word = { "calls", "end" },
	  .arguments = "CALL",
	  .least = 1,
	  .most = 1,
	  .help = "end a call" },
	{ .word = { "connections" },
	  .help = "list all connections",
	  .view = { { CTL_ROWS, connection } } },
	{ .word = { "users" },
	  .ask = { "sessions", "list" },
	  .by_user = true,
	  .help = "list users with sessions, and how many",
	  .view = { { CTL_ROWS, user } } },
	{ .word = { "top" }, .is_top = true, .help = "show the busiest sessions and users, live" },
	{ .word = { "limits", "lift" },
	  .arguments = "WHERE",
	  .least = 1,
	  .most = 1,
	  .help = "let an origin listed by \"limits\" authenticate again, or all" },
	{ .word = { "limits" },
	  .help = "show limits, their use, and what they refused",
	  .view = { { CTL_ROWS, limit }, { CTL_ROWS, paused } } },
	{ .word = { "log", "level" },
	  .arguments = "[LEVEL]",
	  .most = 1,
	  .help = "set the log level: error, warning, notice, info, debug",
	  .view = { { CTL_TEXT, log_level } } },
	{ .word = { "trace", "user" },
	  .arguments = "USER [HEADS]",
	  .least = 1,
	  .most = 2,
	  .help = "log the message heads of a user" },
	{ .word = { "trace", "session" },
	  .arguments = "SESSION [HEADS]",
	  .least = 1,
	  .most = 2,
	  .help = "log the message heads of a session" },
	{ .word = { "trace", "call" },
	  .arguments = "CALL [HEADS]",
	  .least = 1,
	  .most = 2,
	  .help = "log the message heads of a call" },
	{ .word = { "trace", "list" }, .help = "list traces", .view = { { CTL_ROWS, trace } } },
	{ .word = { "trace", "off" }, .help = "stop all traces" },
	{ .word = { "drain" },
	  .arguments = "on|off",
	  .least = 1,
	  .most = 1,
	  .help = "refuse new sessions, and keep the existing ones" },
	{ .word = { "reload" }, .help = "reload the configuration, and report errors" },
	{ .word = { "metrics" },
	  .help = "show counters and gauges in OpenMetrics format",
	  .view = { { CTL_TEXT, metric } } },
	{ .word = { NULL } },
};

static size_t name_length(const struct ctl_command *command)
{
	return command->word[1] ? 2 : 1;
}

const struct ctl_command *ctl_command_find(char *const *argv, size_t n, size_t *ret_used)
{
	for (const struct ctl_command *c = ctl_commands; c->word[0]; c++) {
		size_t own = name_length(c);

		if (n < own || strcmp(argv[0], c->word[0]) != 0 ||
		    (own == 2 && strcmp(argv[1], c->word[1]) != 0))
			continue;
		if (n - own < c->least || n - own > c->most)
			return NULL;
		*ret_used = own;
		return c;
	}
	return NULL;
}

const struct ctl_view *ctl_command_view(const struct ctl_command *command, const json_t *object)
{
	for (size_t i = 0; i < CTL_VIEWS; i++) {
		const struct ctl_view *view = &command->view[i];

		if (view->column && json_object_get(object, view->column[0].key))
			return view;
	}
	return NULL;
}
