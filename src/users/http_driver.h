/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A web service: http.c sets it up, and the driver, http_curl.c, asks it.
 */
#ifndef USERS_HTTP_DRIVER_H
#define USERS_HTTP_DRIVER_H

#include "users/remote_driver.h"

struct http_place {
	char *url;
	char *ca;
	char *token; /* "": none */
};

extern const struct remote_driver http_driver;

/* Copies the strings, none of which is NULL. NULL without memory. */
struct http_place *http_place_new(const char *url, const char *ca, const char *token);

/* The forget() of the driver. NULL is fine. */
void http_place_free(void *place);

#endif
