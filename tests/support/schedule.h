/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SUPPORT_SCHEDULE_H
#define SUPPORT_SCHEDULE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Drives one connection by the LEN bytes of SCRIPT, which say what is written,
 * ended, aborted, pulled and sent, and when; then drains it, or gives it up in
 * the middle. What comes out is parsed and put together again on the way, and
 * whatever must hold of it is checked. Aborts the process when it does not.
 *
 * Any bytes are a script: a fuzzer makes them up, a test draws them.
 */
void support_schedule_run(const uint8_t *script, size_t len);

#endif
