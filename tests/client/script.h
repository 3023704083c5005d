/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLIENT_SCRIPT_H
#define CLIENT_SCRIPT_H

#include <uv.h>

#include "msrp/conn.h"
#include "msrp/message.h"
#include "net/connection/connection.h"
#include "net/connection/listener.h"
#include "net/tls/tls.h"

struct script;

/* Called with each request or response; may answer it. */
typedef void (*script_fn)(struct script *s, const struct msrp_message *m);

/*
 * The other side of a client under test, over TCP or TLS: a relay or an endpoint that does what the
 * test says, right or wrong.
 */
struct script {
	struct net_context *context;
	struct net_listener *listener;
	struct net_conn *net; /* the last that connected; NULL: none, or closed */
	struct msrp_conn conn;
	struct msrp_random random;
	script_fn on_message; /* NULL: it is silent */
	void *data;
	size_t n_requests;
	size_t n_responses;
	unsigned status; /* of the last response */
	bool alive;	 /* conn exists */
};

void script_init(struct script *s, uv_loop_t *loop, script_fn on_message, void *data);
/* Likewise over TLS, with the contents of PEM files. */
void script_init_tls(struct script *s, uv_loop_t *loop, const char *certificate, const char *key,
		     script_fn on_message, void *data);
void script_done(struct script *s);
uint16_t script_port(const struct script *s);

/* Answers M; HEADERS are whole lines with CRLF, or "". */
void script_respond(struct script *s, const struct msrp_message *m, unsigned status,
		    const char *headers);

/* Sends TEXT as it is. */
void script_send(struct script *s, const char *text);

#endif
