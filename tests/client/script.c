/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/script.h"

#include <check.h>
#include <string.h>

#include "msrp/report.h"
#include "msrp/writer.h"

static void fill_random(void *arg, uint8_t *out, size_t len)
{
	static uint8_t next;

	while (len-- > 0)
		*out++ = next++;
}

static int on_head(void *arg, const struct msrp_message *m)
{
	struct script *s = arg;

	s->n_requests += m->is_request;
	s->n_responses += !m->is_request;
	if (!m->is_request)
		s->status = m->status;
	if (s->on_message)
		s->on_message(s, m);
	return 0;
}

static int on_body(void *arg, const uint8_t *bytes, size_t len)
{
	return 0;
}

static int on_end(void *arg, char flag)
{
	return 0;
}

static const struct msrp_parser_user parser_user = { .head = on_head,
						     .body = on_body,
						     .end = on_end };

static void on_opened(void *arg)
{
}

static int on_recv(void *arg, const uint8_t *in, size_t len)
{
	struct script *s = arg;

	return msrp_conn_recv(&s->conn, in, len);
}

static void on_eof(void *arg)
{
	struct script *s = arg;

	net_conn_close(s->net);
}

static size_t on_pull(void *arg, const uint8_t **ret_out)
{
	struct script *s = arg;

	return msrp_conn_pull(&s->conn, ret_out);
}

static void on_sent(void *arg, size_t len)
{
	struct script *s = arg;

	msrp_conn_sent(&s->conn, len);
}

static bool want_read(void *arg)
{
	return true;
}

static void on_closed(void *arg, int err, const char *why)
{
	struct script *s = arg;

	s->net = NULL;
}

static const struct net_conn_user conn_user = {
	.opened = on_opened,
	.recv = on_recv,
	.eof = on_eof,
	.pull = on_pull,
	.sent = on_sent,
	.want_read = want_read,
	.closed = on_closed,
};

static void on_accept(void *arg, struct net_conn *conn, const struct net_address *peer)
{
	struct script *s = arg;

	ck_assert_msg(!s->alive, "a second connection");
	s->alive = true;
	s->net = conn;
	msrp_conn_init(&s->conn, &parser_user, NULL, s, &s->random);
	net_conn_set_user(conn, &conn_user, s);
}

static void init(struct script *s, uv_loop_t *loop, struct net_tls *tls, script_fn on_message,
		 void *data)
{
	struct net_listener_options options = { .accept = on_accept,
						.arg = s,
						.protocol = { .tls = tls } };

	*s = (struct script){ .on_message = on_message, .data = data };
	msrp_random_init(&s->random, fill_random, NULL);
	ck_assert_int_eq(net_address_parse("127.0.0.1", 0, &options.address), 0);
	ck_assert_int_eq(net_context_new(loop, &s->context), 0);
	ck_assert_int_eq(net_listener_new(s->context, &options, &s->listener), 0);
}

void script_init(struct script *s, uv_loop_t *loop, script_fn on_message, void *data)
{
	init(s, loop, NULL, on_message, data);
}

void script_init_tls(struct script *s, uv_loop_t *loop, const char *certificate, const char *key,
		     script_fn on_message, void *data)
{
	struct net_tls_domain domain = { .certificate = certificate, .key = key };
	struct net_tls_server_options options = { .domain = &domain, .n_domains = 1 };
	struct net_tls *tls;
	char error[200];

	ck_assert_msg(net_tls_server_new(&options, error, sizeof(error), &tls) == 0, "%s", error);
	init(s, loop, tls, on_message, data);
	net_tls_unref(tls);
}

void script_done(struct script *s)
{
	if (s->net)
		net_conn_abandon(s->net);
	if (s->alive)
		msrp_conn_done(&s->conn);
	net_listener_free(s->listener);
	net_context_free(s->context);
}

uint16_t script_port(const struct script *s)
{
	return net_address_port(net_listener_address(s->listener));
}

void script_respond(struct script *s, const struct msrp_message *m, unsigned status,
		    const char *headers)
{
	struct buf *out = msrp_conn_control(&s->conn);

	msrp_write_response(out, m->id, status, slice_from(msrp_status_comment(status)));
	msrp_write_header(out, MSRP_H_TO_PATH, msrp_path_first(&m->from)->text);
	msrp_write_header(out, MSRP_H_FROM_PATH, msrp_path_first(&m->to)->text);
	buf_add(out, headers, strlen(headers));
	msrp_write_end(out, m->id, '$', false);
	ck_assert(!buf_failed(out));
	net_conn_kick(s->net);
}

void script_send(struct script *s, const char *text)
{
	struct buf *out = msrp_conn_control(&s->conn);

	buf_add(out, text, strlen(text));
	net_conn_kick(s->net);
}
