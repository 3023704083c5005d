/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/memory_file.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

struct memory_file make_file(size_t len)
{
	static const char trap[] = "\r\n-------abcdefgh$\r\n";
	struct memory_file f = { .bytes = malloc(len + 1), .len = len };
	uint32_t state = 1;

	for (size_t i = 0; i < len; i++) {
		state = state * 1664525 + 1013904223;
		f.bytes[i] = (uint8_t)(state >> 24);
	}
	for (size_t at = 1000; at + sizeof(trap) < len; at += 4096)
		memcpy(f.bytes + at, trap, sizeof(trap));
	return f;
}

static int read_memory(void *arg, uint64_t offset, uint8_t *bytes, size_t size, size_t *ret_len)
{
	struct memory_file *f = arg;
	size_t left = f->len - (size_t)offset;

	ck_assert_uint_eq(offset, f->n_read);
	if (f->err)
		return f->err;
	*ret_len = left < size ? left : size;
	memcpy(bytes, f->bytes + offset, *ret_len);
	f->n_read += *ret_len;
	return 0;
}

struct msrp_outgoing_file *send_memory_with(struct side *s, struct memory_file *f, size_t size,
					    struct msrp_file_options *options)
{
	struct msrp_outgoing_file *file;
	struct msrp_send_options send = side_options(s);

	options->send.response = send.response;
	options->send.delivered = send.delivered;
	options->send.arg = s;
	options->send.success_report = true;
	options->read = read_memory;
	options->read_arg = f;
	ck_assert_int_eq(msrp_outgoing_file_new(-1, size, options, &file), 0);
	ck_assert_int_eq(msrp_session_send_file(s->session, file), 0);
	return file;
}

struct msrp_outgoing_file *send_memory(struct side *s, struct memory_file *f, size_t size,
				       uint64_t chunk_size)
{
	struct msrp_file_options options = {
		.name = "a \"name\"\r\n",
		.chunk_size = chunk_size,
	};

	return send_memory_with(s, f, size, &options);
}

void assert_in(const struct side *s, const void *want, size_t len)
{
	ck_assert_uint_eq(s->in.len, len);
	ck_assert(len == 0 || memcmp(buf_data(&s->in), want, len) == 0);
}
