/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/raw.h"
#include "support/expect.h"
#include "support/run.h"

/* A logger that notes every call. */
struct notes {
	struct msrp_logger logger;
	char text[4096];   /* a line for each call */
	char bytes[16384]; /* of heads and end-lines */
	char id[64];	   /* of the chunk that began last */
	char peer[64];
};

static void note(struct notes *n, const char *format, const char *what)
{
	size_t at = strlen(n->text);

	snprintf(n->text + at, sizeof(n->text) - at, format, what);
}

static void add_bytes(struct notes *n, const uint8_t *bytes, size_t len)
{
	size_t at = strlen(n->bytes);

	snprintf(n->bytes + at, sizeof(n->bytes) - at, "%.*s", (int)len, (const char *)bytes);
}

static void begin(struct notes *n, const struct msrp_log_source *source, const char *format,
		  const struct msrp_chunk *chunk, const uint8_t *bytes, size_t len)
{
	char code[8];

	snprintf(code, sizeof(code), "%u", msrp_chunk_code(chunk));
	note(n, format, msrp_chunk_method(chunk) ? msrp_chunk_method(chunk) : code);
	snprintf(n->id, sizeof(n->id), "%s", msrp_chunk_transaction_id(chunk));
	snprintf(n->peer, sizeof(n->peer), "%s", source->peer);
	ck_assert_uint_eq(msrp_chunk_size(chunk), 0);
	ck_assert_str_ne(source->local, "");
	add_bytes(n, bytes, len);
}

/* Without the beginnings of chunks, there is no id to compare. */
static void expect_id(const struct notes *n, const char *id)
{
	if (n->logger.received_new_chunk && n->logger.sent_new_chunk)
		ck_assert_str_eq(n->id, id);
}

static void add_data(struct notes *n, const char *format, const char *id, const uint8_t *bytes,
		     size_t len)
{
	char text[64];

	expect_id(n, id);
	snprintf(text, sizeof(text), "%.*s", (int)len, (const char *)bytes);
	note(n, format, text);
}

static void add_end(struct notes *n, const char *format, const char *id, const uint8_t *bytes,
		    size_t len)
{
	char line[64];

	expect_id(n, id);
	snprintf(line, sizeof(line), "-------%s", id);
	ck_assert_uint_eq(len, strlen(line) + 3);
	ck_assert_mem_eq(bytes, line, len - 3);
	ck_assert_mem_eq(bytes + len - 2, "\r\n", 2);
	note(n, format, (char[]){ (char)bytes[len - 3], '\0' });
	add_bytes(n, bytes, len);
}

static void received_new_chunk(void *arg, const struct msrp_log_source *source,
			       const struct msrp_chunk *chunk, const uint8_t *bytes, size_t len)
{
	begin(arg, source, "< %s\n", chunk, bytes, len);
}

static void received_chunk_data(void *arg, const struct msrp_log_source *source, const char *id,
				const uint8_t *bytes, size_t len)
{
	add_data(arg, "< [%s]\n", id, bytes, len);
}

static void received_chunk_end(void *arg, const struct msrp_log_source *source, const char *id,
			       const uint8_t *bytes, size_t len)
{
	add_end(arg, "< end %s\n", id, bytes, len);
}

static void sent_new_chunk(void *arg, const struct msrp_log_source *source,
			   const struct msrp_chunk *chunk, const uint8_t *bytes, size_t len)
{
	begin(arg, source, "> %s\n", chunk, bytes, len);
}

static void sent_chunk_data(void *arg, const struct msrp_log_source *source, const char *id,
			    const uint8_t *bytes, size_t len)
{
	add_data(arg, "> [%s]\n", id, bytes, len);
}

static void sent_chunk_end(void *arg, const struct msrp_log_source *source, const char *id,
			   const uint8_t *bytes, size_t len)
{
	add_end(arg, "> end %s\n", id, bytes, len);
}

