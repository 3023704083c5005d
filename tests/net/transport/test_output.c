/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/transport/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/transport/transport.h"
#include "support/run.h"

/* Output of one end is read at the other. */
struct pipe {
	int fd[2];
	struct net_scratch scratch;
	struct net_output output;
};

static struct pipe *pipe_new(int type)
{
	struct pipe *p = calloc(1, sizeof(*p));

	ck_assert_ptr_nonnull(p);
	ck_assert_int_eq(socketpair(AF_UNIX, type | SOCK_NONBLOCK, 0, p->fd), 0);
	p->output = (struct net_output){ .fd = p->fd[0], .scratch = &p->scratch };
	return p;
}

static void pipe_free(struct pipe *p)
{
	net_output_done(&p->output);
	close(p->fd[0]);
	close(p->fd[1]);
	free(p);
}

/* Such a socket keeps the bytes of one system call together. */
START_TEST(small_pieces_become_one_system_call)
{
	struct pipe *p = pipe_new(SOCK_SEQPACKET);
	char in[4096];

	for (int i = 0; i < 100; i++) {
		ck_assert_int_eq(net_output_make_room(&p->output, 10), 0);
		net_output_add(&p->output, "0123456789", 10);
	}
	ck_assert_int_eq(recv(p->fd[1], in, sizeof(in), 0), -1);
	ck_assert_int_eq(net_output_flush(&p->output), 0);
	ck_assert_int_eq(recv(p->fd[1], in, sizeof(in), 0), 1000);
	ck_assert_uint_eq(p->scratch.len, 0);
	pipe_free(p);
}
END_TEST

static uint8_t byte_at(size_t i)
{
	return (uint8_t)(i * 7 + i / 256);
}

/* Adds bytes in pieces until the socket and all buffers are full. Returns how many. */
static size_t fill(struct pipe *p, size_t at, size_t piece)
{
	uint8_t out[1000];

	while (net_output_make_room(&p->output, piece) == 0) {
		for (size_t i = 0; i < piece; i++)
			out[i] = byte_at(at++);
		net_output_add(&p->output, out, piece);
	}
	return at;
}

static size_t drain(struct pipe *p, size_t at)
{
	uint8_t in[4096];
	bool same = true;
	ssize_t n;

	while ((n = recv(p->fd[1], in, sizeof(in), 0)) > 0) {
		for (ssize_t i = 0; i < n; i++)
			same = same && in[i] == byte_at(at++);
	}
	ck_assert(same);
	return at;
}

static const size_t pieces[] = { 1, 10, 999, 1000 };

START_TEST(what_the_socket_does_not_take_is_kept_in_order)
{
	struct pipe *p = pipe_new(SOCK_STREAM);
	size_t sent = 0, received = 0;

	for (int round = 0; round < 3; round++) {
		sent = fill(p, sent, pieces[_i]);
		ck_assert_int_eq(net_output_flush(&p->output), NET_WANT_WRITE);
		ck_assert_uint_gt(p->output.rest.len, 0);
		ck_assert_uint_le(p->output.rest.len, NET_SCRATCH_SIZE);
		/* Another connection finds the scratch empty. */
		ck_assert_uint_eq(p->scratch.len, 0);
		do {
			received = drain(p, received);
		} while (net_output_flush(&p->output) == NET_WANT_WRITE);
		received = drain(p, received);
		ck_assert_uint_eq(received, sent);
		/* Without output it owns no memory. */
		ck_assert_ptr_null(p->output.rest.block);
	}
	pipe_free(p);
}
END_TEST

/* A signal would end the process. */
START_TEST(a_socket_that_nobody_reads_is_an_error_and_no_signal)
{
	struct pipe *p = pipe_new(SOCK_STREAM);

	shutdown(p->fd[1], SHUT_RD);
	net_output_add(&p->output, "hello", 5);
	ck_assert_int_eq(net_output_flush(&p->output), -EPIPE);
	ck_assert_uint_eq(p->scratch.len, 0);
	pipe_free(p);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("net/output");
	TCase *tcase = tcase_create("output");

	tcase_add_test(tcase, small_pieces_become_one_system_call);
	tcase_add_loop_test(tcase, what_the_socket_does_not_take_is_kept_in_order, 0,
			    sizeof(pieces) / sizeof(pieces[0]));
	tcase_add_test(tcase, a_socket_that_nobody_reads_is_an_error_and_no_signal);
	suite_add_tcase(suite, tcase);
	return support_run(suite);
}
