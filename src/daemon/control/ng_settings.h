/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The anchor's settings as a request needs them: where parties connect to, and the certificates by
 * which they recognise us. Made from a snapshot, which must outlive them.
 */
#ifndef DAEMON_CONTROL_NG_SETTINGS_H
#define DAEMON_CONTROL_NG_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "daemon/worker/snapshot.h"
#include "sdp/message.h"

enum {
	/*
	 * SHA-256 and SHA-1 of the certificate that we show as a client, and of that for
	 * anchor.hostname if it is a different one.
	 */
	NG_FINGERPRINTS_MAX = 4,
};

struct ng_settings {
	const char *ipv4; /* NULL: none is configured */
	const char *ipv6;
	const char *first;    /* one of these two, for requests that do not choose */
	const char *hostname; /* used in paths instead; NULL: none */
	uint16_t secure_port; /* of the first listener; 0: none */
	uint16_t plain_port;
	struct sdp_fingerprint fingerprint[NG_FINGERPRINTS_MAX]; /* all SHA-256 first */
	size_t n_fingerprints;
	uint64_t delete_delay_ms;
	uint64_t max_size; /* bytes of a message; 0: no limit */
};

void ng_settings_init(struct ng_settings *settings, const struct snapshot *snapshot);

#endif
