/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The choice of a format by the Accept field of a request (RFC 9110 12.5.1).
 */
#ifndef DAEMON_SERVE_HTTP_ACCEPT_H
#define DAEMON_SERVE_HTTP_ACCEPT_H

#include <stdbool.h>

#include "base/slice.h"

enum { HTTP_WEIGHT_MAX = 1000 };

/*
 * The weight that the value of an Accept field (RFC 9110 12.5.1) gives a media type such as
 * "text/plain": that of the most specific matching range; with BY_NAME only ranges that name the
 * type count. In thousandths; -1: no range matches.
 */
int http_accept_weight(struct slice accept, struct slice type, bool by_name);

#endif
