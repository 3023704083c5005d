/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SUPPORT_SCHEDULE_H
#define SUPPORT_SCHEDULE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Drives one connection by the LEN bytes of SCRIPT, which say what is written, ended, aborted,
 * pulled and sent, and when; then drains it, or abandons it in the middle. The output is parsed and
 * reassembled on the way, and checked. Aborts the process when a check fails.
 *
 * Any bytes are a script: a fuzzer invents them, a test draws them at random.
 */
void support_schedule_run(const uint8_t *script, size_t len);

#endif
