/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A server: many sessions behind one port, in each of which whatever is said is said back.
 *
 *     cc -o echo echo.c $(pkg-config --cflags --libs libmsrp)
 *     ./echo N            serves N callers, each at the path that is printed for it
 *
 * The next path is printed when somebody has called the last one. A program that speaks SIP makes
 * one for each INVITE instead, and there is no end to it.
 */
#include <msrp.h>

#include <stdio.h>
#include <stdlib.h>

struct echo {
	uv_loop_t loop;
	struct msrp_context *context;
	struct msrp_server *server;
	int left; /* callers that are still to come */
	int port; /* of the server, once it has one */
	int failed;
};

struct guest {
	struct echo *echo;
	struct msrp_connector *connector;
	struct msrp_receiver *receiver;
	struct msrp_session *session;
};

static void free_guest(struct guest *g)
{
	msrp_session_free(g->session);
	msrp_receiver_free(g->receiver);
	msrp_connector_cleanup(g->connector);
	free(g);
}

static void give_up(struct guest *g, const char *why)
{
	fprintf(stderr, "%s\n", why);
	g->echo->failed = 1;
	free_guest(g);
}

/* ---- a session ---- */

static int on_received(void *arg, const struct msrp_received *message)
{
	struct guest *g = arg;
	struct msrp_send_options options = { .content_type = message->content_type };

	if (!message->aborted)
		msrp_session_send(g->session, message->bytes, message->size, &options, NULL);
	return 0;
}

static void on_closed(void *arg, int err, const char *why)
{
	free_guest(arg);
}

static int make_session(struct guest *g, struct msrp_transport *transport)
{
	struct msrp_receiver_options options = {
		.received = on_received,
		.closed = on_closed,
		.arg = g,
	};
	int err = msrp_receiver_new(&options, &g->receiver);

	if (err) {
		msrp_transport_free(transport);
		return err;
	}
	return msrp_receiver_session_new(g->receiver, transport, NULL, &g->session);
}

/* ---- who comes ---- */

static void expect_one(struct echo *echo);

static void on_completed(void *arg, int err, const char *why, struct msrp_transport *transport)
{
	struct guest *g = arg;
	struct echo *echo = g->echo;

	if (!err) {
		g->connector = msrp_connector_cleanup(g->connector);
		err = make_session(g, transport);
		if (err)
			why = msrp_strerror(err);
	}
	if (err)
		give_up(g, why);
	expect_one(echo);
}

static void on_prepared(void *arg, int err, const char *why, const char *local_path)
{
	struct guest *g = arg;

	if (err) {
		give_up(g, why);
		return;
	}
	g->echo->port = msrp_uri_port(msrp_connector_local_uri(g->connector));
	printf("%s\n", local_path);
	fflush(stdout);
	/* The path of the caller is not known: a SIP program would give it here. */
	err = msrp_connector_complete(g->connector, NULL, on_completed, g);
	if (err)
		give_up(g, msrp_strerror(err));
}

static void expect_one(struct echo *echo)
{
	struct msrp_local_uri local = { .host = "127.0.0.1", .port = (uint16_t)echo->port };
	struct guest *g = echo->left > 0 ? calloc(1, sizeof(*g)) : NULL;
	int err;

	if (!g)
		return;
	echo->left--;
	g->echo = echo;
	err = msrp_acceptor_server_new(echo->server, &g->connector);
	if (!err)
		err = msrp_connector_prepare(g->connector, &local, on_prepared, g);
	if (err)
		give_up(g, msrp_strerror(err));
}

/* The server listens as long as it is there: so it goes with the last guest. */
static int run(struct echo *echo)
{
	/* A caller takes the time that it takes. */
	struct msrp_context_options options = { .incoming_timeout_ms = 3600 * 1000 };
	char error[200];
	int err;

	uv_loop_init(&echo->loop);
	err = msrp_context_new(&echo->loop, &options, error, sizeof(error), &echo->context);
	if (!err)
		err = msrp_server_new(echo->context, NULL, error, sizeof(error), &echo->server);
	if (err) {
		fprintf(stderr, "%s\n", error);
		msrp_context_free(echo->context);
		return 1;
	}
	expect_one(echo);
	/* It stays, and says so, while somebody is there or expected. */
	while ((echo->server = msrp_server_free(echo->server)))
		uv_run(&echo->loop, UV_RUN_ONCE);
	while ((echo->context = msrp_context_free(echo->context)))
		uv_run(&echo->loop, UV_RUN_ONCE);
	uv_run(&echo->loop, UV_RUN_DEFAULT);
	uv_loop_close(&echo->loop);
	return echo->failed;
}

int main(int argc, char **argv)
{
	struct echo echo = { .left = argc == 2 ? atoi(argv[1]) : 0 };

	if (echo.left <= 0) {
		fprintf(stderr, "usage: %s N\n", argv[0]);
		return 2;
	}
	return run(&echo);
}
