/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sockets that the service manager passed at the start, each with a name (sd_listen_fds(3)).
 * They stay open while the process runs, because they are passed only once and a reload may need
 * one that the previous configuration did not.
 */
#ifndef DAEMON_LOG_PASSED_H
#define DAEMON_LOG_PASSED_H

#include <stddef.h>

struct passed;

/*
 * Call once per process; children then know nothing of the sockets. Returns 0 or a negative errno.
 */
int passed_new(struct passed **ret_passed);

/* Closes all of them. NULL is fine; returns NULL. */
struct passed *passed_free(struct passed *passed);

size_t passed_count(const struct passed *passed);
int passed_fd(const struct passed *passed, size_t i);
const char *passed_name(const struct passed *passed, size_t i);

/*
 * The descriptor of a socket called NAME, skipping the first SKIP of that name. -ENOENT: there is
 * none.
 */
int passed_find(const struct passed *passed, const char *name, size_t skip);

/* 0, or -ENOTSUP: FD is not a listening TCP socket. */
int passed_check(int fd);

#endif
