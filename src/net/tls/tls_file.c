/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Certificates, chains and keys from PEM files, with complaints that name the file and the mistake
 * in it.
 */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "net/tls/tls_state.h"

enum {
	/* A certificate with its chain, or a key, has a few KiB; the CAs of a system 220. */
	PEM_MAX = 1024 * 1024,
	CA_MAX = 16 * 1024 * 1024,
};

static int say_of_file(const char *file, const char *what, char *error, size_t error_len)
{
	snprintf(error, error_len, "%s: %s", file, what);
	ERR_clear_error();
	return -EINVAL;
}

/* WHAT, followed by OpenSSL's reason. */
static int say_why(const char *file, const char *what, char *error, size_t error_len)
{
	char reason[200];

	net_tls_error(X509_V_OK, reason, sizeof(reason));
	snprintf(error, error_len, "%s: %s (%s)", file, what, reason);
	return -EINVAL;
}

/* Reads the file into memory: OpenSSL would open any kind of file, and wait for it. */
static int open_pem(const char *path, size_t max, struct file_text *ret_file, BIO **ret_bio,
		    char *error, size_t error_len)
{
	int err = file_read(path, max, ret_file);

	if (!err) {
		*ret_bio = BIO_new_mem_buf(ret_file->p, (int)ret_file->len);
		err = *ret_bio ? 0 : -ENOMEM;
	}
	if (err) {
		snprintf(error, error_len, "%s: %s", path, file_error(err));
		file_done(ret_file);
	}
	return err;
}

static bool is_at_end(void)
{
	unsigned long code = ERR_peek_last_error();

	return ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE;
}

/* Nobody is there to type the passphrase of a key. */
static int no_passphrase(char *buf, int size, int rwflag, void *asked)
{
	*(bool *)asked = true;
	return -1;
}

static int use_chain(SSL_CTX *ctx, BIO *bio, const char *path, char *error, size_t error_len)
{
	X509 *next;

	SSL_CTX_clear_chain_certs(ctx);
	while ((next = PEM_read_bio_X509(bio, NULL, NULL, NULL))) {
		if (SSL_CTX_add0_chain_cert(ctx, next) != 1) {
			X509_free(next);
			return say_why(path, "its chain cannot be used", error, error_len);
		}
	}
	if (!is_at_end())
		return say_why(path, "its chain cannot be read", error, error_len);
	ERR_clear_error();
	return 0;
}

static int use_certificate(SSL_CTX *ctx, BIO *bio, const char *path, char *error, size_t error_len)
{
	X509 *certificate = PEM_read_bio_X509_AUX(bio, NULL, NULL, NULL);
	int err = 0;

	if (!certificate)
		return is_at_end()
			   ? say_of_file(path, "there is no certificate in it", error, error_len)
			   : say_why(path, "the certificate cannot be read", error, error_len);
	if (SSL_CTX_use_certificate(ctx, certificate) != 1)
		err = say_why(path, "the certificate cannot be used", error, error_len);
	X509_free(certificate);
	return err ? err : use_chain(ctx, bio, path, error, error_len);
}

/* OpenSSL calls a file without a key, and a key that it cannot read, "unsupported". */
static bool has_key(const struct file_text *file)
{
	static const char mark[] = "PRIVATE KEY-----";

	return memmem(file->p, file->len, mark, sizeof(mark) - 1) != NULL;
}

static int use_key(SSL_CTX *ctx, BIO *bio, const struct file_text *file, const char *path,
		   char *error, size_t error_len)
{
	bool asked = false;
	EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, &asked);
	X509 *certificate = SSL_CTX_get0_certificate(ctx);
	int err = 0;

	if (asked)
		err =
		    say_of_file(path, "the key needs a passphrase, and nobody is there to be asked",
				error, error_len);
	else if (!key)
		err = has_key(file)
			  ? say_why(path, "the key cannot be read", error, error_len)
			  : say_of_file(path, "there is no private key in it", error, error_len);
	else if (X509_check_private_key(certificate, key) != 1)
		err = say_of_file(path, "the key does not belong to the certificate", error,
				  error_len);
	else if (SSL_CTX_use_PrivateKey(ctx, key) != 1)
		err = say_why(path, "the key cannot be used", error, error_len);
	EVP_PKEY_free(key);
	return err;
}