static void debug(void *arg, const struct msrp_log_source *source, const char *text)
{
	note(arg, "debug: %s\n", text);
}

static void info(void *arg, const struct msrp_log_source *source, const char *text)
{
	note(arg, "info: %s\n", text);
}

static void warn(void *arg, const struct msrp_log_source *source, const char *text)
{
	note(arg, "warn: %s\n", text);
}

static void error(void *arg, const struct msrp_log_source *source, const char *text)
{
	note(arg, "error: %s\n", text);
}

static void fatal(void *arg, const struct msrp_log_source *source, const char *text)
{
	note(arg, "fatal: %s\n", text);
}

static void notes_init(struct notes *n)
{
	*n = (struct notes){
		.logger = {
			.arg = n,
			.received_new_chunk = received_new_chunk,
			.received_chunk_data = received_chunk_data,
			.received_chunk_end = received_chunk_end,
			.sent_new_chunk = sent_new_chunk,
			.sent_chunk_data = sent_chunk_data,
			.sent_chunk_end = sent_chunk_end,
			.debug = debug,
			.info = info,
			.warn = warn,
			.error = error,
			.fatal = fatal,
		},
	};
}

/* ---- a conversation ---- */

static void answer(struct raw *r, struct msrp_chunk *chunk)
{
	if (msrp_chunk_method(chunk))
		msrp_transport_write_response(r->transport, chunk, 200, NULL, NULL, NULL);
}

/* The caller sends DATA, the callee 200; then the callee hangs up. */
static void converse(struct raw_pair *p, int transport, const void *data, size_t len)
{
	struct msrp_make_chunk_options options = {
		.data = data,
		.len = len,
		.content_type = "text/plain",
	};
	struct msrp_chunk *chunk;

	raw_pair_connect(p, transport);
	p->callee.on_chunk = answer;
	ck_assert_int_eq(msrp_transport_make_chunk(p->caller.transport, &options, &chunk), 0);
	ck_assert_int_eq(msrp_transport_write_chunk(p->caller.transport, chunk, NULL, NULL), 0);
	msrp_chunk_free(chunk);
	PAIR_RUN_UNTIL(&p->pair, p->caller.n == 1);
	ck_assert_int_eq(msrp_transport_shutdown(p->callee.transport), 0);
	PAIR_RUN_UNTIL(&p->pair, p->caller.ended && p->callee.ended);
}

START_TEST(all_that_goes_over_a_connection_is_told_in_its_order)
{
	struct raw_pair p;
	struct notes n;

	notes_init(&n);
	raw_pair_init(&p, _i);
	p.logger = &n.logger;
	converse(&p, _i, "hello", 5);
	ck_assert_msg(strncmp(n.text, "info: connected", 15) == 0, "%s", n.text);
	ck_assert_str_eq(strchr(n.text, '\n') + 1,
			 "> SEND\n> end $\n< 200\ndebug: bound\n< end $\n"
			 "> SEND\n> [hello]\n> end $\n< 200\n< end $\n"
			 "info: closed: the other side closed the connection\n");
	ck_assert_ptr_nonnull(strstr(n.bytes, " SEND\r\nTo-Path: msrp"));
	ck_assert_ptr_nonnull(strstr(n.bytes, "Content-Type: text/plain\r\n\r\n-------"));
	ck_assert_ptr_nonnull(strstr(p.pair.callee.path, n.peer));
	raw_pair_done(&p);
}
END_TEST

/* Sessions send files bit by bit, and all of it is logged. */
START_TEST(what_a_session_sends_is_told)
{
	struct msrp_context_options options = { 0 };
	struct msrp_send_options send;
	struct notes n;
	struct pair p;

	notes_init(&n);
	options.logger = &n.logger;
	pair_init(&p, WITH_TCP, &options);
	pair_connect(&p, WITH_TCP);
	n.text[0] = '\0';
	send = side_options(&p.caller);
	ck_assert_int_eq(msrp_session_send(p.caller.session, "hello", 5, &send, NULL), 0);
	PAIR_RUN_UNTIL(&p, p.caller.n_responses);
	/* The logger is the context's: it sees both ends. */
	ck_assert_str_eq(n.text, "> SEND\n> [hello]\n> end $\n< SEND\n< [hello]\n< end $\n"
				 "> 200\n> end $\n< 200\n< end $\n");
	pair_done(&p);
}
END_TEST

