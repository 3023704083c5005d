/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/certificate.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	DAY = 24 * 60 * 60,
};

struct support_ca {
	char directory[32];
	char file[SUPPORT_PATH_MAX];
	EVP_PKEY *key;
	X509 *certificate;
	unsigned n_issued;
};

static void must(int ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "test certificate: %s\n", what);
	abort();
}

static void add_extension(X509 *certificate, X509 *issuer, int nid, const char *value)
{
	X509_EXTENSION *extension;
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, issuer, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	must(extension && X509_add_ext(certificate, extension, -1), "extension");
	X509_EXTENSION_free(extension);
}

/* Valid for two days around now, or around the day before yesterday. */
static X509 *new_certificate(EVP_PKEY *key, const char *name, unsigned serial, unsigned flags)
{
	long end = flags & SUPPORT_EXPIRED ? -DAY : DAY;
	X509 *certificate = X509_new();
	X509_NAME *subject;

	must(certificate != NULL, "memory");
	subject = X509_get_subject_name(certificate);
	X509_set_version(certificate, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
	X509_gmtime_adj(X509_getm_notBefore(certificate), end - 2 * DAY);
	X509_gmtime_adj(X509_getm_notAfter(certificate), end);
	X509_set_pubkey(certificate, key);
	must(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name,
					-1, -1, 0),
	     "name");
	return certificate;
}

static void sign(X509 *certificate, X509 *issuer, EVP_PKEY *key)
{
	must(X509_set_issuer_name(certificate, X509_get_subject_name(issuer)), "issuer");
	must(X509_sign(certificate, key, EVP_sha256()) > 0, "signature");
}

static FILE *open_file(const char *path)
{
	FILE *file = fopen(path, "w");

	must(file != NULL, "file");
	return file;
}

static void write_certificate(const char *path, X509 *certificate)
{
	FILE *file = open_file(path);

	must(PEM_write_X509(file, certificate) && fclose(file) == 0, "write certificate");
}

static void write_key(const char *path, EVP_PKEY *key)
{
	FILE *file = open_file(path);

	must(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) && fclose(file) == 0,
	     "write key");
}

struct support_ca *support_ca_new(void)
{
	struct support_ca *ca = calloc(1, sizeof(*ca));

	must(ca != NULL, "memory");
	snprintf(ca->directory, sizeof(ca->directory), "/tmp/certificates.XXXXXX");
	must(mkdtemp(ca->directory) != NULL, "directory");
	snprintf(ca->file, sizeof(ca->file), "%s/ca.pem", ca->directory);
	ca->key = EVP_EC_gen("P-256");
	must(ca->key != NULL, "key");
	/* All have different names, or one's signature would be checked with the other's key. */
	ca->certificate = new_certificate(ca->key, ca->directory, 1, 0);
	add_extension(ca->certificate, ca->certificate, NID_basic_constraints, "critical,CA:TRUE");
	add_extension(ca->certificate, ca->certificate, NID_key_usage, "critical,keyCertSign");
	add_extension(ca->certificate, ca->certificate, NID_subject_key_identifier, "hash");
	sign(ca->certificate, ca->certificate, ca->key);
	write_certificate(ca->file, ca->certificate);
	return ca;
}

static void paths_of(const struct support_ca *ca, unsigned n, struct support_certificate *ret_paths)
{
	snprintf(ret_paths->certificate, SUPPORT_PATH_MAX, "%s/%u-cert.pem", ca->directory, n);
	snprintf(ret_paths->key, SUPPORT_PATH_MAX, "%s/%u-key.pem", ca->directory, n);
}

struct support_ca *support_ca_free(struct support_ca *ca)
{
	struct support_certificate paths;

	if (!ca)
		return NULL;
	for (unsigned n = 1; n <= ca->n_issued; n++) {
		paths_of(ca, n, &paths);
		unlink(paths.certificate);
		unlink(paths.key);
	}
	unlink(ca->file);
	rmdir(ca->directory);
	X509_free(ca->certificate);
	EVP_PKEY_free(ca->key);
	free(ca);
	return NULL;
}

const char *support_ca_file(const struct support_ca *ca)
{
	return ca->file;
}

static EVP_PKEY *new_rsa(size_t exponent_bits)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	BIGNUM *exponent = BN_new();
	EVP_PKEY *key = NULL;

	must(ctx && exponent, "memory");
	BN_set_bit(exponent, (int)exponent_bits - 1);
	BN_set_bit(exponent, 0);
	must(EVP_PKEY_keygen_init(ctx) > 0 && EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, 2048) > 0 &&
		 EVP_PKEY_CTX_set1_rsa_keygen_pubexp(ctx, exponent) > 0 &&
		 EVP_PKEY_keygen(ctx, &key) > 0,
	     "RSA key");
	BN_free(exponent);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static EVP_PKEY *new_key(unsigned flags)
{
	if (flags & SUPPORT_RSA_EXPONENT)
		return new_rsa(256);
	return flags & SUPPORT_RSA ? new_rsa(17) : EVP_EC_gen("P-256");
}

void support_ca_issue(struct support_ca *ca, const char *names, unsigned flags,
		      struct support_certificate *ret_certificate)
{
	EVP_PKEY *key = new_key(flags);
	X509 *certificate, *issuer;

	must(key != NULL, "key");
	/* The common name means nothing: only names in the subjectAltName count. */
	certificate = new_certificate(key, "Test", ++ca->n_issued + 1, flags);
	issuer = flags & SUPPORT_SELF_SIGNED ? certificate : ca->certificate;
	add_extension(certificate, issuer, NID_subject_alt_name, names);
	if (flags & SUPPORT_SERVER_ONLY)
		add_extension(certificate, issuer, NID_ext_key_usage, "serverAuth");
	sign(certificate, issuer, flags & SUPPORT_SELF_SIGNED ? key : ca->key);
	paths_of(ca, ca->n_issued, ret_certificate);
	write_certificate(ret_certificate->certificate, certificate);
	write_key(ret_certificate->key, key);
	X509_free(certificate);
	EVP_PKEY_free(key);
}
