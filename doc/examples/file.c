/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file goes from one to the other.
 *
 *     cc -o file file.c $(pkg-config --cflags --libs libmsrp)
 *     ./file receive FILE         prints a path, and writes what comes to a new file
 *     ./file send PATH FILE       sends it there
 *
 * Files of any size pass through without ever being in memory as a whole.
 */
#include <msrp.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct transfer {
	uv_loop_t loop;
	struct msrp_context *context;
	struct msrp_connector *connector;
	struct msrp_receiver *receiver; /* of who receives */
	struct msrp_session *session;
	const char *remote; /* the path to send to; NULL: we receive */
	const char *name;
	int fd; /* of who sends */
	bool done;
};

static void complain(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n", what, why);
}

/* Whatever has not been ended: then the loop comes to its end. */
static void end(struct transfer *t)
{
	t->session = msrp_session_free(t->session);
	t->connector = msrp_connector_cleanup(t->connector);
}

static void on_closed(void *arg, int err, const char *why)
{
	struct transfer *t = arg;

	if (!t->done)
		complain("the session is over", why);
	end(t);
}

/* ---- receiving ---- */

/* Where a message goes. The name that its sender has given it is in message->disposition. */
static int on_open(void *arg, struct msrp_incoming *message, int *ret_fd)
{
	struct transfer *t = arg;

	*ret_fd = open(t->name, O_WRONLY | O_CREAT | O_EXCL, 0666);
	if (*ret_fd >= 0)
		return 0;
	complain(t->name, strerror(errno));
	return 403;
}

static int on_received(void *arg, const struct msrp_received *message)
{
	struct transfer *t = arg;

	if (message->fd < 0)
		return 0;
	t->done = close(message->fd) == 0 && !message->aborted;
	if (message->aborted)
		unlink(t->name);
	return 0; /* its sender is told that we have it, and hangs up */
}

static int make_receiver(struct transfer *t, struct msrp_transport *transport)
{
	struct msrp_receiver_options options = {
		.open = on_open,
		.received = on_received,
		.closed = on_closed,
		.arg = t,
	};
	int err = msrp_receiver_new(&options, &t->receiver);

	return err ? err : msrp_receiver_session_new(t->receiver, transport, NULL, &t->session);
}

/* ---- sending ---- */

static int refuse(void *arg, struct msrp_incoming *message)
{
	return 403; /* we only send */
}

static void on_response(void *arg, const char *message_id, int status, const char *comment)
{
	struct transfer *t = arg;

	if (status == 200)
		return; /* the next hop has it, and on_delivered() will come */
	complain(t->name, comment);
	msrp_session_shutdown(t->session);
}

static void on_delivered(void *arg, const char *message_id, int status, const char *comment)
{
	struct transfer *t = arg;

	t->done = status == 200;
	if (!t->done)
		complain(t->name, comment);
	msrp_session_shutdown(t->session);
}

static int send_file(struct transfer *t)
{
	struct msrp_file_options options = {
		.name = t->name,
		.send = {
			.success_report = true,
			.response = on_response,
			.delivered = on_delivered,
			.arg = t,
		},
	};
	struct msrp_outgoing_file *file;
	struct stat st;
	int err;

	if (fstat(t->fd, &st) != 0)
		return -errno;
	err = msrp_outgoing_file_new(t->fd, (uint64_t)st.st_size, &options, &file);
	return err ? err : msrp_session_send_file(t->session, file);
}

static int make_sender(struct transfer *t, struct msrp_transport *transport)
{
	static const struct msrp_session_callbacks callbacks = {
		.begin = refuse,
		.closed = on_closed,
	};
	int err = msrp_session_new(transport, NULL, &callbacks, t, &t->session);

	return err ? err : send_file(t);
}

/* ---- the connection ---- */

static void on_completed(void *arg, int err, const char *why, struct msrp_transport *transport)
{
	struct transfer *t = arg;

	if (!err) {
		err = t->remote ? make_sender(t, transport) : make_receiver(t, transport);
		if (err)
			why = msrp_strerror(err);
	}
	if (err) {
		complain(t->name, why);
		end(t);
	}
}

static void on_prepared(void *arg, int err, const char *why, const char *local_path)
{
	struct transfer *t = arg;

	if (!err) {
		if (!t->remote)
			printf("%s\n", local_path);
		fflush(stdout);
		/* Who receives lets in whoever comes first, as he is not told who will. */
		err = msrp_connector_complete(t->connector, t->remote, on_completed, t);
		if (err)
			why = msrp_strerror(err);
	}
	if (err) {
		complain("cannot connect", why);
		end(t);
	}
}

static int start(struct transfer *t)
{
	int err = t->remote ? msrp_connector_direct_new(t->context, &t->connector)
			    : msrp_acceptor_direct_new(t->context, &t->connector);

	return err ? err : msrp_connector_prepare(t->connector, NULL, on_prepared, t);
}

static int run(struct transfer *t)
{
	char error[200];
	int err;

	uv_loop_init(&t->loop);
	err = msrp_context_new(&t->loop, NULL, error, sizeof(error), &t->context);
	if (err) {
		complain("cannot start", error);
		return 1;
	}
	err = start(t);
	if (err)
		complain("cannot start", msrp_strerror(err));
	else
		uv_run(&t->loop, UV_RUN_DEFAULT); /* until end() was called */
	end(t);
	msrp_receiver_free(t->receiver);
	msrp_context_free(t->context);
	uv_run(&t->loop, UV_RUN_DEFAULT);
	uv_loop_close(&t->loop);
	return t->done ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct transfer t = { .fd = -1 };

	if (argc == 3 && strcmp(argv[1], "receive") == 0) {
		t.name = argv[2];
		return run(&t);
	}
	if (argc != 4 || strcmp(argv[1], "send") != 0) {
		fprintf(stderr, "usage: %s receive FILE | send PATH FILE\n", argv[0]);
		return 2;
	}
	t.remote = argv[2];
	t.name = argv[3];
	t.fd = open(t.name, O_RDONLY);
	if (t.fd < 0) {
		complain(t.name, strerror(errno));
		return 1;
	}
	return run(&t);
}
