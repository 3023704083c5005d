/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Standard input for msrp chat. chat.c gets its bytes and gives them to line.c at a terminal, or
 * to piped.c.
 */
#ifndef CLI_TERMINAL_INPUT_H
#define CLI_TERMINAL_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

enum { CLI_INPUT_SIZE = 4096 };

/* Called with bytes of standard input; LEN 0 is its end. */
typedef void (*cli_input_fn)(void *arg, const char *bytes, size_t len);

/*
 * Standard input on a loop, whatever it is: a terminal, which delivers each key as it is pressed, a
 * pipe, or a file.
 */
struct cli_input {
	union {
		uv_handle_t handle;
		uv_stream_t stream;
		uv_tty_t tty;
		uv_pipe_t pipe;
		uv_tcp_t tcp;
	};
	uv_fs_t request;
	char block[CLI_INPUT_SIZE];
	cli_input_fn fn;
	void *arg;
	bool is_stream;
	bool is_terminal;
	bool reading; /* for a file: a request is under way */
	bool stopped;
};

/* INPUT is zeroed. Returns 0 or a negative errno. */
int cli_input_start(struct cli_input *input, uv_loop_t *loop, cli_input_fn fn, void *arg);

/* Restores the terminal. The loop has to run once more. */
void cli_input_stop(struct cli_input *input);

#endif
