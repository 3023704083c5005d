/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/msrp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/pair.h"
#include "support/expect.h"
#include "support/run.h"

enum {
	TIME_S = 30, /* seconds for a call, which should take none */
};

/* One of everything, for calls that have all but one of their arguments. */
struct world {
	struct pair pair, other, files;
	struct msrp_context *context;
	struct msrp_connector *connector; /* untouched so far */
	struct msrp_server *server;
	struct msrp_transport *transport;
	struct msrp_session *session;
	struct msrp_receiver *receiver;
	struct msrp_queue_session *queue_session;
	struct msrp_stream *stream;
	struct msrp_chat *chat;
	struct msrp_file_transfer *file_transfer;
	struct msrp_file_sender *file_sender;
	struct msrp_file_receiver *file_receiver;
	struct msrp_file_offer *file_offer; /* of the sender */
	struct msrp_file_hash *file_hash;
	struct msrp_outgoing_file *outgoing_file;
	struct msrp_traffic_logger *traffic_logger;
	struct msrp_uri *uri;
	struct msrp_path *path;
	struct msrp_header *header;
	struct msrp_chunk *chunk;
	struct msrp_received *received;
	struct msrp_incoming *incoming;

	const struct msrp_uri *uris[1];
	const char *types[2];
	char text[64];
	const char *string;
	char *mutable_string;
	uint8_t *bytes;
	void *made;
	int number;
	bool flag;
	unsigned unsigned_number;
	size_t size;

	struct msrp_context_options *context_options;
	struct msrp_uri_parts *uri_parts;
	struct msrp_chunk_parts *chunk_parts;
	struct msrp_value *value;
	struct msrp_byte_range *byte_range;
	struct msrp_relay_settings *relay_settings;
	struct msrp_local_uri *local_uri;
	struct msrp_tls_credentials *tls_credentials;
	struct msrp_server_options *server_options;
	struct msrp_logger *logger;
	struct msrp_make_chunk_options *make_chunk_options;
	struct msrp_session_callbacks *session_callbacks;
	struct msrp_receiver_options *receiver_options;
	struct msrp_send_options *send_options;
	struct msrp_file_options *file_options;
	struct msrp_queue_options *queue_options;
	struct msrp_stream_callbacks *stream_callbacks;
	struct msrp_stream_options *stream_options;
	struct msrp_file_selector *file_selector;
	struct msrp_sdp_media *sdp_media;
	struct msrp_cpim *cpim;
	struct msrp_composing *composing;
	struct msrp_chat_callbacks *chat_callbacks;
	struct msrp_chat_options *chat_options;
	struct msrp_chat_send_options *chat_send_options;
	struct msrp_file_transfer_callbacks *file_transfer_callbacks;
	struct msrp_file_transfer_options *file_transfer_options;
	struct msrp_file_sender_callbacks *file_sender_callbacks;
	struct msrp_file_sender_options *file_sender_options;
	struct msrp_file_offer_options *file_offer_options;
	struct msrp_file_receiver_callbacks *file_receiver_callbacks;
	struct msrp_file_receiver_options *file_receiver_options;
};

static void on_prepared(void *arg, int err, const char *why, const char *local_path)
{
}

static void on_completed(void *arg, int err, const char *why, struct msrp_transport *transport)
{
}

static void on_written(void *arg, int err, const char *why)
{
}

static void on_chunk(void *arg, int err, const char *why, struct msrp_chunk *chunk)
{
}

static void on_outcome(void *arg, const char *message_id, int status, const char *comment)
{
}

static void on_file_hash(void *arg, int err)
{
}

static int on_begin(void *arg, struct msrp_incoming *message)
{
	return 0;
}

static int on_received(void *arg, const struct msrp_received *message)
{
	return 0;
}

static void on_closed(void *arg, int err, const char *why)
{
}

static void on_stream_data(void *arg, const uint8_t *bytes, size_t len)
{
}

