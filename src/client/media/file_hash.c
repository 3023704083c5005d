/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Hashes octets as they pass; reads others in steps on libuv's pool, so only one of the two can
 * happen at a time.
 */
#include "client/msrp/files.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <unistd.h>

#include "client/session/file_io.h"

enum {
	READ_SIZE = 256 * 1024,

	/*
	 * The most to read before the thread is given back: 20 ms of SHA-1 and SHA-256, so that
	 * other work of the pool, such as DNS look-ups, and a free() wait no longer.
	 */
	STEP_SIZE = 8 * 1024 * 1024,
};

struct msrp_file_hash {
	uv_loop_t *loop;
	EVP_MD_CTX *sha1;
	EVP_MD_CTX *sha256;
	uint64_t size; /* octets from the start that are in both */

	/* While it reads, this belongs to the thread; at any other time to the loop. */
	bool reading;
	bool gone; /* freed while it reads */
	uv_work_t work;
	int fd; /* our own copy */
	uint8_t *bytes;
	uint64_t until; /* where to stop, in octets */
	int err;
	msrp_file_hash_fn done;
	void *arg;
};

static void add_octets(struct msrp_file_hash *h, const void *bytes, size_t len)
{
	EVP_DigestUpdate(h->sha1, bytes, len);
	EVP_DigestUpdate(h->sha256, bytes, len);
	h->size += len;
}

/* ---- reading ---- */

static void on_work(uv_work_t *work)
{
	struct msrp_file_hash *h = work->data;
	uint64_t step_until = h->until - h->size > STEP_SIZE ? h->size + STEP_SIZE : h->until;

	while (!h->err && h->size < step_until) {
		uint64_t left = step_until - h->size;
		size_t len = 0;

		h->err = client_file_read(h->fd, h->size, h->bytes,
					  left < READ_SIZE ? (size_t)left : READ_SIZE, &len);
		if (!h->err && len == 0)
			h->err = -ENODATA;
		if (!h->err)
			add_octets(h, h->bytes, len);
	}
}

static void stop_reading(struct msrp_file_hash *h)
{
	h->reading = false;
	close(h->fd);
	free(h->bytes);
	h->bytes = NULL;
}

static void on_worked(uv_work_t *work, int status)
{
	struct msrp_file_hash *h = work->data;
	int err = h->err;

	if (!h->gone && !err && h->size < h->until) {
		err = uv_queue_work(h->loop, &h->work, on_work, on_worked);
		if (!err)
			return;
	}
	stop_reading(h);
	if (h->gone)
		msrp_file_hash_free(h);
	else
		h->done(h->arg, err);
}

int msrp_file_hash_read(struct msrp_file_hash *h, int fd, uint64_t size, msrp_file_hash_fn done,
			void *arg)
{
	int err;

	if (!h)
		return -EINVAL;
	if (h->reading)
		return -EBUSY;
	if (size < h->size || !done)
		return -EINVAL;
	h->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (h->fd < 0)
		return -errno;
	h->until = size;
	h->err = 0;
	h->done = done;
	h->arg = arg;
	h->work.data = h;
	h->bytes = malloc(READ_SIZE);
	err = h->bytes ? uv_queue_work(h->loop, &h->work, on_work, on_worked) : -ENOMEM;
	if (err)
		stop_reading(h);
	else
		h->reading = true;
	return err;
}

/* ---- for the user ---- */

void msrp_file_hash_add(struct msrp_file_hash *h, uint64_t offset, const void *bytes, size_t len)
{
	if (h && bytes && !h->reading && offset == h->size)
		add_octets(h, bytes, len);
}

uint64_t msrp_file_hash_size(const struct msrp_file_hash *h)
{
	return !h || h->reading ? 0 : h->size;
}

/* On a copy, because the original continues. */
static int result_of(const EVP_MD_CTX *hash, uint8_t *ret_result)
{
	EVP_MD_CTX *copy = EVP_MD_CTX_new();
	int err = 0;

	if (!copy || EVP_MD_CTX_copy_ex(copy, hash) != 1 ||
	    EVP_DigestFinal_ex(copy, ret_result, NULL) != 1)
		err = -ENOMEM;
	EVP_MD_CTX_free(copy);
	return err;
}

static int hash_result(const struct msrp_file_hash *h, struct msrp_file_selector *ret_selector)
{
	struct msrp_file_selector s = *ret_selector;
	int err = h->reading ? -EBUSY : result_of(h->sha1, s.sha1);

	if (!err)
		err = result_of(h->sha256, s.sha256);
	if (err)
		return err;
	s.size = h->size;
	s.has_size = true;
	s.has_sha1 = true;
	s.has_sha256 = true;
	*ret_selector = s;
	return 0;
}

int msrp_file_hash_result(const struct msrp_file_hash *h, struct msrp_file_selector *ret_selector)
{
	return !h || !ret_selector ? -EINVAL : hash_result(h, ret_selector);
}

int msrp_file_hash_new(uv_loop_t *loop, struct msrp_file_hash **ret_hash)
{
	struct msrp_file_hash *h;

	if (!loop || !ret_hash)
		return -EINVAL;
	h = calloc(1, sizeof(*h));
	if (!h)
		return -ENOMEM;
	h->loop = loop;
	h->sha1 = EVP_MD_CTX_new();
	h->sha256 = EVP_MD_CTX_new();
	if (!h->sha1 || !h->sha256 || EVP_DigestInit_ex(h->sha1, EVP_sha1(), NULL) != 1 ||
	    EVP_DigestInit_ex(h->sha256, EVP_sha256(), NULL) != 1) {
		msrp_file_hash_free(h);
		return -ENOMEM;
	}
	*ret_hash = h;
	return 0;
}

struct msrp_file_hash *msrp_file_hash_free(struct msrp_file_hash *h)
{
	if (!h)
		return NULL;
	if (h->reading) {
		h->gone = true;
		uv_cancel((uv_req_t *)&h->work); /* no effect if it runs: the step ends first */
		return NULL;
	}
	EVP_MD_CTX_free(h->sha1);
	EVP_MD_CTX_free(h->sha256);
	free(h);
	return NULL;
}
