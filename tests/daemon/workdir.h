/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_DAEMON_WORKDIR_H
#define TESTS_DAEMON_WORKDIR_H

#include "support/certificate.h"

/*
 * A directory below /tmp, made the current one, with what a configuration may
 * name: cert.pem and key.pem, which belong together, other-cert.pem and
 * other-key.pem likewise, ca.pem, and junk.pem, which is none.
 */
struct workdir {
	char path[64];
	struct support_ca *ca;
};

/* Every failure of these ends the test program. */
void workdir_init(struct workdir *dir);
void workdir_done(struct workdir *dir);

void workdir_write(const char *name, const char *content);

#endif
