/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asks somebody, and waits for the answers: a program that goes from one step to the next, without
 * callbacks, on a queue session.
 *
 *     cc -o ask ask.c $(pkg-config --cflags --libs libmsrp)
 *     ./ask PATH QUESTION...
 *
 * echo.c is somebody who answers.
 */
#include <msrp.h>

#include <stdio.h>
#include <string.h>

enum { PATIENCE_MS = 30 * 1000 };

static int complain(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n", what, why);
	return 1;
}

/* One question, and one answer to it. */
static int ask(struct msrp_queue_session *queue, const char *question)
{
	struct msrp_received *answer;
	int err = msrp_queue_session_send(queue, question, strlen(question), NULL, PATIENCE_MS);

	if (err)
		return complain(question, msrp_strerror(err));
	err = msrp_queue_session_receive(queue, PATIENCE_MS, &answer);
	if (err)
		return complain("no answer", msrp_strerror(err));
	fwrite(answer->bytes, 1, answer->size, stdout);
	putchar('\n');
	msrp_received_free(answer);
	return 0;
}

static int connect_to(struct msrp_connector *connector, const char *path,
		      struct msrp_transport **ret_transport)
{
	char error[200] = "";
	const char *local_path;
	int err = msrp_connector_prepare_blocking(connector, NULL, PATIENCE_MS, error,
						  sizeof(error), &local_path);

	/* A program that speaks SIP says local_path to the other side, and hears its path. */
	if (!err)
		err = msrp_connector_complete_blocking(connector, path, PATIENCE_MS, error,
						       sizeof(error), ret_transport);
	return err ? complain("cannot connect", *error ? error : msrp_strerror(err)) : 0;
}

static int talk(struct msrp_context *context, const char *path, char **questions, int n)
{
	struct msrp_queue_session *queue = NULL;
	struct msrp_connector *connector;
	struct msrp_transport *transport;
	int failed = msrp_connector_direct_new(context, &connector) != 0;

	if (failed)
		return complain("cannot start", "out of memory");
	failed = connect_to(connector, path, &transport);
	if (!failed)
		failed = msrp_queue_session_new(transport, NULL, NULL, &queue) != 0;
	for (int i = 0; i < n && !failed; i++)
		failed = ask(queue, questions[i]);
	if (!failed)
		failed = msrp_queue_session_shutdown(queue, PATIENCE_MS) != 0;
	msrp_queue_session_free(queue);
	msrp_connector_cleanup(connector);
	return failed;
}

int main(int argc, char **argv)
{
	struct msrp_context *context;
	uv_loop_t loop;
	char error[200];
	int failed;

	if (argc < 3) {
		fprintf(stderr, "usage: %s PATH QUESTION...\n", argv[0]);
		return 2;
	}
	uv_loop_init(&loop);
	if (msrp_context_new(&loop, NULL, error, sizeof(error), &context) != 0)
		return complain("cannot start", error);
	failed = talk(context, argv[1], argv + 2, argc - 2);
	msrp_context_free(context);
	uv_run(&loop, UV_RUN_DEFAULT);
	uv_loop_close(&loop);
	return failed;
}
