/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <stdio.h>
#include <string.h>

#include "net/tls_state.h"

void net_tls_error(long verify_result, char *ret_text, size_t size)
{
	unsigned long code = ERR_get_error();
	const char *reason = ERR_reason_error_string(code);
	bool verify = ERR_GET_LIB(code) == ERR_LIB_SSL &&
		      ERR_GET_REASON(code) == SSL_R_CERTIFICATE_VERIFY_FAILED;

	/* Errors of the system have no reason string of their own. */
	if (ERR_SYSTEM_ERROR(code))
		reason = strerror(ERR_GET_REASON(code));
	if (!reason)
		reason = "unknown error of OpenSSL";
	if (verify && verify_result != X509_V_OK)
		snprintf(ret_text, size, "%s: %s", reason,
			 X509_verify_cert_error_string(verify_result));
	else
		snprintf(ret_text, size, "%s", reason);
	ERR_clear_error();
}