static void on_stream(void *arg)
{
}

static void on_file_offer(void *arg, struct msrp_file_offer *offer)
{
}

static void on_file_over(void *arg, struct msrp_file_offer *offer, int err, const char *why)
{
}

/* ---- what is filled in ---- */

static void fill_options(struct world *w)
{
	static const struct msrp_parameter parameters[] = { { "a", "b" } };
	static struct msrp_context_options context;
	static struct msrp_uri_parts uri = {
		.host = "h",
		.user = "u",
		.session_id = "s",
		.transport = "tcp",
		.parameters = parameters,
		.n_parameters = 1,
	};
	static struct msrp_value value = { .kind = MSRP_VALUE_TEXT, .text = "text" };
	static struct msrp_byte_range range = { 1, 1, 1 };
	static struct msrp_relay_settings relay = {
		.domain = "example.com",
		.host = "h",
		.username = "u",
		.password = "p",
		.realm = "r",
	};
	static struct msrp_local_uri local = {
		.host = "127.0.0.1",
		.session_id = "s",
		.user = "u",
		.parameters = parameters,
		.n_parameters = 1,
	};
	static struct msrp_tls_credentials credentials;
	static struct msrp_server_options server;
	static struct msrp_logger logger;
	static struct msrp_make_chunk_options make = { .content_type = "t/x",
						       .data = "x",
						       .len = 1 };

	w->context_options = &context;
	w->uri_parts = &uri;
	w->value = &value;
	w->byte_range = &range;
	w->relay_settings = &relay;
	w->local_uri = &local;
	w->tls_credentials = &credentials;
	w->server_options = &server;
	w->logger = &logger;
	w->make_chunk_options = &make;
}

static void fill_session_options(struct world *w)
{
	static struct msrp_session_callbacks session = { .begin = on_begin };
	static struct msrp_receiver_options receiver = { .received = on_received,
							 .closed = on_closed };
	static struct msrp_send_options send = { .message_id = "m1xx", .content_type = "t/x" };
	static struct msrp_file_options file = { .name = "name" };
	static struct msrp_queue_options queue;
	static struct msrp_stream_callbacks stream_callbacks = {
		.data = on_stream_data,
		.ended = on_stream,
		.closed = on_closed,
	};
	static struct msrp_stream_options stream = { .content_type = "t/x" };

	w->session_callbacks = &session;
	w->receiver_options = &receiver;
	w->send_options = &send;
	w->file_options = &file;
	w->queue_options = &queue;
	w->stream_callbacks = &stream_callbacks;
	w->stream_options = &stream;
}

static void fill_media(struct world *w)
{
	static const struct msrp_cpim_header headers[] = { { .name = "X", .value = "y" } };
	static struct msrp_file_selector selector = { .name = "n", .type = "t/x" };
	static struct msrp_sdp_media media = {
		.host = "127.0.0.1",
		.port = 9,
		.path = "msrp://127.0.0.1:9/s;tcp",
		.accept_types = "*",
		.has_file = true,
	};
	static struct msrp_cpim cpim = {
		.from = { "n", "im:a" },
		.to = { "n", "im:b" },
		.content_type = "t/x",
		.headers = headers,
		.n_headers = 1,
		.content = (const uint8_t *)"x",
		.len = 1,
		.content_headers = headers,
		.n_content_headers = 1,
	};
	static struct msrp_composing composing;
	static struct msrp_chat_callbacks chat_callbacks;
	static struct msrp_chat_options chat = { .accept_types = "*" };
	static struct msrp_chat_send_options chat_send = { .content_type = "t/x" };
	static struct msrp_file_transfer_callbacks transfer_callbacks;
	static struct msrp_file_transfer_options transfer = {
		.sends = true,
		.file = { .name = "n", .has_size = true },
		.without_hash = true,
	};

	w->file_selector = &selector;
	w->sdp_media = &media;
	w->cpim = &cpim;
	w->composing = &composing;
	w->chat_callbacks = &chat_callbacks;
	w->chat_options = &chat;
	w->chat_send_options = &chat_send;
	w->file_transfer_callbacks = &transfer_callbacks;
	w->file_transfer_options = &transfer;
}