int net_tls_load_identity(SSL_CTX *ctx, const char *certificate, const char *key,
			  enum net_tls_file *ret_fault, char *error, size_t error_len)
{
	struct file_text file;
	BIO *bio;
	int err;

	*ret_fault = NET_TLS_CERTIFICATE;
	err = open_pem(certificate, PEM_MAX, &file, &bio, error, error_len);
	if (err)
		return err;
	err = use_certificate(ctx, bio, certificate, error, error_len);
	BIO_free(bio);
	file_done(&file);
	if (err)
		return err;
	*ret_fault = NET_TLS_KEY;
	err = open_pem(key, PEM_MAX, &file, &bio, error, error_len);
	if (err)
		return err;
	err = use_key(ctx, bio, &file, key, error, error_len);
	BIO_free(bio);
	file_done(&file);
	return err;
}

/* Loads authorities or lists of revoked certificates; WHAT must be there. */
static int trust(struct net_tls *tls, X509_STORE *store, BIO *bio, const char *path,
		 enum net_tls_file what, char *error, size_t error_len)
{
	STACK_OF(X509_INFO) *all = PEM_X509_INFO_read_bio(bio, NULL, NULL, NULL);
	int n_found = 0;
	bool ok = true;

	if (!all)
		return say_why(path, "the certificates cannot be read", error, error_len);
	for (int i = 0; i < sk_X509_INFO_num(all) && ok; i++) {
		X509_INFO *info = sk_X509_INFO_value(all, i);

		if (info->x509)
			ok = X509_STORE_add_cert(store, info->x509) == 1;
		if (ok && info->crl)
			ok = X509_STORE_add_crl(store, info->crl) == 1;
		if (ok && info->crl && what == NET_TLS_CRL)
			net_tls_note_crl(tls, info->crl);
		n_found += what == NET_TLS_CRL ? info->crl != NULL : info->x509 || info->crl;
	}
	sk_X509_INFO_pop_free(all, X509_INFO_free);
	if (!ok)
		return say_why(path, "a certificate cannot be used", error, error_len);
	ERR_clear_error();
	if (n_found > 0)
		return 0;
	return say_of_file(path,
			   what == NET_TLS_CRL ? "there is no list of revoked certificates in it"
					       : "there is no certificate in it",
			   error, error_len);
}

/* Replaces TRUST by the hash of itself and FILE. */
static int mix(uint8_t trust[NET_TLS_TRUST_LEN], const struct file_text *file)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	bool fine = md && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1 &&
		    EVP_DigestUpdate(md, trust, NET_TLS_TRUST_LEN) == 1 &&
		    EVP_DigestUpdate(md, file->p, file->len) == 1 &&
		    EVP_DigestFinal_ex(md, trust, NULL) == 1;

	EVP_MD_CTX_free(md);
	return fine ? 0 : -ENOMEM;
}

static int load_trusted(struct net_tls *tls, SSL_CTX *ctx, const char *path, enum net_tls_file what,
			char *error, size_t error_len)
{
	struct file_text file;
	BIO *bio;
	int err = open_pem(path, CA_MAX, &file, &bio, error, error_len);

	if (err)
		return err;
	err = trust(tls, SSL_CTX_get_cert_store(ctx), bio, path, what, error, error_len);
	if (!err)
		err = mix(tls->trust, &file);
	BIO_free(bio);
	file_done(&file);
	return err;
}

int net_tls_load_crl(struct net_tls *tls, SSL_CTX *ctx, const char *crl,
		     enum net_tls_file *ret_fault, char *error, size_t error_len)
{
	int err;

	if (!crl)
		return 0;
	*ret_fault = NET_TLS_CRL;
	err = load_trusted(tls, ctx, crl, NET_TLS_CRL, error, error_len);
	if (!err)
		net_tls_check_revocation(ctx);
	return err;
}

int net_tls_load_ca(struct net_tls *tls, SSL_CTX *ctx, const char *ca, enum net_tls_file *ret_fault,
		    char *error, size_t error_len)
{
	*ret_fault = NET_TLS_CA;
	if (!ca) {
		if (SSL_CTX_set_default_verify_paths(ctx) == 1)
			return 0;
		net_tls_error(X509_V_OK, error, error_len);
		return -EINVAL;
	}
	return load_trusted(tls, ctx, ca, NET_TLS_CA, error, error_len);
}
