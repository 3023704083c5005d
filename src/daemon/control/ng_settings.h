/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the configuration says of the anchor, as a request needs it: where parties are to connect,
 * and by which certificates they know us. Made of a snapshot, which it must not outlive.
 */
#ifndef DAEMON_CONTROL_NG_SETTINGS_H
#define DAEMON_CONTROL_NG_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "daemon/worker/snapshot.h"
#include "sdp/message.h"

enum {
	/* SHA-256 and SHA-1 of the certificate that we show as a client, and of the one that
	 * anchor.hostname gets when that is another. */
	NG_FINGERPRINTS_MAX = 4,
};

struct ng_settings {
	const char *ipv4; /* NULL: none is configured */
	const char *ipv6;
	const char *first;    /* of these two, when a request does not choose */
	const char *hostname; /* that paths have instead; NULL: none */
	uint16_t secure_port; /* of the first listener; 0: there is none */
	uint16_t plain_port;
	struct sdp_fingerprint fingerprint[NG_FINGERPRINTS_MAX]; /* all SHA-256 first */
	size_t n_fingerprints;
	uint64_t delete_delay_ms;
	uint64_t max_size; /* bytes of a message; 0: no limit */
};

void ng_settings_init(struct ng_settings *settings, const struct snapshot *snapshot);

#endif
