/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Many files over one session: each is offered, and taken, or refused because there is a file of
 * its name already.
 *
 *     cc -o files files.c $(pkg-config --cflags --libs libmsrp)
 *     ./files receive DIRECTORY       prints a path, and takes what comes
 *     ./files send PATH FILE...       sends it there
 *
 * msrp(1), which is built on the same functions, goes on with what was interrupted, too.
 */
#include <msrp.h>

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct files {
	uv_loop_t loop;
	struct msrp_context *context;
	struct msrp_connector *connector;
	const char *remote; /* the path to send to; NULL: we receive */
	char **names;	    /* of who sends, NULL behind the last */
	struct msrp_file_sender *sender;
	int directory; /* of who receives */
	struct msrp_file_receiver *receiver;
	int fd; /* of the file that is on its way */
	int failed;
};

static void fail(struct files *f, const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n", what, why);
	f->failed = 1;
}

/* What is left goes: then the loop comes to its end. */
static void end(struct files *f)
{
	f->sender = msrp_file_sender_free(f->sender);
	f->receiver = msrp_file_receiver_free(f->receiver);
	f->connector = msrp_connector_cleanup(f->connector);
}

static void on_closed(void *arg, int err, const char *why)
{
	struct files *f = arg;

	if (err)
		fail(f, "the session is over", why);
	end(f);
}

/* ---- sending ---- */

static int offer(struct files *f, const char *name)
{
	const char *slash = strrchr(name, '/');
	struct msrp_file_offer_options options = {
		.file = { .name = slash ? slash + 1 : name, .has_size = true },
	};
	struct stat st;

	f->fd = open(name, O_RDONLY);
	if (f->fd < 0 || fstat(f->fd, &st) != 0)
		return -errno;
	options.fd = f->fd;
	options.file.size = (uint64_t)st.st_size;
	return msrp_file_sender_send(f->sender, &options, NULL);
}

static void send_next(struct files *f)
{
	int err;

	for (; *f->names; f->names++) {
		err = offer(f, *f->names);
		if (!err)
			return; /* on_sent() goes on */
		fail(f, *f->names, msrp_strerror(err));
	}
	msrp_file_sender_end(f->sender);
}

static void on_sent(void *arg, struct msrp_file_offer *offer, int err, const char *why)
{
	struct files *f = arg;

	close(f->fd);
	if (err)
		fail(f, *f->names, why);
	f->names++;
	if (err != -ECANCELED) /* then the session is over, and on_closed() is next */
		send_next(f);
}

/* ---- receiving ---- */

/* The sender has chosen the name, but not where we write: only its last part counts. */
static int open_new(struct files *f, const char *name)
{
	const char *slash = name ? strrchr(name, '/') : NULL;
	const char *last = slash ? slash + 1 : name;
	char *harmless = malloc(last ? strlen(last) + 1 : 1);
	int fd;

	if (!harmless || !last || msrp_text_clean(last, strlen(last), '\0', harmless) == 0 ||
	    harmless[0] == '.') {
		free(harmless);
		errno = EINVAL;
		return -1;
	}
	fd = openat(f->directory, harmless, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	free(harmless);
	return fd;
}

static void on_offered(void *arg, struct msrp_file_offer *offer)
{
	struct files *f = arg;
	const char *why = "no memory";

	f->fd = open_new(f, offer->file.name);
	if (f->fd < 0)
		why = strerror(errno);
	else if (msrp_file_receiver_accept(f->receiver, offer, f->fd, 0) == 0)
		return;
	fail(f, "refused", why);
	msrp_file_receiver_refuse(f->receiver, offer, why);
}

static void on_received(void *arg, struct msrp_file_offer *offer, int err, const char *why)
{
	struct files *f = arg;

	if (close(f->fd) != 0 && !err)
		err = -errno;
	if (err)
		fail(f, offer->file.name, why);
	else
		printf("%s, %llu octets\n", offer->file.name, (unsigned long long)offer->file.size);
}

/* ---- the connection ---- */

static int make_sender(struct files *f, struct msrp_transport *transport)
{
	static const struct msrp_file_sender_callbacks callbacks = {
		.over = on_sent,
		.closed = on_closed,
	};
	int err = msrp_file_sender_new(transport, NULL, &callbacks, f, &f->sender);

	if (!err)
		send_next(f);
	return err;
}

static int make_receiver(struct files *f, struct msrp_transport *transport)
{
	static const struct msrp_file_receiver_callbacks callbacks = {
		.offered = on_offered,
		.over = on_received,
		.closed = on_closed,
	};

	return msrp_file_receiver_new(transport, NULL, &callbacks, f, &f->receiver);
}

static void on_completed(void *arg, int err, const char *why, struct msrp_transport *transport)
{
	struct files *f = arg;

	if (!err) {
		err = f->remote ? make_sender(f, transport) : make_receiver(f, transport);
		if (err)
			why = msrp_strerror(err);
	}
	if (err) {
		fail(f, "cannot connect", why);
		end(f);
	}
}

static void on_prepared(void *arg, int err, const char *why, const char *local_path)
{
	struct files *f = arg;

	if (!err && !f->remote) {
		printf("%s\n", local_path);
		fflush(stdout);
	}
	if (!err) {
		err = msrp_connector_complete(f->connector, f->remote, on_completed, f);
		if (err)
			why = msrp_strerror(err);
	}
	if (err) {
		fail(f, "cannot connect", why);
		end(f);
	}
}

static int run(struct files *f)
{
	char error[200];
	int err;

	uv_loop_init(&f->loop);
	err = msrp_context_new(&f->loop, NULL, error, sizeof(error), &f->context);
	if (err) {
		fail(f, "cannot start", error);
		return 1;
	}
	err = f->remote ? msrp_connector_direct_new(f->context, &f->connector)
			: msrp_acceptor_direct_new(f->context, &f->connector);
	if (!err)
		err = msrp_connector_prepare(f->connector, NULL, on_prepared, f);
	if (err)
		fail(f, "cannot start", msrp_strerror(err));
	else
		uv_run(&f->loop, UV_RUN_DEFAULT); /* until end() was called */
	end(f);
	msrp_context_free(f->context);
	uv_run(&f->loop, UV_RUN_DEFAULT);
	uv_loop_close(&f->loop);
	return f->failed;
}

int main(int argc, char **argv)
{
	struct files f = { .directory = -1 };

	if (argc > 3 && strcmp(argv[1], "send") == 0) {
		f.remote = argv[2];
		f.names = argv + 3;
		return run(&f);
	}
	if (argc != 3 || strcmp(argv[1], "receive") != 0) {
		fprintf(stderr, "usage: %s receive DIRECTORY | send PATH FILE...\n", argv[0]);
		return 2;
	}
	f.directory = open(argv[2], O_DIRECTORY | O_RDONLY);
	if (f.directory < 0) {
		fail(&f, argv[2], strerror(errno));
		return 1;
	}
	return run(&f);
}
