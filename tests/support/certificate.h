/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SUPPORT_CERTIFICATE_H
#define SUPPORT_CERTIFICATE_H

enum {
	SUPPORT_PATH_MAX = 64,
};

/* A certificate authority made for one test, with all its files in a directory below /tmp. */
struct support_ca;

/* PEM files; they live as long as the CA that issued them. */
struct support_certificate {
	char certificate[SUPPORT_PATH_MAX];
	char key[SUPPORT_PATH_MAX];
};

enum {
	SUPPORT_EXPIRED = 1,	 /* was valid until yesterday */
	SUPPORT_SELF_SIGNED = 2, /* not signed by the CA */
	SUPPORT_SERVER_ONLY = 4, /* extended key usage serverAuth and nothing else */
	SUPPORT_RSA = 8, /* an RSA key; otherwise an elliptic one, which is faster to make */
	SUPPORT_RSA_EXPONENT = 16, /* an RSA key whose exponent has 256 bits */
};

/* Every failure of these ends the test program. */
struct support_ca *support_ca_new(void);
struct support_ca *support_ca_free(struct support_ca *ca);

/* The PEM file of its own certificate, for those that trust it. */
const char *support_ca_file(const struct support_ca *ca);

/* NAMES is a subjectAltName as OpenSSL writes it: "DNS:relay.test,IP:127.0.0.1". */
void support_ca_issue(struct support_ca *ca, const char *names, unsigned flags,
		      struct support_certificate *ret_certificate);

#endif
