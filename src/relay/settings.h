/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The configuration of a relay as it keeps it, and the questions that others have about it. */
#ifndef RELAY_SETTINGS_H
#define RELAY_SETTINGS_H

#include <stdbool.h>

#include "relay/relay.h"

/* A copy of the configuration that owns its lists and strings; NULL without memory. */
struct relay_config *relay_settings_copy(const struct relay_config *config);
struct relay_config *relay_settings_free(struct relay_config *config); /* returns NULL */

/*
 * A copy of CONFIG for a relay that used BEFORE until now: it is the same worker, and knows its
 * earlier names. NULL without memory.
 */
struct relay_config *relay_settings_succeed(const struct relay_config *before,
					    const struct relay_config *config);

/* Are URI's scheme, host and port those of this relay, now or earlier? */
bool relay_settings_is_own(const struct relay_config *config, const struct msrp_uri_slices *uri);

/*
 * May an AUTH be addressed to URI, which names no session? The port may be missing (RFC 4976
 * section 8).
 */
bool relay_settings_is_auth_target(const struct relay_config *config,
				   const struct msrp_uri_slices *uri);

/*
 * The realm of an AUTH to HOST (RFC 4976 5.1: it is policy), spelled as in the configuration,
 * because users are found by it and the case of a host name means nothing.
 */
struct slice relay_settings_realm(const struct relay_config *config, struct slice host);

/* May a body of this Content-Type pass? Parameters do not count. */
bool relay_settings_allow_type(const struct relay_config *config, struct slice content_type);

/* Has the operator named the other relay HOST? */
bool relay_settings_trust(const struct relay_config *config, struct slice host);

#endif
