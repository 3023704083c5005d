/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CRC-32C (RFC 3720 appendix B.4), for headers of a few hundred octets: without a table of a KiB,
 * and without the processor's instructions for it.
 */
#ifndef BASE_CRC32C_H
#define BASE_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* Continues BEFORE, 0 at the beginning, with the LEN bytes at DATA. */
uint32_t crc32c(uint32_t before, const void *data, size_t len);

#endif