/* Each function alone, and all but each. */
START_TEST(functions_may_be_missing)
{
	struct raw_pair p;
	struct notes n;
	const bool alone = _i % 2;

	notes_init(&n);
#define ONE(number, name)                                                                          \
	if ((_i / 2 == (number)) != alone)                                                         \
		n.logger.name = NULL;
	ONE(0, received_new_chunk)
	ONE(1, received_chunk_data)
	ONE(2, received_chunk_end)
	ONE(3, sent_new_chunk)
	ONE(4, sent_chunk_data)
	ONE(5, sent_chunk_end)
	ONE(6, info)
#undef ONE
	raw_pair_init(&p, WITH_TCP);
	p.logger = &n.logger;
	converse(&p, WITH_TCP, "hello", 5);
	ck_assert_int_eq(!strstr(n.text, "< 200\n"), !n.logger.received_new_chunk);
	ck_assert_int_eq(!strstr(n.text, "> SEND\n"), !n.logger.sent_new_chunk);
	ck_assert_int_eq(!strstr(n.text, "> [hello]\n"), !n.logger.sent_chunk_data);
	ck_assert_int_eq(!strstr(n.text, "< end $\n"), !n.logger.received_chunk_end);
	ck_assert_int_eq(!strstr(n.text, "> end $\n"), !n.logger.sent_chunk_end);
	ck_assert_int_eq(!strstr(n.text, "info: "), !n.logger.info);
	raw_pair_done(&p);
}
END_TEST

START_TEST(connector_may_do_without_the_logger_of_its_context)
{
	struct msrp_context_options options = { 0 };
	struct side *caller;
	struct notes n;
	struct pair p;

	notes_init(&n);
	options.logger = &n.logger;
	pair_init(&p, WITH_TCP, &options);
	caller = &p.caller;
	ck_assert_int_eq(msrp_connector_direct_new(p.context, &caller->connector), 0);
	ck_assert_int_eq(msrp_connector_use_logger(caller->connector, NULL), 0);
	ck_assert_int_eq(msrp_connector_prepare(caller->connector, NULL, side_on_prepared, caller),
			 0);
	ck_assert_int_eq(msrp_connector_use_logger(caller->connector, &n.logger), -EALREADY);
	PAIR_RUN_UNTIL(&p, caller->path);
	caller->connect_err = INT_MIN;
	msrp_connector_complete(caller->connector, "msrp://127.0.0.1:1/nobody;tcp",
				side_on_completed, caller);
	PAIR_RUN_UNTIL(&p, caller->connect_err != INT_MIN);
	ck_assert_str_eq(n.text, "");
	ck_assert_ptr_null(msrp_connector_cleanup(caller->connector));
	ck_assert_int_eq(msrp_connector_use_logger(caller->connector, &n.logger), -EINVAL);
	caller->connector = NULL;
	pair_done(&p);
}
END_TEST

START_TEST(connection_that_fails_is_an_error)
{
	struct msrp_context_options options = { 0 };
	struct side *caller;
	struct notes n;
	struct pair p;

	notes_init(&n);
	options.logger = &n.logger;
	pair_init(&p, WITH_TCP, &options);
	caller = &p.caller;
	ck_assert_int_eq(msrp_connector_direct_new(p.context, &caller->connector), 0);
	msrp_connector_prepare(caller->connector, NULL, side_on_prepared, caller);
	PAIR_RUN_UNTIL(&p, caller->path);
	caller->connect_err = INT_MIN;
	msrp_connector_complete(caller->connector, "msrp://127.0.0.1:1/nobody;tcp",
				side_on_completed, caller);
	PAIR_RUN_UNTIL(&p, caller->connect_err != INT_MIN);
	ck_assert_msg(strncmp(n.text, "error: closed: ", 15) == 0, "%s", n.text);
	pair_done(&p);
}
END_TEST

