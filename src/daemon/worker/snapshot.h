/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a configuration makes of the daemon: everything that workers share and that never
 * changes. A reload makes the next snapshot. Reference counted, because each worker moves on to
 * it in its own time.
 */
#ifndef DAEMON_WORKER_SNAPSHOT_H
#define DAEMON_WORKER_SNAPSHOT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "daemon/config/config.h"
#include "net/address/address.h"
#include "net/connection/listener.h"
#include "net/tls/tls.h"
#include "relay/relay.h"
#include "relay/shared/policy.h"
#include "users/users.h"

struct snapshot_listener {
	struct net_address address;   /* with the port that was chosen */
	struct net_protocol protocol; /* what it points to is the snapshot's */
	bool secure;		      /* see config_transport_is_secure() */
	int passed;		      /* the socket that was passed for it; 0: none was */
};

struct snapshot {
	atomic_uint refs;
	struct config *config; /* its secrets are with the users, and overwritten here */
	struct snapshot_listener *listener; /* config->n_listen, in the same order */
	struct net_tls *server_tls;	    /* NULL: there is no certificate */
	struct net_tls *client_tls;
	struct net_websocket_settings *websocket;
	struct relay_policy *policy;
	struct relay_policy *control_policy; /* who may use the control socket of the anchor */
	struct users *users;
	struct relay_config relay; /* its texts are those of config */
};

/* With nothing in it but CONFIG, which it owns from now on, or frees: NULL without memory. */
struct snapshot *snapshot_new(struct config *config);

struct snapshot *snapshot_ref(struct snapshot *snapshot);

/* NULL is fine; returns NULL. */
struct snapshot *snapshot_unref(struct snapshot *snapshot);

#endif
