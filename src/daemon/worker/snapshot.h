/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Everything that a configuration makes of the daemon, that workers share and that never changes. A
 * reload makes the next snapshot. It is reference-counted, because each worker moves on in its own
 * time.
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
	struct net_address address;   /* with the actual port */
	struct net_protocol protocol; /* its pointers are the snapshot's */
	struct net_proxies *proxies;  /* NULL: none */
	bool secure;		      /* see config_transport_is_secure() */
	int passed;		      /* the socket that systemd passed for it; 0: none */
};

struct snapshot {
	atomic_uint refs;
	struct config *config; /* its secrets are overwritten once the back end has them */
	struct snapshot_listener *listener; /* config->n_listen of them, in the same order */
	struct net_tls *server_tls;	    /* NULL: there is no certificate */
	struct net_tls *client_tls;
	struct net_websocket_settings *websocket;
	struct relay_policy *policy;
	struct relay_policy *control_policy; /* which addresses may use the control socket */
	struct users *users;
	struct relay_config relay; /* its texts belong to config */
};

/*
 * A snapshot with only CONFIG, which it owns from now on, or frees if there is no memory; then
 * returns NULL.
 */
struct snapshot *snapshot_new(struct config *config);

struct snapshot *snapshot_ref(struct snapshot *snapshot);

/* NULL is fine; returns NULL. */
struct snapshot *snapshot_unref(struct snapshot *snapshot);

#endif
