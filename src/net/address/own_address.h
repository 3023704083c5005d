/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A question to the kernel, for the policy on next hops: is this address our own machine's?
 */
#ifndef NET_ADDRESS_OWN_ADDRESS_H
#define NET_ADDRESS_OWN_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Do packets to ADDRESS, 16 bytes as from net_address_bytes(), stay on this machine? Asks the
 * kernel each time, because addresses come and go; from any thread. Returns 0, or a negative errno
 * if the kernel cannot be asked.
 */
int net_own_address_check(const uint8_t address[16], bool *ret_own);

#endif
