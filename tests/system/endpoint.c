/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A party of a call, with libmsrp; the program that runs it does the SIP:
 *
 *     endpoint active|passive HOST [CERTIFICATE KEY]
 *
 * It prints its lines of SDP and "." and reads those of the other side up to a "." of their own.
 * "started" says that it can be reached. Each further line that it reads is a message, and each
 * incoming message is a line "got TEXT"; "delivered" and "failed" are the outcomes of ours.
 */
#include "client/msrp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 65536 };

struct endpoint {
	uv_loop_t loop;
	struct msrp_context *context;
	struct msrp_chat *chat;
	uv_pipe_t input;
	char text[TEXT_MAX]; /* unprocessed input */
	size_t len;
	char remote[TEXT_MAX];
	bool active;
	bool calling; /* it has the SDP of the other side */
	bool failed;
};

static void tell(const char *what, const char *text, size_t len)
{
	printf("%s%s%.*s\n", what, len > 0 ? " " : "", (int)len, text);
	fflush(stdout);
}

/* ---- what is read ---- */

static void call(struct endpoint *endpoint)
{
	struct msrp_sdp_media *media = NULL;
	int err = msrp_sdp_parse(endpoint->remote, strlen(endpoint->remote), 0, &media);

	if (!err)
		err = msrp_chat_start(endpoint->chat, media);
	if (err)
		tell("failed", msrp_strerror(err), strlen(msrp_strerror(err)));
	msrp_sdp_media_free(media);
	endpoint->calling = true;
}

static void take(struct endpoint *endpoint, const char *line)
{
	size_t used = strlen(endpoint->remote);

	if (endpoint->calling)
		msrp_chat_send(endpoint->chat, line, strlen(line), NULL, NULL);
	else if (strcmp(line, ".") == 0)
		call(endpoint);
	else
		snprintf(endpoint->remote + used, TEXT_MAX - used, "%s\r\n", line);
}

static void on_room(uv_handle_t *handle, size_t size, uv_buf_t *buffer)
{
	struct endpoint *endpoint = handle->data;

	*buffer = uv_buf_init(endpoint->text + endpoint->len, (unsigned)(TEXT_MAX - endpoint->len));
}

static void on_input(uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer)
{
	struct endpoint *endpoint = stream->data;
	char *end;

	if (n < 0) {
		uv_close((uv_handle_t *)stream, NULL);
		msrp_chat_end(endpoint->chat);
		return;
	}
	endpoint->len += (size_t)n;
	while ((end = memchr(endpoint->text, '\n', endpoint->len))) {
		size_t used = (size_t)(end - endpoint->text) + 1;

		*end = '\0';
		take(endpoint, endpoint->text);
		endpoint->len -= used;
		memmove(endpoint->text, end + 1, endpoint->len);
	}
}

/* ---- what the chat tells ---- */

static void on_initialized(void *arg, const struct msrp_sdp_media *local)
{
	struct endpoint *endpoint = arg;
	char *text;

	if (msrp_sdp_format(local, &text) == 0) {
		printf("%s.\n", text);
		fflush(stdout);
		free(text);
	}
	uv_pipe_init(&endpoint->loop, &endpoint->input, 0);
	endpoint->input.data = endpoint;
	uv_pipe_open(&endpoint->input, 0);
	uv_read_start((uv_stream_t *)&endpoint->input, on_room, on_input);
}

static void on_started(void *arg)
{
	tell("started", "", 0);
}

static void on_message(void *arg, const struct msrp_chat_message *message)
{
	if (!message->composing)
		tell("got", (const char *)message->content, message->len);
}

static void on_delivered(void *arg, const char *message_id)
{
	tell("delivered", "", 0);
}

static void on_undelivered(void *arg, const char *message_id, int status, const char *comment)
{
	char text[32];

	snprintf(text, sizeof(text), "%d", status);
	tell("failed", text, strlen(text));
}

static void on_failed(void *arg, int err, const char *why)
{
	struct endpoint *endpoint = arg;

	fprintf(stderr, "%s\n", why);
	endpoint->failed = true;
}

static void on_ended(void *arg)
{
	struct endpoint *endpoint = arg;

	if (endpoint->input.data && !uv_is_closing((uv_handle_t *)&endpoint->input))
		uv_close((uv_handle_t *)&endpoint->input, NULL);
	endpoint->chat = msrp_chat_free(endpoint->chat);
	tell("ended", "", 0);
}

static const struct msrp_chat_callbacks callbacks = {
	.did_initialize = on_initialized,
	.did_start = on_started,
	.did_end = on_ended,
	.did_fail = on_failed,
	.got_message = on_message,
	.did_deliver_message = on_delivered,
	.did_not_deliver_message = on_undelivered,
};

static int start(struct endpoint *endpoint, const char *host, bool secure)
{
	const struct msrp_chat_options options = {
		.setup = endpoint->active ? MSRP_SETUP_ACTIVE : MSRP_SETUP_PASSIVE,
	};
	const struct msrp_local_uri local = { .host = host, .secure = secure };
	struct msrp_connector *connector;
	int err = (endpoint->active ? msrp_get_connector : msrp_get_acceptor)(endpoint->context,
									      NULL, &connector);

	if (!err)
		err = msrp_chat_new(connector, &options, &callbacks, endpoint, &endpoint->chat);
	return err ? err : msrp_chat_initialize(endpoint->chat, &local);
}

int main(int argc, char **argv)
{
	static struct endpoint endpoint;
	struct msrp_context_options options = {
		.insecure = true, /* certificates are compared with the fingerprint in the SDP */
		.certificate = argc > 4 ? argv[3] : NULL,
		.key = argc > 4 ? argv[4] : NULL,
	};
	char error[200];
	int err;

	if (argc != 3 && argc != 5)
		return 2;
	endpoint.active = strcmp(argv[1], "active") == 0;
	uv_loop_init(&endpoint.loop);
	err = msrp_context_new(&endpoint.loop, &options, error, sizeof(error), &endpoint.context);
	if (!err)
		err = start(&endpoint, argv[2], argc > 4);
	if (err)
		fprintf(stderr, "%s\n", msrp_strerror(err));
	else
		uv_run(&endpoint.loop, UV_RUN_DEFAULT);
	msrp_chat_free(endpoint.chat);
	msrp_context_free(endpoint.context);
	uv_run(&endpoint.loop, UV_RUN_DEFAULT);
	uv_loop_close(&endpoint.loop);
	return err || endpoint.failed;
}
