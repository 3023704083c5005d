/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file on its way in. Octets that follow each other are hashed as they pass; the first ones
 * written count, so that what is said of the file is true of the file on disk.
 */
#include "client/media/file_sink.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/session/file_io.h"

int client_file_sink_open(struct client_file_sink *k, uv_loop_t *loop, int fd)
{
	struct stat st;
	int err = msrp_file_hash_new(loop, &k->hash);

	if (err)
		return err;
	k->loop = loop;
	k->fd = fd;
	k->in_order = fstat(fd, &st) == 0 && !S_ISREG(st.st_mode);
	k->hashed = 0;
	return 0;
}

void client_file_sink_close(struct client_file_sink *k)
{
	k->hash = msrp_file_hash_free(k->hash);
}

static void on_sink_read(void *arg, int err)
{
	struct client_file_sink *k = arg;

	k->hashed = msrp_file_hash_size(k->hash);
	k->done(k->arg, err);
}

int client_file_sink_read(struct client_file_sink *k, uint64_t size, msrp_file_hash_fn done,
			  void *arg)
{
	if (k->in_order)
		return -EINVAL;
	k->done = done;
	k->arg = arg;
	return msrp_file_hash_read(k->hash, k->fd, size, on_sink_read, k);
}

int client_file_sink_restart(struct client_file_sink *k)
{
	struct msrp_file_hash *hash;
	int err = msrp_file_hash_new(k->loop, &hash);

	if (err)
		return err;
	msrp_file_hash_free(k->hash);
	k->hash = hash;
	k->hashed = 0;
	return 0;
}

/* To a pipe, a terminal, a device. */
static int write_next(int fd, const uint8_t *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -ENOSPC;
		bytes += n;
		len -= (size_t)n;
	}
	return 0;
}

int client_file_sink_write(struct client_file_sink *k, uint64_t at, const void *bytes, size_t len)
{
	uint64_t known = at < k->hashed ? k->hashed - at : 0;
	const uint8_t *new;
	int err;

	if (known >= len)
		return 0;
	at += known;
	new = (const uint8_t *)bytes + known;
	len -= (size_t)known;
	if (!k->in_order)
		err = client_file_write(k->fd, at, new, len);
	else
		err = at == k->hashed ? write_next(k->fd, new, len) : -ESPIPE;
	if (err)
		return err;
	msrp_file_hash_add(k->hash, at, new, len);
	k->hashed = msrp_file_hash_size(k->hash);
	return 0;
}

/* The disk must have what is in the hash, and no more. */
static int check_size(const struct client_file_sink *k, uint64_t size)
{
	struct stat st;
	int err = k->in_order ? 0 : client_file_cut(k->fd, size);

	if (err || k->in_order)
		return err;
	if (fstat(k->fd, &st) != 0)
		return -errno;
	return (uint64_t)st.st_size == size ? 0 : MSRP_ERROR_MISMATCH;
}

int client_file_sink_verify(struct client_file_sink *k, uint64_t size,
			    const struct msrp_file_selector *wanted,
			    struct msrp_file_selector *ret_found)
{
	struct msrp_file_selector found = { 0 };
	int err;

	if (k->hashed < size)
		return k->in_order ? MSRP_ERROR_MISMATCH : -EAGAIN;
	if (k->hashed > size)
		return MSRP_ERROR_MISMATCH;
	err = msrp_file_hash_result(k->hash, &found);
	if (err)
		return err;
	if (!msrp_file_selector_matches(wanted, &found))
		return MSRP_ERROR_MISMATCH;
	err = check_size(k, size);
	if (!err)
		*ret_found = found;
	return err;
}
