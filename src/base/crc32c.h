/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CRC-32C (RFC 3720 appendix B.4), for headers of a few hundred octets: it has no table of a KiB,
 * and none of the instructions that processors have for it.
 */
#ifndef BASE_CRC32C_H
#define BASE_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* Of what BEFORE is that of, 0 at the beginning, and then the LEN bytes at DATA. */
uint32_t crc32c(uint32_t before, const void *data, size_t len);

#endif
