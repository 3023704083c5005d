/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Joins the TCP connection of msrp forward to a stream of the library's. forward.c opens it and
 * hears how it ended.
 */
#ifndef CLI_COMMAND_TUNNEL_H
#define CLI_COMMAND_TUNNEL_H

#include <msrp.h>
#include <uv.h>

enum {
	/* As much as a chunk of a stream takes, and as comes of one that is not read any more. */
	CLI_TUNNEL_BLOCK = 64 * 1024,
	CLI_TUNNEL_WHY = 256,
};

/* It is over. ERR 0: both directions have come to their ends. Else WHY says more. */
typedef void (*cli_tunnel_fn)(void *arg, int err, const char *why);

/*
 * Joins a TCP connection to a stream: what comes from the one goes into the
 * other, and neither is read faster than the other takes it.
 */
struct cli_tunnel {
	uv_tcp_t *tcp; /* NULL until there is one */
	struct msrp_stream *stream;
	cli_tunnel_fn fn;
	void *arg;

	uint8_t block[CLI_TUNNEL_BLOCK]; /* what was read from the connection, */
	size_t at;			 /* and not written to the stream yet */
	size_t len;
	uint8_t early[CLI_TUNNEL_BLOCK]; /* what came of the stream before there was a connection */
	size_t n_early;
	bool ended; /* the stream, in that direction */

	uv_shutdown_t shutdown;
	bool shut;  /* all that came is with the other side of the connection */
	bool clean; /* the stream is over as it should be */
	bool over;
	int err; /* why it was broken off here; 0: it was not */
	char why[CLI_TUNNEL_WHY];
};

/* Makes the stream, which is not read before there is a connection. As msrp_stream_new(). */
int cli_tunnel_open(struct cli_tunnel *tunnel, struct msrp_transport *transport,
		    const char *content_type, cli_tunnel_fn fn, void *arg);

/* Here it is; TCP is the caller's to close. */
void cli_tunnel_join(struct cli_tunnel *tunnel, uv_tcp_t *tcp);

/* There will be no connection, or no more of it: the other end is told, then FN. */
void cli_tunnel_break(struct cli_tunnel *tunnel, int err, const char *why);

/* Frees the stream. Nothing is told any more. */
void cli_tunnel_close(struct cli_tunnel *tunnel);

#endif
