/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * msrp_receiver: puts chunks together to whole messages, in memory or in files, in place of a
 * session's callbacks.
 */
#include "client/msrp/session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/reserved.h"
#include "client/session/file_io.h"
#include "msrp/report.h"

enum {
	MEMORY_MESSAGE_MAX = 1024 * 1024, /* longer than anything typed; files go to files */
	MEMORY_MAX = 16 * 1024 * 1024,	  /* of messages that may never be completed */
};

/* A message that is not complete yet. */
struct assembly {
	struct msrp_receiver *receiver;
	uint64_t max; /* octets that it may have */
	int fd;	      /* -1: in memory */
	uint8_t *bytes;
	size_t room; /* of bytes */
	LIST_ENTRY(assembly) in_receiver;
	struct msrp_incoming *message; /* valid while the session lives */
};

struct msrp_receiver {
	struct msrp_receiver_options options;
	size_t memory; /* used by all assemblies */
	LIST_HEAD(, assembly) assemblies;
	bool opening; /* inside open() */
	bool gone;    /* freed there */
};

/* ---- one message ---- */

static void assembly_free(struct assembly *a)
{
	free(a->bytes);
	free(a);
}

/*
 * Reports it, and lets go: the user may free the receiver in the callback. Returns the callback's
 * result.
 */
static int finish_assembly(struct assembly *a, bool aborted)
{
	struct msrp_receiver *r = a->receiver;
	struct msrp_received received = {
		.message_id = a->message->message_id,
		.content_type = a->message->content_type,
		.disposition = a->message->disposition,
		.bytes = a->bytes,
		.size = a->message->received,
		.fd = a->fd,
		.success_report = a->message->success_report,
		.aborted = aborted,
		.head = a->message->head,
	};
	int status;

	LIST_REMOVE(a, in_receiver);
	r->memory -= a->room;
	if (a->bytes && !aborted)
		a->bytes[received.size] = '\0';
	else if (a->fd < 0)
		received.bytes = aborted ? NULL : (const uint8_t *)"";
	status = r->options.received(r->options.arg, &received);
	assembly_free(a);
	return status;
}

/* If the total is unknown, the octets are counted as they come. */
static bool is_message_too_long(const struct msrp_incoming *message, uint64_t max)
{
	return message->total != MSRP_TOTAL_UNKNOWN && message->total > max;
}

static uint64_t max_of(const struct msrp_receiver *r, int fd)
{
	if (r->options.max_size > 0)
		return r->options.max_size;
	return fd < 0 ? MEMORY_MESSAGE_MAX : UINT64_MAX;
}

static void receiver_done(struct msrp_receiver *r)
{
	struct assembly *a;

	while ((a = LIST_FIRST(&r->assemblies))) {
		LIST_REMOVE(a, in_receiver);
		assembly_free(a);
	}
	free(r);
}

/* Asks the user, who may free the receiver: then the message has no place to go. */
static int ask_for_message(struct msrp_receiver *r, struct assembly *a)
{
	int refused;

	if (!r->options.open)
		return 0;
	r->opening = true;
	refused = r->options.open(r->options.arg, a->message, &a->fd);
	r->opening = false;
	if (!r->gone)
		return refused;
	receiver_done(r);
	return MSRP_STOP_SENDING;
}

static int open_assembly(struct msrp_receiver *r, struct msrp_incoming *message)
{
	struct assembly *a;
	int refused;

	/* Do not ask for a file that would not be used, for example for lack of memory. */
	if (r->options.max_size > 0 && is_message_too_long(message, r->options.max_size))
		return MSRP_STOP_SENDING;
	a = calloc(1, sizeof(*a));
	if (!a)
		return MSRP_STOP_SENDING;
	a->receiver = r;
	a->message = message;
	a->fd = -1;
	refused = ask_for_message(r, a);
	if (a->fd < 0)
		message->have = 0; /* only a file could have them */
	if (!refused) {
		a->max = max_of(r, a->fd);
		refused = is_message_too_long(message, a->max) ? MSRP_STOP_SENDING : 0;
	}
	if (refused) {
		assembly_free(a);
		return refused;
	}
	LIST_INSERT_HEAD(&r->assemblies, a, in_receiver);
	message->data = a;
	return 0;
}

