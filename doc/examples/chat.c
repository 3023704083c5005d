/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two people write to each other; each line is a message.
 *
 *     cc -o chat chat.c $(pkg-config --cflags --libs libmsrp)
 *     ./chat              waits, and prints the path at which it can be called
 *     ./chat PATH         calls
 *
 * A program that speaks SIP puts the path into the attribute a=path of an
 * offer, and finds the other one in the answer. Here people tell each other.
 *
 * Who is behind a NAT goes through a relay, which these variables of the
 * environment name: MSRP_DOMAIN, MSRP_USER and MSRP_PASSWORD; and MSRP_RELAY and MSRP_PORT
 * if the domain has no SRV record, and MSRP_CA, a file, if its certificate is not
 * signed by an authority that the system trusts.
 */
#include <msrp.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	LINE_LEN = 4096, /* longer ones are several messages */
};

struct talk {
	uv_loop_t loop;
	struct msrp_context *context;
	struct msrp_chat *chat;
	const char *remote; /* the path to call; NULL: wait */
	union {
		uv_stream_t stream;
		uv_tty_t tty;
		uv_pipe_t pipe;
	} input;
	bool reading;
	char line[LINE_LEN + 1];
	size_t len;
	int failed;
};

/* ---- what we say ---- */

static void say(struct talk *talk)
{
	int err = msrp_chat_send(talk->chat, talk->line, talk->len, NULL, NULL);

	if (err)
		fprintf(stderr, "not sent: %s\n", msrp_strerror(err));
	talk->failed |= err != 0;
	talk->len = 0;
}

static void on_room(uv_handle_t *handle, size_t size, uv_buf_t *buffer)
{
	struct talk *talk = handle->data;

	*buffer = uv_buf_init(talk->line + talk->len, (unsigned)(LINE_LEN - talk->len));
}

static void on_input(uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer)
{
	struct talk *talk = stream->data;
	char *end;

	if (n < 0) { /* the end of the input is the end of the chat, once all has arrived */
		uv_read_stop(stream);
		if (talk->len > 0)
			say(talk);
		msrp_chat_end(talk->chat);
		return;
	}
	n += (ssize_t)talk->len;
	while ((end = memchr(talk->line, '\n', (size_t)n))) {
		size_t used = (size_t)(end - talk->line) + 1;

		talk->len = used - 1;
		say(talk);
		n -= (ssize_t)used;
		memmove(talk->line, end + 1, (size_t)n);
	}
	talk->len = (size_t)n;
	if (talk->len == LINE_LEN)
		say(talk);
}

static void start_reading(struct talk *talk)
{
	uv_handle_type type = uv_guess_handle(0);
	int err;

	if (type == UV_TTY)
		err = uv_tty_init(&talk->loop, &talk->input.tty, 0, 0);
	else
		err = uv_pipe_init(&talk->loop, &talk->input.pipe, 0);
	if (err) {
		fprintf(stderr, "standard input: %s\n", msrp_strerror(err));
		msrp_chat_end(talk->chat);
		return;
	}
	talk->reading = true;
	talk->input.stream.data = talk;
	if (type != UV_TTY)
		err = uv_pipe_open(&talk->input.pipe, 0);
	if (!err)
		err = uv_read_start(&talk->input.stream, on_room, on_input);
	if (err) {
		fprintf(stderr, "standard input: %s\n", msrp_strerror(err));
		msrp_chat_end(talk->chat);
	}
}

/* ---- what the chat tells ---- */

static void on_initialized(void *arg, const struct msrp_sdp_media *local)
{
	struct talk *talk = arg;
	struct msrp_sdp_media remote = { .path = talk->remote };

	if (!talk->remote) {
		printf("%s\n", local->path);
		fflush(stdout);
	}
	/* Of the other side nothing is known but perhaps its path: then it takes all types. */
	msrp_chat_start(talk->chat, &remote);
}

static void on_started(void *arg)
{
	start_reading(arg);
}

static void on_message(void *arg, const struct msrp_chat_message *message)
{
	if (message->composing)
		return;
	printf("%.*s\n", (int)message->len, (const char *)message->content);
	fflush(stdout);
}

static void on_undelivered(void *arg, const char *message_id, int status, const char *comment)
{
	struct talk *talk = arg;

	fprintf(stderr, "a message was not delivered: %s\n", comment);
	talk->failed = 1;
}

static void on_failed(void *arg, int err, const char *why)
{
	struct talk *talk = arg;

	/* That the other side leaves is how most chats end, and no failure once they have begun. */
	fprintf(stderr, "%s\n", why);
	talk->failed = 1;
}

static void on_ended(void *arg)
{
	struct talk *talk = arg;

	if (talk->reading)
		uv_close((uv_handle_t *)&talk->input, NULL);
	talk->chat = msrp_chat_free(talk->chat);
}

static const struct msrp_chat_callbacks callbacks = {
	.did_initialize = on_initialized,
	.did_start = on_started,
	.did_end = on_ended,
	.did_fail = on_failed,
	.got_message = on_message,
	.did_not_deliver_message = on_undelivered,
};

/* ---- the beginning ---- */

static int make_connector(struct talk *talk, struct msrp_connector **ret_connector)
{
	const char *port = getenv("MSRP_PORT");
	struct msrp_relay_settings relay = {
		.domain = getenv("MSRP_DOMAIN"),
		.host = getenv("MSRP_RELAY"),
		.port = (uint16_t)(port ? atoi(port) : 0),
		.username = getenv("MSRP_USER"),
		.password = getenv("MSRP_PASSWORD"),
	};
	const struct msrp_relay_settings *through =
	    relay.domain && relay.username && relay.password ? &relay : NULL;

	if (talk->remote)
		return msrp_get_connector(talk->context, through, ret_connector);
	return msrp_get_acceptor(talk->context, through, ret_connector);
}

static int start(struct talk *talk)
{
	static const struct msrp_chat_options options; /* nothing is wrapped in Message/CPIM */
	struct msrp_connector *connector;
	int err = make_connector(talk, &connector);

	if (!err)
		err = msrp_chat_new(connector, &options, &callbacks, talk, &talk->chat);
	if (!err)
		err = msrp_chat_initialize(talk->chat, NULL);
	return err;
}

int main(int argc, char **argv)
{
	struct msrp_context_options options = { .ca_file = getenv("MSRP_CA") };
	struct talk talk = { .remote = argc > 1 ? argv[1] : NULL };
	char error[200];
	int err;

	uv_loop_init(&talk.loop);
	err = msrp_context_new(&talk.loop, &options, error, sizeof(error), &talk.context);
	if (err) {
		fprintf(stderr, "%s\n", error);
		return 1;
	}
	err = start(&talk);
	if (err)
		fprintf(stderr, "%s\n", msrp_strerror(err));
	else
		uv_run(&talk.loop, UV_RUN_DEFAULT); /* until on_ended() has freed the chat */
	msrp_chat_free(talk.chat);
	msrp_context_free(talk.context);
	uv_run(&talk.loop, UV_RUN_DEFAULT);
	uv_loop_close(&talk.loop);
	return err || talk.failed;
}
