/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The HTTP servers of metrics and health: which path gets which answer. They run on the main
 * thread, as windows of the app.
 */
#include "daemon/monitor/web.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/app/app_state.h"
#include "daemon/monitor/health.h"
#include "daemon/serve/http.h"
#include "daemon/config/listen_text.h"
#include "daemon/monitor/metrics.h"
#include "daemon/serve/server.h"

enum {
	CONNS_MAX = 32, /* for each listener: a few monitoring systems and load balancers */
	PATIENCE_MS = 10000,
	SOCKET_MODE = 0666, /* as with a TCP address, everybody on this machine may ask */
};

static const char plain[] = "text/plain; charset=utf-8";
static const char prometheus[] = "text/plain; version=0.0.4; charset=utf-8";
static const char openmetrics[] = "application/openmetrics-text; version=1.0.0; charset=utf-8";

struct web {
	struct app *app;
	struct health *health;
	struct server *metrics;
	struct server *probes; /* without /metrics */
};

/* A request whose answer is in preparation. */
struct page {
	struct app *app;
	struct server_conn *conn;
	struct http_request request; /* its path is no longer valid */
};

static void respond(struct server_conn *conn, const struct http_request *request,
		    enum net_http_status status, const char *type, struct slice body)
{
	struct buf out = { 0 };

	http_respond(request, status, type, body, &out);
	server_write(conn, &out);
	server_finish(conn, request->keep);
}

static void respond_line(struct server_conn *conn, const struct http_request *request,
			 enum net_http_status status, const char *line)
{
	respond(conn, request, status, plain, slice_from(line));
}

/* NULL without memory; the request is then answered. */
static struct page *page_new(struct app *app, struct server_conn *conn,
			     const struct http_request *request)
{
	struct page *page = malloc(sizeof(*page));

	if (!page) {
		respond_line(conn, request, NET_HTTP_UNAVAILABLE, "out of memory\n");
		return NULL;
	}
	*page = (struct page){ .app = app, .conn = conn, .request = *request };
	return page;
}

static void page_end(struct page *page, enum net_http_status status, const char *type,
		     struct slice body)
{
	struct page copy = *page;

	free(page);
	respond(copy.conn, &copy.request, status, type, body);
}

static void on_web_metrics(void *arg, struct buf *text)
{
	struct page *page = arg;

	if (buf_failed(text))
		page_end(page, NET_HTTP_UNAVAILABLE, plain, SLICE("out of memory\n"));
	else
		page_end(page, NET_HTTP_OK, page->request.openmetrics ? openmetrics : prometheus,
			 buf_slice(text));
}

static void get_metrics(struct web *web, struct server_conn *conn,
			const struct http_request *request)
{
	struct page *page = page_new(web->app, conn, request);

	if (page && metrics_gather(web->app, !request->openmetrics, on_web_metrics, page) != 0)
		page_end(page, NET_HTTP_UNAVAILABLE, plain, SLICE("out of memory\n"));
}

static void on_health(void *arg, bool alive)
{
	if (alive)
		page_end(arg, NET_HTTP_OK, plain, SLICE("alive\n"));
	else
		page_end(arg, NET_HTTP_UNAVAILABLE, plain, SLICE("a worker does not answer\n"));
}

static void get_health(struct web *web, struct server_conn *conn,
		       const struct http_request *request)
{
	struct page *page = page_new(web->app, conn, request);

	if (page && health_ask(web->health, on_health, page) != 0)
		page_end(page, NET_HTTP_UNAVAILABLE, plain, SLICE("out of memory\n"));
}

static void get_readiness(struct web *web, struct server_conn *conn,
			  const struct http_request *request)
{
	if (app_is_stopping(web->app))
		respond_line(conn, request, NET_HTTP_UNAVAILABLE, "stopping\n");
	else if (app_is_draining(web->app))
		respond_line(conn, request, NET_HTTP_UNAVAILABLE, "draining\n");
	else
		respond_line(conn, request, NET_HTTP_OK, "ready\n");
}

