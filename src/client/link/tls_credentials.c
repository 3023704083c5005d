/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads certificates and authorities when they are set, so that a mistake shows before anything is
 * connected.
 */
#include "client/link/tls_credentials.h"

int client_credentials_load(const struct msrp_tls_credentials *files, char *error, size_t error_len,
			    struct client_credentials *ret_credentials)
{
	struct net_tls_client_options client = {
		.ca = files->ca_file,
		.verify = !files->insecure,
		.certificate = files->certificate,
		.key = files->key,
	};
	struct net_tls_domain domain = {
		.certificate = files->certificate,
		.key = files->key,
	};
	struct net_tls_server_options server = {
		.domain = &domain,
		.n_domains = 1,
		.ca = files->ca_file,
	};
	struct client_credentials credentials = { .insecure = files->insecure };
	int err;

	err = net_tls_client_new(&client, error, error_len, &credentials.client);
	if (!err && files->certificate)
		err = net_tls_server_new(&server, error, error_len, &credentials.server);
	if (err)
		client_credentials_done(&credentials);
	else
		*ret_credentials = credentials;
	return err;
}

void client_credentials_done(struct client_credentials *c)
{
	c->client = net_tls_unref(c->client);
	c->server = net_tls_unref(c->server);
}
