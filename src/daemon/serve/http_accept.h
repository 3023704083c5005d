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
 * How much the value of an Accept field (RFC 9110 12.5.1) wants a media type, "text/plain": of the
 * ranges that fit the closest one says; with BY_NAME only those that name the type count. In
 * thousandths; -1: none of them fits.
 */
int http_accept_weight(struct slice accept, struct slice type, bool by_name);

#endif
