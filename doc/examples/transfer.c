/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file as RFC 5547 has it: its size and hashes are in an offer, the answer says which part of it
 * is wanted, and when it has come it is compared with what was offered.
 *
 *     cc -o transfer transfer.c $(pkg-config --cflags --libs libmsrp)
 *     ./transfer send FILE        prints an offer, and reads the answer
 *     ./transfer receive FILE     reads an offer, and prints the answer; goes on with FILE
 *                                 if there is some of it already
 *
 * Offer and answer end with an empty line. They are what a program that speaks SIP puts into the
 * bodies of INVITE and 200; here people carry them from one terminal to the other.
 */
#include <msrp.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TEXT_MAX = 64 * 1024 };

struct file {
	uv_loop_t loop;
	struct msrp_context *context;
	struct msrp_file_transfer *transfer;
	struct msrp_sdp_media *offer; /* that we have read; NULL: we make it */
	const char *name;
	int fd;
	bool done;
};

static void complain(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n", what, why);
}

/* ---- descriptions ---- */

/* Of standard input, up to an empty line. NULL: it is none of MSRP. */
static struct msrp_sdp_media *read_description(void)
{
	static char text[TEXT_MAX];
	struct msrp_sdp_media *media = NULL;
	size_t len = 0;

	while (len < sizeof(text) - 1 && fgets(text + len, (int)(sizeof(text) - len), stdin) &&
	       text[len] != '\n' && text[len] != '\r')
		len += strlen(text + len);
	return msrp_sdp_parse(text, len, 0, &media) == 0 ? media : NULL;
}

static void print_description(const struct msrp_sdp_media *media)
{
	char *text;

	if (msrp_sdp_format(media, &text) != 0)
		return;
	printf("%s\n", text);
	fflush(stdout);
	free(text);
}

/* ---- the transfer ---- */

/* LOCAL is our offer, or our answer. */
static void on_initialized(void *arg, const struct msrp_sdp_media *local)
{
	struct file *f = arg;
	struct msrp_sdp_media *answer = NULL;
	int err;

	print_description(local);
	if (!f->offer) /* a SIP program comes back here when the answer comes */
		answer = read_description();
	err = msrp_file_transfer_start(f->transfer, f->offer ? f->offer : answer);
	if (err) {
		complain("no answer", msrp_strerror(err));
		msrp_file_transfer_end(f->transfer);
	}
	msrp_sdp_media_free(answer);
}

static void on_complete(void *arg, const struct msrp_file_selector *file)
{
	struct file *f = arg;

	f->done = true;
	fprintf(stderr, "%s: all %llu octets of it\n", f->name, (unsigned long long)file->size);
}

static void on_failed(void *arg, int err, const char *why)
{
	struct file *f = arg;

	complain(f->name, why);
}

static void on_end(void *arg)
{
	struct file *f = arg;

	f->transfer = msrp_file_transfer_free(f->transfer);
}

static const struct msrp_file_transfer_callbacks callbacks = {
	.did_initialize = on_initialized,
	.did_complete = on_complete,
	.did_fail = on_failed,
	.did_end = on_end,
};

static int start(struct file *f, bool sends)
{
	struct msrp_file_transfer_options options = {
		.sends = sends,
		.fd = f->fd,
		.file.name = sends ? f->name : NULL,
		.offer = f->offer,
		.setup = sends ? MSRP_SETUP_ACTIVE : MSRP_SETUP_PASSIVE,
	};
	struct msrp_local_uri local = { .host = "127.0.0.1" };
	struct msrp_connector *connector;
	struct stat st;
	int err;

	if (fstat(f->fd, &st) != 0)
		return -errno;
	options.file.has_size = sends;
	options.file.size = sends ? (uint64_t)st.st_size : 0;
	options.have = sends ? 0 : (uint64_t)st.st_size;
	/* Who sends calls. */
	err = sends ? msrp_connector_direct_new(f->context, &connector)
		    : msrp_acceptor_direct_new(f->context, &connector);
	if (!err)
		err = msrp_file_transfer_new(connector, &options, &callbacks, f, &f->transfer);
	local.port = sends ? 9 : 0; /* nobody connects to who calls */
	return err ? err : msrp_file_transfer_initialize(f->transfer, &local);
}

static int run(struct file *f, bool sends)
{
	char error[200];
	int err;

	uv_loop_init(&f->loop);
	err = msrp_context_new(&f->loop, NULL, error, sizeof(error), &f->context);
	if (err) {
		complain("cannot start", error);
		return 1;
	}
	err = start(f, sends);
	if (err)
		complain(f->name, msrp_strerror(err));
	else
		uv_run(&f->loop, UV_RUN_DEFAULT); /* until on_end() */
	msrp_file_transfer_free(f->transfer);
	msrp_context_free(f->context);
	uv_run(&f->loop, UV_RUN_DEFAULT);
	uv_loop_close(&f->loop);
	msrp_sdp_media_free(f->offer);
	return f->done ? 0 : 1;
}

int main(int argc, char **argv)
{
	bool sends = argc == 3 && strcmp(argv[1], "send") == 0;
	struct file f = { .name = argc == 3 ? argv[2] : NULL };

	if (!sends && (argc != 3 || strcmp(argv[1], "receive") != 0)) {
		fprintf(stderr, "usage: %s send FILE | receive FILE\n", argv[0]);
		return 2;
	}
	f.fd = sends ? open(f.name, O_RDONLY) : open(f.name, O_RDWR | O_CREAT, 0666);
	if (f.fd < 0) {
		complain(f.name, strerror(errno));
		return 1;
	}
	if (!sends && !(f.offer = read_description())) {
		complain("no offer", "that is none");
		return 1;
	}
	return run(&f, sends);
}
