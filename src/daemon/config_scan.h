/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_CONFIG_SCAN_H
#define DAEMON_CONFIG_SCAN_H

#include <stdio.h>

/* DIGITS as written, on LINE. */
typedef void (*config_scan_fn)(const char *digits, unsigned line, void *arg);

/*
 * Finds the whole numbers in a configuration file that do not fit 32 bits and
 * have no L behind them. libconfig up to 1.5 cuts these down without a word:
 * a message_size of 5000000000 would become 705032704.
 */
void config_scan_numbers(FILE *stream, config_scan_fn on_number, void *arg);

#endif
