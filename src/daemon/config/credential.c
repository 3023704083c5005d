/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Resolves "credential:NAME" to the file that systemd has put into $CREDENTIALS_DIRECTORY for
 * this service.
 */
#include "daemon/config/credential.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char prefix[] = "credential:";

/* systemd sets it for the service only. */
static const char variable[] = "CREDENTIALS_DIRECTORY";

/* Returns NULL if VALUE is a path. */
static const char *credential_name(const char *value)
{
	size_t len = strlen(prefix);

	return strncmp(value, prefix, len) == 0 ? value + len : NULL;
}

const char *credential_check(const char *value)
{
	const char *name = credential_name(value);

	if (!name)
		return NULL;
	if (!*name || strchr(name, '/') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return "is not the name of a credential (systemd.exec(5), LoadCredential=)";
	if (!getenv(variable))
		return "must be loaded by systemd (LoadCredential=), but $CREDENTIALS_DIRECTORY is "
		       "not set";
	return NULL;
}

char *credential_path(const char *value)
{
	const char *name = credential_name(value);
	char *path;

	if (!name)
		return strdup(value);
	return asprintf(&path, "%s/%s", getenv(variable), name) < 0 ? NULL : path;
}
