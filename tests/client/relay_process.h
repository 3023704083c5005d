/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLIENT_RELAY_PROCESS_H
#define CLIENT_RELAY_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "support/certificate.h"

#define RELAY_DOMAIN   "example.com"
#define RELAY_USER     "alice"
#define RELAY_PASSWORD "secret"

/* The real msrpd, from the environment variable MSRPD. It dies with the test that started it. */
struct relay_process {
	pid_t pid;
	int log; /* its log */
	uint16_t port;
	char config[SUPPORT_PATH_MAX];
};

/* Listens at a free port of ADDRESS; over TLS with CERTIFICATE, over TCP without one (NULL). */
void relay_start(struct relay_process *relay, const char *address,
		 const struct support_certificate *certificate);

void relay_stop(struct relay_process *relay);

#endif