START_TEST(request_without_answer_is_a_warning)
{
	struct msrp_context_options options = { .response_timeout_ms = 1 };
	struct msrp_local_uri local = { .host = "127.0.0.1" };
	struct side *caller;
	struct notes n;
	struct pair p;

	notes_init(&n);
	options.logger = &n.logger;
	pair_init(&p, WITH_TCP, &options);
	caller = &p.caller;
	ck_assert_int_eq(msrp_acceptor_direct_new(p.context, &p.callee.connector), 0);
	ck_assert_int_eq(msrp_connector_direct_new(p.context, &caller->connector), 0);
	msrp_connector_prepare(caller->connector, &local, side_on_prepared, caller);
	msrp_connector_prepare(p.callee.connector, &local, side_on_prepared, &p.callee);
	PAIR_RUN_UNTIL(&p, caller->path && p.callee.path);
	msrp_connector_complete(p.callee.connector, caller->path, side_on_completed, &p.callee);
	msrp_connector_complete(caller->connector, p.callee.path, side_on_completed, caller);
	PAIR_RUN_UNTIL(&p, caller->session && p.callee.session);
	msrp_session_set_reading(p.callee.session, false);
	ck_assert_int_eq(msrp_session_send(caller->session, "hello", 5, NULL, NULL), 0);
	PAIR_RUN_UNTIL(&p, strstr(n.text, "warn: no answer in time to the request "));
	pair_done(&p);
}
END_TEST

/* ---- secrets ---- */

static void challenge(struct script *s, const struct msrp_message *m)
{
	bool second = s->n_requests > 1;

	script_respond(s, m, second ? 403 : 401,
		       second ? "Authentication-Info: nextnonce=\"n0nce\"\r\n"
			      : "WWW-Authenticate: Digest realm=\"example.com\", nonce=\"n0nce\","
				" qop=\"auth\"\r\nWWW-Authenticate: Digest realm=\"example.com\","
				" nonce=\"n0nce\", qop=\"auth\", algorithm=SHA-256\r\n");
}

START_TEST(credentials_are_not_told)
{
	struct msrp_context_options options = { 0 };
	struct msrp_relay_settings settings = {
		.domain = "example.com",
		.host = "127.0.0.1",
		.username = "alice",
		.password = "s3cret",
		.without_tls = true,
	};
	struct side *caller;
	struct script script;
	struct notes n;
	struct pair p;

	notes_init(&n);
	options.logger = &n.logger;
	pair_init(&p, WITH_TCP, &options);
	script_init(&script, &p.loop, challenge, NULL);
	settings.port = script_port(&script);
	caller = &p.caller;
	ck_assert_int_eq(msrp_connector_relay_new(p.context, &settings, &caller->connector), 0);
	msrp_connector_prepare(caller->connector, NULL, side_on_prepared, caller);
	PAIR_RUN_UNTIL(&p, caller->connect_err != INT_MIN);
	ck_assert_int_ne(caller->connect_err, 0);
	ck_assert_uint_eq(script.n_requests, 2);
	ck_assert_ptr_nonnull(strstr(n.bytes, "\r\nAuthorization: ...\r\n"));
	ck_assert_ptr_nonnull(strstr(n.bytes, "\r\nWWW-Authenticate: ...\r\n"
					      "WWW-Authenticate: ...\r\n"));
	ck_assert_ptr_nonnull(strstr(n.bytes, "\r\nAuthentication-Info: ...\r\n"));
	ck_assert_ptr_null(strstr(n.bytes, "n0nce"));
	ck_assert_ptr_null(strstr(n.bytes, "alice"));
	ck_assert_ptr_null(strstr(n.text, "s3cret"));
	script_done(&script);
	pair_done(&p);
}
END_TEST

