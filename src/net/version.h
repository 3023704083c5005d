/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The versions of the running libraries, for -V and for the log of a start.
 */
#ifndef NET_VERSION_H
#define NET_VERSION_H

#include <stddef.h>

/*
 * "libuv 1.44.2, OpenSSL 3.0.22 ..., c-ares 1.18.1": the libraries in use, not those it was built
 * with.
 */
void net_version_format(char *ret_text, size_t size);

#endif
