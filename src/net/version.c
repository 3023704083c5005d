/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asks the libraries, because another version may be installed than the one that it was built with.
 */
#include "net/version.h"

#include <ares.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <uv.h>

void net_version_format(char *ret_text, size_t size)
{
	snprintf(ret_text, size, "libuv %s, %s, c-ares %s", uv_version_string(),
		 OpenSSL_version(OPENSSL_VERSION), ares_version(NULL));
}
