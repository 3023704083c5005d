/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The TCP end of msrp forward. forward.c opens it, and tunnel.c reads and writes it once it is
 * connected.
 */
#ifndef CLI_COMMAND_TCP_H
#define CLI_COMMAND_TCP_H

#include <stdbool.h>
#include <uv.h>

#include "cli/app/options.h"

enum { CLI_TCP_TEXT = 80 }; /* an IPv6 address with a zone, in brackets, and its port */

/* Called once when connected; or with ERR and a one-line reason. */
typedef void (*cli_tcp_fn)(void *arg, int err, const char *why);

/* One plain TCP connection: the first that arrives, or one that we make. */
struct cli_tcp {
	uv_tcp_t listener;
	uv_tcp_t socket;
	bool is_listening; /* the listener handle is open */
	bool is_socket;	   /* the socket handle is open */
	bool closed;
	uv_getaddrinfo_t lookup;
	uv_connect_t connect;
	struct addrinfo *found;
	const struct addrinfo *next; /* the next one to try */
	int err;		     /* of the last one tried */
	cli_tcp_fn fn;
	void *arg;
};

/* Waits at an address; without one, at loopback only. Returns 0 or a negative errno. */
int cli_tcp_listen(struct cli_tcp *tcp, uv_loop_t *loop, const struct cli_endpoint *at,
		   cli_tcp_fn fn, void *arg);

/* The address it waits at: "address:port". */
void cli_tcp_where(const struct cli_tcp *tcp, char text[CLI_TCP_TEXT]);

/* Tries all addresses of a host, one after the other. Returns 0 or a negative errno. */
int cli_tcp_connect(struct cli_tcp *tcp, uv_loop_t *loop, const struct cli_endpoint *to,
		    cli_tcp_fn fn, void *arg);

/* At any time. RESET: the other side must see that this is no orderly end. */
void cli_tcp_close(struct cli_tcp *tcp, bool reset);

#endif
