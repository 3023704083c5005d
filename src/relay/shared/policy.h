/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which addresses the relay may connect to. Anybody with a session URI can name any next hop;
 * without a policy a relay is a way into the provider's own network, and to local services of its
 * own machine. The rules, the first that matches decides:
 *
 *   1. a port that is not among those of the policy is denied;
 *   2. an address in a block of the allow list is allowed;
 *   3. an address in a block of the deny list is denied;
 *   4. loopback, link-local, multicast, broadcast and unspecified are denied, and
 *      so are all addresses of this machine;
 *   5. everything else is allowed.
 *
 * IPv6 forms that carry an IPv4 address (mapped, compatible, 6to4, NAT64, Teredo) are judged by
 * that address as well: both must be allowed.
 */
#ifndef RELAY_SHARED_POLICY_H
#define RELAY_SHARED_POLICY_H

#include <stdbool.h>
#include <stdint.h>

struct relay_policy;

/* An empty policy, or NULL without memory. */
struct relay_policy *relay_policy_new(void);
struct relay_policy *relay_policy_free(struct relay_policy *policy); /* returns NULL */

/*
 * BLOCK is "address" or "address/prefix-length". Returns 0; -EINVAL, also if bits beyond the prefix
 * are set; -ENOMEM.
 */
int relay_policy_allow(struct relay_policy *policy, const char *block);
int relay_policy_deny(struct relay_policy *policy, const char *block);

/*
 * Adds RANGE, "443" or "1024-65535", to the ports of the policy; without any, all ports are
 * permitted. Returns 0; -EINVAL; -ENOMEM.
 */
int relay_policy_ports(struct relay_policy *policy, const char *range);

/* Is ADDRESS one of this machine? Asked anew each time, on the checking thread. */
typedef bool (*relay_own_fn)(const uint8_t address[16]);

void relay_policy_set_own(struct relay_policy *policy, relay_own_fn is_own);

/* ADDRESS, as everywhere: 16 bytes, IPv4 as ::ffff:a.b.c.d. */
bool relay_policy_check(const struct relay_policy *policy, const uint8_t address[16],
			uint16_t port);

#endif
