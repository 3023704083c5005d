/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Does a certificate name a host? For a peer's certificate, and for our own.
 */
#include <openssl/err.h>

#include "base/host.h"
#include "net/address/address.h"
#include "net/tls/tls_state.h"

bool net_tls_certificate_names(X509 *certificate, const char *host)
{
	struct net_address address;
	int r;

	if (!certificate)
		return false;
	ERR_clear_error();
	if (net_address_parse(host, 0, &address) == 0)
		r = X509_check_ip_asc(certificate, host, 0);
	else
		r = host_is_name(slice_from(host)) &&
		    X509_check_host(certificate, host, 0, NET_TLS_HOST_FLAGS, NULL);
	ERR_clear_error();
	return r == 1;
}

bool net_tls_names(const struct net_tls *tls, const char *host)
{
	return net_tls_certificate_names(SSL_CTX_get0_certificate(tls->served[0].ctx), host);
}
