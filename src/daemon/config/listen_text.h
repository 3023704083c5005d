/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The place of a listener as one word of the configuration, for metrics and health.
 */
#ifndef DAEMON_CONFIG_LISTEN_TEXT_H
#define DAEMON_CONFIG_LISTEN_TEXT_H

#include "net/address/address.h"

/* A place to listen, as one word: "127.0.0.1:9285", "[::1]:9285", "unix:/run/msrpd/metrics". */
enum { LISTEN_TEXT_MAX = 256 };

/*
 * *RET_PATH is the path of a socket, within TEXT; or NULL, and *RET_ADDRESS is set. Returns 0 or
 * -EINVAL.
 */
int listen_text_parse(const char *text, const char **ret_path, struct net_address *ret_address);

#endif
