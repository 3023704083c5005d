/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Selects from a snapshot what the anchor shows of this machine.
 */
#include "daemon/control/ng_settings.h"

#include <string.h>
#include <strings.h>

#include "daemon/config/config_transport.h"
#include "net/connection/certificate.h"

static void set_addresses(struct ng_settings *settings, const struct config_strings *addresses)
{
	for (size_t i = 0; i < addresses->n; i++) {
		const char *address = addresses->item[i];

		*(strchr(address, ':') ? &settings->ipv6 : &settings->ipv4) = address;
	}
	settings->first = addresses->n > 0 ? addresses->item[0] : NULL;
}

static void set_ports(struct ng_settings *settings, const struct snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->config->n_listen; i++) {
		const struct snapshot_listener *listener = &snapshot->listener[i];
		uint16_t *port = listener->secure ? &settings->secure_port : &settings->plain_port;

		/* Parties cannot use a listener for browsers only. */
		if (*port == 0 && config_transport_has_msrp(snapshot->config->listen[i].transport))
			*port = net_address_port(&listener->address);
	}
}

static void add_fingerprint(struct ng_settings *settings, const struct net_tls *tls, size_t domain,
			    enum sdp_hash hash)
{
	struct sdp_fingerprint *f = &settings->fingerprint[settings->n_fingerprints];
	struct net_certificate *certificate = net_tls_certificate(tls, domain);

	f->hash = hash;
	if (net_certificate_digest(certificate, hash == SDP_SHA1 ? NET_SHA1 : NET_SHA256,
				   f->digest))
		settings->n_fingerprints++;
	net_certificate_free(certificate);
}

/* The index of the domain whose certificate matches the name in paths; 0: the first certificate. */
static size_t find_domain(const struct config *config)
{
	for (size_t i = 0; *config->anchor.hostname && i < config->tls.n_domains; i++)
		if (strcasecmp(config->tls.domain[i].name, config->anchor.hostname) == 0)
			return i + 1;
	return 0;
}

/* The first certificate is the one we show when we connect, under whatever name. */
static void set_fingerprints(struct ng_settings *settings, const struct snapshot *snapshot)
{
	size_t domain = find_domain(snapshot->config);

	for (int hash = SDP_HASHES - 1; hash >= 0 && snapshot->server_tls; hash--) {
		add_fingerprint(settings, snapshot->server_tls, 0, (enum sdp_hash)hash);
		if (domain > 0)
			add_fingerprint(settings, snapshot->server_tls, domain,
					(enum sdp_hash)hash);
	}
}

void ng_settings_init(struct ng_settings *settings, const struct snapshot *snapshot)
{
	const struct config *config = snapshot->config;

	*settings = (struct ng_settings){
		.hostname = *config->anchor.hostname ? config->anchor.hostname : NULL,
		.delete_delay_ms = config->anchor.delete_delay * 1000,
		.max_size = config->session.message_size,
	};
	set_addresses(settings, &config->anchor.addresses);
	set_ports(settings, snapshot);
	set_fingerprints(settings, snapshot);
}
