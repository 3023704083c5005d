/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * In nginx's format a file holds one binary key, in haproxy's one key in base64 on each line.
 */
#include "net/tls/tls_ticket_file.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/slice.h"

enum {
	SHORT_LEN = 48, /* a name and two secrets of 16 octets */
	LONG_LEN = 80,	/* a name and two secrets of 32 octets */
	/* The same in base64; the longer one ends with a "=". */
	SHORT_TEXT_LEN = 64,
	LONG_TEXT_LEN = 108,
	FILE_MAX_LEN = 64 * 1024, /* more than all keys need */
};

static const char wrong_key[] = "is not a key of 48 or 80 octets in base64";

/* nginx's order. Any would do, as only we read our tickets. */
static const char *take_ticket_keys(const uint8_t *p, size_t len, net_tls_ticket_key_fn fn,
				    void *arg)
{
	struct net_tls_ticket_key key = { .secret_len = len == LONG_LEN ? 32 : 16 };
	const char *wrong;

	memcpy(key.name, p, sizeof(key.name));
	memcpy(key.mac, p + sizeof(key.name), key.secret_len);
	memcpy(key.cipher, p + sizeof(key.name) + key.secret_len, key.secret_len);
	wrong = fn(arg, &key);
	explicit_bzero(&key, sizeof(key));
	return wrong;
}

static const char *take_line(struct slice line, net_tls_ticket_key_fn fn, void *arg)
{
	uint8_t octets[LONG_LEN + 1];
	size_t len = line.len == LONG_TEXT_LEN ? LONG_LEN : SHORT_LEN;
	size_t text_len = line.len == LONG_TEXT_LEN ? LONG_TEXT_LEN - 1 : SHORT_TEXT_LEN;
	const char *wrong = wrong_key;

	/* OpenSSL would ignore a "=" and spaces around the key. */
	if ((line.len == SHORT_TEXT_LEN || line.len == LONG_TEXT_LEN) &&
	    slice_find(line, '=') == text_len && slice_find(line, ' ') == line.len &&
	    slice_find(line, '\t') == line.len &&
	    EVP_DecodeBlock(octets, (const unsigned char *)line.p, (int)line.len) >= (int)len)
		wrong = take_ticket_keys(octets, len, fn, arg);
	explicit_bzero(octets, sizeof(octets));
	return wrong;
}

/* *RET_LINE is the line that the answer is about. */
static const char *take_lines(struct slice text, net_tls_ticket_key_fn fn, void *arg,
			      size_t *ret_line)
{
	const char *wrong = NULL;
	size_t n_keys = 0;

	for (*ret_line = 0; text.len > 0 && !wrong; (*ret_line)++) {
		size_t end = slice_find(text, '\n');
		struct slice line = slice_first(text, end);

		text = slice_skip(text, end < text.len ? end + 1 : end);
		if (line.len > 0 && line.p[line.len - 1] == '\r')
			line.len--;
		if (line.len > 0)
			wrong = take_line(line, fn, arg);
		n_keys += line.len > 0;
	}
	return n_keys > 0 ? wrong : wrong_key;
}

int net_tls_ticket_file_read(const char *path, net_tls_ticket_key_fn fn, void *arg, char *error,
			     size_t error_len)
{
	struct file_text file;
	const char *wrong;
	size_t line = 0;
	int err = file_read(path, FILE_MAX_LEN, &file);

	if (err) {
		snprintf(error, error_len, "%s: %s", path, file_error(err));
		file_done(&file);
		return err;
	}
	if (file.len == SHORT_LEN || file.len == LONG_LEN)
		wrong = take_ticket_keys((const uint8_t *)file.p, file.len, fn, arg);
	else
		wrong = take_lines(slice_make(file.p, file.len), fn, arg, &line);
	if (wrong && line > 0)
		snprintf(error, error_len, "%s:%zu: %s", path, line, wrong);
	else if (wrong)
		snprintf(error, error_len, "%s: %s", path, wrong);
	file_done(&file);
	return wrong ? -EINVAL : 0;
}
