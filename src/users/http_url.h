/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which URLs a web service with credentials may have.
 */
#ifndef USERS_HTTP_URL_H
#define USERS_HTTP_URL_H

#include <stdbool.h>

/*
 * Returns what is wrong with URL, as a phrase to follow the URL itself, or NULL. WITHOUT_TLS allows
 * http:// to other machines.
 */
const char *http_url_check(const char *url, bool without_tls);

#endif