/* Makes room for SIZE octets and a NUL. */
static int reserve(struct assembly *a, uint64_t size)
{
	struct msrp_receiver *r = a->receiver;
	size_t wanted = (size_t)size + 1;
	uint8_t *bytes;

	if (wanted <= a->room)
		return 0;
	if (a->message->total <= a->max && a->message->total > size)
		wanted = (size_t)a->message->total + 1;
	else if (wanted < 2 * a->room)
		wanted = 2 * a->room;
	if (wanted - a->room > r->options.max_memory - r->memory)
		return MSRP_STOP_SENDING;
	bytes = realloc(a->bytes, wanted);
	if (!bytes)
		return MSRP_STOP_SENDING;
	r->memory += wanted - a->room;
	a->bytes = bytes;
	a->room = wanted;
	return 0;
}

/* ---- what the session tells ---- */

static int on_assembly_begin(void *arg, struct msrp_incoming *message)
{
	struct assembly *a = message->data;

	if (!a)
		return open_assembly(arg, message);
	/* A later chunk may be the first to state the total. */
	return is_message_too_long(message, a->max) ? MSRP_STOP_SENDING : 0;
}

static int on_assembly_data(void *arg, struct msrp_incoming *message, uint64_t offset,
			    const uint8_t *bytes, size_t len)
{
	struct assembly *a = message->data;
	int err;

	if (len > a->max || offset > a->max - len)
		return MSRP_STOP_SENDING;
	if (a->fd >= 0)
		return client_file_write(a->fd, offset, bytes, len) ? MSRP_STOP_SENDING : 0;
	err = reserve(a, offset + len);
	if (!err)
		memcpy(a->bytes + offset, bytes, len);
	return err;
}

static int on_assembly_end(void *arg, struct msrp_incoming *message, char flag)
{
	if (message->complete || flag == '#')
		return finish_assembly(message->data, flag == '#');
	return 0;
}

static void on_receiver_session_closed(void *arg, int err, const char *why)
{
	struct msrp_receiver *r = arg;

	r->options.closed(r->options.arg, err, why);
}

static int on_receiver_nickname(void *arg, const char *nickname)
{
	struct msrp_receiver *r = arg;

	return r->options.nickname(r->options.arg, nickname);
}

/* ---- for the user ---- */

/* One message of the largest size must fit. */
static size_t default_memory(uint64_t max_size)
{
	return max_size < MEMORY_MAX ? MEMORY_MAX : (size_t)(max_size + (max_size < SIZE_MAX));
}

int msrp_receiver_new(const struct msrp_receiver_options *options,
		      struct msrp_receiver **ret_receiver)
{
	struct msrp_receiver *r;

	if (!options || !options->received || !options->closed || !ret_receiver ||
	    IS_NEWER(options))
		return -EINVAL;
	r = calloc(1, sizeof(*r));
	if (!r)
		return -ENOMEM;
	r->options = *options;
	if (r->options.max_memory == 0)
		r->options.max_memory = default_memory(options->max_size);
	LIST_INIT(&r->assemblies);
	*ret_receiver = r;
	return 0;
}

struct msrp_receiver *msrp_receiver_free(struct msrp_receiver *r)
{
	if (r && r->opening)
		r->gone = true;
	else if (r)
		receiver_done(r);
	return NULL;
}

static int session_new(struct msrp_receiver *r, struct msrp_transport *transport,
		       const char *const *accept_types, struct msrp_session **ret_session)
{
	struct msrp_session_callbacks callbacks = {
		.begin = on_assembly_begin,
		.data = on_assembly_data,
		.end = on_assembly_end,
		.closed = on_receiver_session_closed,
		.nickname = r->options.nickname ? on_receiver_nickname : NULL,
	};

	return msrp_session_new(transport, accept_types, &callbacks, r, ret_session);
}

int msrp_receiver_session_new(struct msrp_receiver *r, struct msrp_transport *transport,
			      const char *const *accept_types, struct msrp_session **ret_session)
{
	return !r ? -EINVAL : session_new(r, transport, accept_types, ret_session);
}