static void fill_files(struct world *w)
{
	static struct msrp_file_sender_callbacks sender_callbacks = {
		.over = on_file_over,
		.closed = on_closed,
	};
	static struct msrp_file_sender_options sender;
	static struct msrp_file_offer_options offer = { .file = { .name = "n", .has_size = true } };
	static struct msrp_file_receiver_callbacks receiver_callbacks = {
		.offered = on_file_offer,
		.over = on_file_over,
		.closed = on_closed,
	};
	static struct msrp_file_receiver_options receiver;

	w->file_sender_callbacks = &sender_callbacks;
	w->file_sender_options = &sender;
	w->file_offer_options = &offer;
	w->file_receiver_callbacks = &receiver_callbacks;
	w->file_receiver_options = &receiver;
}

static void make_values(struct world *w)
{
	static struct msrp_chunk_parts chunk = { .transaction_id = "abcd", .method = "SEND" };

	w->types[0] = "*";
	snprintf(w->text, sizeof(w->text), "text");
	w->chunk_parts = &chunk;
	ck_assert_int_eq(msrp_uri_from_text("msrp://127.0.0.1:9/s;tcp", &w->uri), 0);
	w->uris[0] = w->uri;
	ck_assert_int_eq(msrp_path_new(w->uris, 1, &w->path), 0);
	ck_assert_int_eq(msrp_header_new("X", "y", &w->header), 0);
	ck_assert_int_eq(msrp_chunk_new(w->chunk_parts, &w->chunk), 0);
	w->incoming = calloc(1, sizeof(*w->incoming));
}

/* ---- and made ---- */

static void keep_transport(struct side *s, struct msrp_transport *transport)
{
	struct world *w = s->data;

	w->transport = transport;
}

static void make_queue_session(struct side *s, struct msrp_transport *transport)
{
	struct world *w = s->data;

	ck_assert_int_eq(msrp_queue_session_new(transport, NULL, NULL, &w->queue_session), 0);
}

static void make_stream(struct side *s, struct msrp_transport *transport)
{
	struct world *w = s->data;

	ck_assert_int_eq(msrp_stream_new(transport, NULL, w->stream_callbacks, w, &w->stream), 0);
}

static void make_file_sender(struct side *s, struct msrp_transport *transport)
{
	struct world *w = s->data;

	ck_assert_int_eq(
	    msrp_file_sender_new(transport, NULL, w->file_sender_callbacks, w, &w->file_sender), 0);
}

static void make_file_receiver(struct side *s, struct msrp_transport *transport)
{
	struct world *w = s->data;

	ck_assert_int_eq(msrp_file_receiver_new(transport, NULL, w->file_receiver_callbacks, w,
						&w->file_receiver),
			 0);
}

static void connect_files(struct world *w)
{
	pair_init(&w->files, WITH_TCP, NULL);
	w->files.caller.make = make_file_sender;
	w->files.caller.data = w;
	w->files.callee.make = make_file_receiver;
	w->files.callee.data = w;
	pair_connect(&w->files, WITH_TCP);
	ck_assert_int_eq(
	    msrp_file_sender_send(w->file_sender, w->file_offer_options, &w->file_offer), 0);
}

static void connect_pairs(struct world *w)
{
	pair_init(&w->pair, WITH_TCP, NULL);
	w->pair.caller.make = keep_transport;
	w->pair.caller.data = w;
	pair_connect(&w->pair, WITH_TCP);
	w->session = w->pair.callee.session;
	w->context = w->pair.context;
	pair_init(&w->other, WITH_TCP, NULL);
	w->other.caller.make = make_queue_session;
	w->other.caller.data = w;
	w->other.callee.make = make_stream;
	w->other.callee.data = w;
	pair_connect(&w->other, WITH_TCP);
}