static void get_path(struct web *web, struct server_conn *conn, const struct http_request *request,
		     bool with_metrics)
{
	if (slice_equal(request->path, SLICE("/healthz")))
		get_health(web, conn, request);
	else if (slice_equal(request->path, SLICE("/readyz")))
		get_readiness(web, conn, request);
	else if (with_metrics && slice_equal(request->path, SLICE("/metrics")))
		get_metrics(web, conn, request);
	else
		respond_line(conn, request, NET_HTTP_NOT_FOUND, "no such page\n");
}

static void on_web_request(struct web *web, struct server_conn *conn, struct slice head,
			   bool with_metrics)
{
	struct http_request request;
	enum net_http_status status = http_parse(head, &request);

	if (status == NET_HTTP_OK)
		get_path(web, conn, &request, with_metrics);
	else
		respond_line(conn, &request, status, "");
}

static void on_metrics_request(void *arg, struct server_conn *conn, struct slice head)
{
	on_web_request(arg, conn, head, true);
}

static void on_probes_request(void *arg, struct server_conn *conn, struct slice head)
{
	on_web_request(arg, conn, head, false);
}

static void on_web_too_long(void *arg, struct server_conn *conn)
{
	struct http_request request = { 0 };

	respond_line(conn, &request, NET_HTTP_HEAD_TOO_LARGE, "");
}

static const struct server_kind metrics_kind = {
	.conns_max = CONNS_MAX,
	.request_max = NET_HTTP_HEAD_MAX,
	.patience_ms = PATIENCE_MS,
	.find_end = net_http_head_find_end,
	.request = on_metrics_request,
	.too_long = on_web_too_long,
};

static const struct server_kind probes_kind = {
	.conns_max = CONNS_MAX,
	.request_max = NET_HTTP_HEAD_MAX,
	.patience_ms = PATIENCE_MS,
	.find_end = net_http_head_find_end,
	.request = on_probes_request,
	.too_long = on_web_too_long,
};

/* NAME is the address as text, with the port that the system chose. */
static int listen_at(struct server *server, const char *where, char name[LISTEN_TEXT_MAX])
{
	struct net_address address;
	const char *path;
	int err = listen_text_parse(where, &path, &address);

	strncpy(name, where, LISTEN_TEXT_MAX - 1);
	if (err)
		return err;
	if (path)
		return server_listen_path(server, path, SOCKET_MODE);
	err = server_listen_tcp(server, &address);
	if (err)
		return err;
	net_address_format(&address, name);
	return 0;
}

static int start_web_server(struct web *web, const struct server_kind *kind, const char *where,
			    const char *what, struct server **ret_server)
{
	char name[LISTEN_TEXT_MAX] = "";
	int err;

	if (!*where)
		return 0;
	err = server_new(web->app->loop, kind, web, ret_server);
	if (!err)
		err = listen_at(*ret_server, where, name);
	if (err)
		return app_fail(web->app, err, where, NULL);
	log_say(web->app->log, RECORD_LISTENING, "%s (%s)", name, what);
	return 0;
}

static int start_all(struct web *web, const struct config *config)
{
	int err = health_new(web->app, &web->health);

	if (err)
		return app_fail(web->app, err, "health", NULL);
	err =
	    start_web_server(web, &metrics_kind, config->metrics.listen, "metrics", &web->metrics);
	return err ? err
		   : start_web_server(web, &probes_kind, config->health.listen, "health",
				      &web->probes);
}

static void close_web(void *arg)
{
	struct web *web = arg;

	if (!web)
		return;
	health_free(web->health);
	server_free(web->metrics);
	server_free(web->probes);
	free(web);
}

static int open_web(struct app *app, const struct config *config, void **ret_window)
{
	struct web *web;
	int err;

	*ret_window = NULL;
	if (!*config->metrics.listen && !*config->health.listen)
		return 0;
	web = calloc(1, sizeof(*web));
	if (!web)
		return app_fail(app, -ENOMEM, "metrics", NULL);
	web->app = app;
	err = start_all(web, config);
	if (err)
		close_web(web);
	else
		*ret_window = web;
	return err;
}

const struct app_window web_window = { .open = open_web, .close = close_web };