/* ---- the traffic logger ---- */

static const struct {
	const char *data;
	size_t len;
	const char *want; /* text between the length and the end */
} texts[] = {
#define DATA(text) (text), sizeof(text) - 1
	{ DATA("hello"), ": 5 octets\nhello\n" },
	{ DATA("two\r\nlines\n"), ": 11 octets\ntwo\nlines\n" },
	{ DATA("tab\tand h\303\251las"), ": 14 octets\ntab\tand h\303\251las\n" },
	{ DATA("\377\303"), ": 2 octets\n\\xff\\xc3\n" },
	{ DATA("c1 \302\233 2J"), ": 8 octets\nc1 \\xc2\\x9b 2J\n" },
	{ DATA("del \177 and a\rb"), ": 13 octets\ndel \\x7f and a\\x0db\n" },
	{ DATA("\033[2J"), ": 4 octets that are no text\n" },
	{ DATA("zero\0"), ": 5 octets that are no text\n" },
#undef DATA
};

START_TEST(traffic_is_written_for_people_to_read)
{
	struct msrp_traffic_logger *logger;
	char *text = NULL, *at;
	struct raw_pair p;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	ck_assert_int_eq(msrp_traffic_logger_new(out, &logger), 0);
	raw_pair_init(&p, WITH_TCP);
	p.logger = msrp_traffic_logger(logger);
	converse(&p, WITH_TCP, texts[_i].data, texts[_i].len);
	raw_pair_done(&p);
	ck_assert_ptr_null(msrp_traffic_logger_free(logger));
	fclose(out);
	ck_assert_uint_eq(strlen(text), len);
	ck_assert_ptr_null(strchr(text, '\r'));
	ck_assert_ptr_null(strchr(text, '\033'));
	/* The stamp, "2026-11-29T06:20:01.123Z 127.0.0.1:40000 - 127.0.0.1:50000". */
	ck_assert_int_eq(text[10], 'T');
	ck_assert_ptr_nonnull(strstr(text, "Z 127.0.0.1:"));
	ck_assert_ptr_nonnull(strstr(text, " info: connected\n"));
	ck_assert_ptr_nonnull(strstr(text, " SEND\nTo-Path: msrp://127.0.0.1:"));
	ck_assert_ptr_nonnull(strstr(text, "Content-Type: text/plain\n\n"));
	at = strstr(text, " octets");
	ck_assert_ptr_nonnull(at);
	while (*at != ':')
		at--;
	ck_assert_msg(strncmp(at, texts[_i].want, strlen(texts[_i].want)) == 0, "%s", at);
	ck_assert_ptr_nonnull(strstr(at, ": end\n-------"));
	ck_assert_ptr_nonnull(strstr(at, " < 127.0.0.1:"));
	free(text);
}
END_TEST

START_TEST(traffic_logger_of_nothing_is_freed)
{
	ck_assert_ptr_null(msrp_traffic_logger_free(NULL));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/logger");
	TCase *tcase = tcase_create("logger");

	tcase_add_loop_test(tcase, all_that_goes_over_a_connection_is_told_in_its_order, 0,
			    N_TRANSPORTS);
	tcase_add_test(tcase, what_a_session_sends_is_told);
	tcase_add_loop_test(tcase, functions_may_be_missing, 0, 14);
	tcase_add_test(tcase, connector_may_do_without_the_logger_of_its_context);
	tcase_add_test(tcase, connection_that_fails_is_an_error);
	tcase_add_test(tcase, request_without_answer_is_a_warning);
	tcase_add_test(tcase, credentials_are_not_told);
	tcase_add_loop_test(tcase, traffic_is_written_for_people_to_read, 0, SUPPORT_COUNT(texts));
	tcase_add_test(tcase, traffic_logger_of_nothing_is_freed);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
