/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A question to the kernel that policy asks about the address of a next hop: is it this machine
 * itself?
 */
#ifndef NET_ADDRESS_OWN_ADDRESS_H
#define NET_ADDRESS_OWN_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Does what is sent to ADDRESS, 16 bytes as of net_address_bytes(), stay on this machine?
 * The kernel is asked each time, because addresses come and go; from any thread. 0, or a
 * negative errno if it cannot be asked.
 */
int net_own_address_check(const uint8_t address[16], bool *ret_own);

#endif
