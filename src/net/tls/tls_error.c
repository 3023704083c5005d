/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The reason of a failed handshake, in words: that of the certificate first, then the earliest
 * error in OpenSSL's queue.
 */
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <stdio.h>
#include <string.h>

#include "net/tls/tls_state.h"

static bool is_verify_failure(unsigned long code)
{
	return ERR_GET_LIB(code) == ERR_LIB_SSL &&
	       ERR_GET_REASON(code) == SSL_R_CERTIFICATE_VERIFY_FAILED;
}

/*
 * Empties the queue. Its oldest error is closest to the cause, but a problem with a certificate
 * shows in the result of its verification.
 */
static unsigned long take_error(void)
{
	unsigned long oldest = ERR_get_error();
	unsigned long code = oldest;

	while (code && !is_verify_failure(code))
		code = ERR_get_error();
	ERR_clear_error();
	return code ? code : oldest;
}

/* The only result of our own, from tls_verify.c. */
static const char *verify_text(long result)
{
	return result == X509_V_ERR_APPLICATION_VERIFICATION
		   ? "a key of unusual kind, size or parameters, or too many certificates"
		   : X509_verify_cert_error_string(result);
}

void net_tls_error(long verify_result, char *ret_text, size_t size)
{
	unsigned long code = take_error();
	const char *reason = ERR_reason_error_string(code);

	/* Errors of the system have no reason string of their own. */
	if (ERR_SYSTEM_ERROR(code))
		reason = strerror(ERR_GET_REASON(code));
	if (!reason)
		reason = "unknown error of OpenSSL";
	if (is_verify_failure(code) && verify_result != X509_V_OK)
		snprintf(ret_text, size, "%s: %s", reason, verify_text(verify_result));
	else
		snprintf(ret_text, size, "%s", reason);
}
