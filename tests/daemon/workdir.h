/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_DAEMON_WORKDIR_H
#define TESTS_DAEMON_WORKDIR_H

#include "support/certificate.h"

/*
 * A directory below /tmp, made the current one, with files for a configuration: cert.pem and
 * key.pem, which belong together and are for relay.example.com, 3.relay-1.example.com and
 * localhost; other-cert.pem and other-key.pem likewise for example.net and relay.example.net;
 * ca.pem; and junk.pem, which is none.
 */
struct workdir {
	char path[64];
	struct support_ca *ca;
};

/* Every failure of these ends the test program. */
void workdir_init(struct workdir *dir);
void workdir_done(struct workdir *dir);

void workdir_write(const char *name, const char *content);

/* The required settings of a configuration. */
#define WORKDIR_HOST "hostname = \"relay.example.com\"; "
#define WORKDIR_TLS  "tls: { certificate = \"cert.pem\"; key = \"key.pem\"; };"
/* All on one line, so that a case begins on line 2. */
#define WORKDIR_HEAD WORKDIR_HOST WORKDIR_TLS "\n"

/* The complaints of config_load(). */
struct workdir_complaints {
	unsigned n;
	char first[1024];
	char all[4096];
};

/* A config_error_fn; the argument is the complaints. */
void workdir_on_error(const char *text, void *arg);

#endif
