/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/sha256.h"

#include <openssl/evp.h>
#include <stdio.h>

/* The context is OpenSSL's; ours is but a name for it. */
static EVP_MD_CTX *of(struct cli_sha256 *sha)
{
	return (EVP_MD_CTX *)(void *)sha;
}

struct cli_sha256 *cli_sha256_new(void)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();

	if (context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1) {
		EVP_MD_CTX_free(context);
		context = NULL;
	}
	return (struct cli_sha256 *)(void *)context;
}

struct cli_sha256 *cli_sha256_free(struct cli_sha256 *sha)
{
	EVP_MD_CTX_free(of(sha));
	return NULL;
}

void cli_sha256_reset(struct cli_sha256 *sha)
{
	EVP_DigestInit_ex(of(sha), EVP_sha256(), NULL);
}

void cli_sha256_add(struct cli_sha256 *sha, const void *bytes, size_t len)
{
	EVP_DigestUpdate(of(sha), bytes, len);
}

void cli_sha256_finish(struct cli_sha256 *sha, char ret_text[CLI_SHA256_TEXT])
{
	unsigned char digest[32];

	EVP_DigestFinal_ex(of(sha), digest, NULL);
	for (size_t i = 0; i < sizeof(digest); i++)
		snprintf(ret_text + 2 * i, 3, "%02x", digest[i]);
}
