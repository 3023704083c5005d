/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Loads certificates and keys of all domains into one TLS server context, for the listeners of
 * the workers.
 */
#include "daemon/config/config_tls.h"

#include <errno.h>
#include <stdlib.h>

#include "net/tls/tls_ticket_keys.h"

struct net_tls_policy config_tls_policy(const struct config *config)
{
	return (struct net_tls_policy){
		.only_1_3 = config->tls.min_version > 0,
		.ciphers = *config->tls.ciphers ? config->tls.ciphers : NULL,
		.groups = *config->tls.groups ? config->tls.groups : NULL,
		.crl = *config->tls.crl ? config->tls.crl : NULL,
	};
}

/* NULL: the system's authorities. */
static const char *client_ca(const struct config *config)
{
	if (*config->tls.client_ca)
		return config->tls.client_ca;
	return *config->tls.ca ? config->tls.ca : NULL;
}

static int make_keys(const struct config *config, struct net_tls_ticket_keys *own_keys, char *error,
		     size_t error_len, struct net_tls_ticket_keys **ret_keys)
{
	const struct config_strings *files = &config->tls.ticket_keys;
	size_t fault;

	if (files->n > 0)
		return net_tls_ticket_keys_load((const char *const *)files->item, files->n, &fault,
						error, error_len, ret_keys);
	*ret_keys = net_tls_ticket_keys_ref(own_keys);
	return 0;
}

int config_make_server_tls(const struct config *config, struct net_tls_ticket_keys *own_keys,
			   char *error, size_t error_len, struct net_tls **ret_tls)
{
	struct net_tls_server_options options = { .n_domains = config->tls.n_domains + 1 };
	struct net_tls_domain *domain;
	int err;

	*ret_tls = NULL;
	*error = '\0';
	if (!*config->tls.certificate)
		return 0;
	domain = calloc(options.n_domains, sizeof(*domain));
	if (!domain)
		return -ENOMEM;
	domain[0].name = config->hostname;
	domain[0].certificate = config->tls.certificate;
	domain[0].key = config->tls.key;
	for (size_t i = 0; i < config->tls.n_domains; i++)
		domain[i + 1] = (struct net_tls_domain){
			.name = config->tls.domain[i].name,
			.certificate = config->tls.domain[i].certificate,
			.key = config->tls.domain[i].key,
		};
	options.domain = domain;
	options.ca = client_ca(config);
	options.policy = config_tls_policy(config);
	err = make_keys(config, own_keys, error, error_len, &options.ticket_keys);
	if (!err)
		err = net_tls_server_new(&options, error, error_len, ret_tls);
	net_tls_ticket_keys_unref(options.ticket_keys);
	free(domain);
	return err;
}
