/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The settings of a web service: http.c makes them, and http_curl.c uses them.
 */
#include <stdlib.h>
#include <string.h>

#include "users/http_driver.h"

struct http_place *http_place_new(const char *url, const char *ca, const char *token)
{
	struct http_place *place = calloc(1, sizeof(*place));

	if (!place)
		return NULL;
	place->url = strdup(url);
	place->ca = strdup(ca);
	place->token = strdup(token);
	if (place->url && place->ca && place->token)
		return place;
	http_place_free(place);
	return NULL;
}

void http_place_free(void *arg)
{
	struct http_place *place = arg;

	if (!place)
		return;
	if (place->token)
		explicit_bzero(place->token, strlen(place->token));
	free(place->token);
	free(place->ca);
	free(place->url);
	free(place);
}
