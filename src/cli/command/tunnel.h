/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Joins the TCP connection of msrp forward to a stream of the library. forward.c opens it and is
 * told how it ended.
 */
#ifndef CLI_COMMAND_TUNNEL_H
#define CLI_COMMAND_TUNNEL_H

#include <msrp.h>
#include <uv.h>

enum {
	/* The size of a chunk of a stream, and the most that arrives once reading has stopped. */
	CLI_TUNNEL_BLOCK = 64 * 1024,
	CLI_TUNNEL_WHY = 256,
};

/* Called at the end. ERR 0: both directions have ended in order. Otherwise WHY says more. */
typedef void (*cli_tunnel_fn)(void *arg, int err, const char *why);

/*
 * Joins a TCP connection to a stream: the input of one goes to the other, and neither is read
 * faster than the other takes it.
 */
struct cli_tunnel {
	uv_tcp_t *tcp; /* NULL: not connected yet */
	struct msrp_stream *stream;
	cli_tunnel_fn fn;
	void *arg;

	uint8_t block[CLI_TUNNEL_BLOCK]; /* read from the connection, */
	size_t at;			 /* and not yet written to the stream */
	size_t len;
	uint8_t early[CLI_TUNNEL_BLOCK]; /* came from the stream before there was a connection */
	size_t n_early;
	bool ended; /* the stream's incoming direction */

	uv_shutdown_t shutdown;
	bool shut;  /* everything was passed to the connection, and it was shut down */
	bool clean; /* the stream ended in order */
	bool over;
	int err; /* why we broke it off; 0: we did not */
	char why[CLI_TUNNEL_WHY];
};

/*
 * Makes the stream, which is not read before there is a connection. Returns like msrp_stream_new().
 */
int cli_tunnel_open(struct cli_tunnel *tunnel, struct msrp_transport *transport,
		    const char *content_type, cli_tunnel_fn fn, void *arg);

/* Attaches the connection; the caller closes TCP. */
void cli_tunnel_join(struct cli_tunnel *tunnel, uv_tcp_t *tcp);

/* The connection has failed, or will never come: tells the other end, then calls FN. */
void cli_tunnel_break(struct cli_tunnel *tunnel, int err, const char *why);

/* Frees the stream. Calls nothing any more. */
void cli_tunnel_close(struct cli_tunnel *tunnel);

#endif
