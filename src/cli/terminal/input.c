/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads standard input on the loop, whatever kind of file it is; switches a terminal to single keys
 * and back.
 */
#include "cli/terminal/input.h"

#include <unistd.h>

static void on_alloc(uv_handle_t *handle, size_t size, uv_buf_t *ret_buf)
{
	struct cli_input *input = handle->data;

	*ret_buf = uv_buf_init(input->block, sizeof(input->block));
}

static void on_terminal_read(uv_stream_t *stream, ssize_t len, const uv_buf_t *buf)
{
	struct cli_input *input = stream->data;

	if (len == 0)
		return;
	if (len < 0) /* a vanished terminal is an end, too */
		uv_read_stop(stream);
	input->fn(input->arg, input->block, len < 0 ? 0 : (size_t)len);
}

static void read_file(struct cli_input *input);

static void on_file(uv_fs_t *request)
{
	struct cli_input *input = request->data;
	ssize_t len = request->result;

	uv_fs_req_cleanup(request);
	input->reading = false;
	if (input->stopped)
		return;
	input->fn(input->arg, input->block, len < 0 ? 0 : (size_t)len);
	if (len > 0 && !input->stopped)
		read_file(input);
}

static void read_file(struct cli_input *input)
{
	uv_buf_t buf = uv_buf_init(input->block, sizeof(input->block));

	input->reading = uv_fs_read(input->request.loop, &input->request, STDIN_FILENO, &buf, 1, -1,
				    on_file) == 0;
}

static int open_stream(struct cli_input *input, uv_loop_t *loop)
{
	int err;

	switch (uv_guess_handle(STDIN_FILENO)) {
	case UV_TTY:
		err = uv_tty_init(loop, &input->tty, STDIN_FILENO, 1);
		if (!err)
			err = uv_tty_set_mode(&input->tty, UV_TTY_MODE_RAW);
		input->is_terminal = true;
		break;
	case UV_NAMED_PIPE:
		err = uv_pipe_init(loop, &input->pipe, 0);
		if (!err)
			err = uv_pipe_open(&input->pipe, STDIN_FILENO);
		break;
	case UV_TCP:
		err = uv_tcp_init(loop, &input->tcp);
		if (!err)
			err = uv_tcp_open(&input->tcp, STDIN_FILENO);
		break;
	default:
		return UV_ENOTSUP;
	}
	return err;
}

int cli_input_start(struct cli_input *input, uv_loop_t *loop, cli_input_fn fn, void *arg)
{
	int err = open_stream(input, loop);

	input->fn = fn;
	input->arg = arg;
	if (err == UV_ENOTSUP) {
		input->request.loop = loop;
		input->request.data = input;
		read_file(input);
		return 0;
	}
	if (err)
		return err;
	input->is_stream = true;
	input->handle.data = input;
	return uv_read_start(&input->stream, on_alloc, on_terminal_read);
}

void cli_input_stop(struct cli_input *input)
{
	if (input->is_terminal)
		uv_tty_reset_mode();
	if (input->is_stream && !uv_is_closing(&input->handle))
		uv_close(&input->handle, NULL);
	input->stopped = true;
}