static void world_init(struct world *w)
{
	struct msrp_connector *connector;

	*w = (struct world){ 0 };
	fill_options(w);
	fill_session_options(w);
	fill_media(w);
	fill_files(w);
	make_values(w);
	connect_pairs(w);
	connect_files(w);
	ck_assert_int_eq(msrp_connector_direct_new(w->context, &w->connector), 0);
	ck_assert_int_eq(msrp_server_new(w->context, NULL, NULL, 0, &w->server), 0);
	ck_assert_int_eq(msrp_receiver_new(w->receiver_options, &w->receiver), 0);
	ck_assert_int_eq(msrp_file_hash_new(&w->pair.loop, &w->file_hash), 0);
	ck_assert_int_eq(msrp_outgoing_file_new(0, 1, w->file_options, &w->outgoing_file), 0);
	ck_assert_int_eq(msrp_traffic_logger_new(stderr, &w->traffic_logger), 0);
	ck_assert_int_eq(msrp_connector_direct_new(w->context, &connector), 0);
	ck_assert_int_eq(msrp_chat_new(connector, NULL, w->chat_callbacks, w, &w->chat), 0);
	ck_assert_int_eq(msrp_connector_direct_new(w->context, &connector), 0);
	ck_assert_int_eq(msrp_file_transfer_new(connector, w->file_transfer_options,
						w->file_transfer_callbacks, w, &w->file_transfer),
			 0);
}

static void world_done(struct world *w)
{
	msrp_file_sender_free(w->file_sender);
	msrp_file_receiver_free(w->file_receiver);
	msrp_file_transfer_free(w->file_transfer);
	msrp_chat_free(w->chat);
	msrp_traffic_logger_free(w->traffic_logger);
	msrp_outgoing_file_free(w->outgoing_file);
	msrp_file_hash_free(w->file_hash);
	msrp_receiver_free(w->receiver);
	msrp_server_free(w->server);
	msrp_connector_cleanup(w->connector);
	msrp_transport_free(w->transport);
	msrp_queue_session_free(w->queue_session);
	msrp_stream_free(w->stream);
	msrp_chunk_free(w->chunk);
	msrp_header_free(w->header);
	msrp_path_free(w->path);
	msrp_uri_free(w->uri);
	free(w->incoming);
	pair_done(&w->pair);
	pair_done(&w->other);
	pair_done(&w->files);
}

/* ---- the calls ---- */

enum want {
	ANYTHING, /* except a crash */
	REFUSED,
};

struct call {
	const char *what;
	int (*function)(struct world *w);
	enum want want;
};

#include "nulls.h"

/* In a process of its own, so nothing is cleaned up. */
static int run(struct world *w, const struct call *call)
{
	int status;
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		int result;

		alarm(TIME_S);
		result = call->function(w);
		_exit(call->want == REFUSED && result != -EINVAL ? 2 : 0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return status;
}

START_TEST(nothing_crashes_for_what_is_missing)
{
	size_t n_wrong = 0;
	struct world w;

	world_init(&w);
	for (size_t i = 0; i < SUPPORT_COUNT(calls); i++) {
		int status = run(&w, &calls[i]);

		if (status == 0)
			continue;
		n_wrong++;
		printf("# %s: %s\n", calls[i].what,
		       WIFEXITED(status) && WEXITSTATUS(status) == 2 ? "not -EINVAL" : "crashes");
	}
	ck_assert_uint_gt(SUPPORT_COUNT(calls), 500);
	ck_assert_uint_eq(n_wrong, 0);
	world_done(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client/nulls");
	TCase *tcase = tcase_create("nulls");

	tcase_add_test(tcase, nothing_crashes_for_what_is_missing);
	tcase_set_timeout(tcase, 300);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
