/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A second look at the text of a configuration, for things that libconfig reads but does not
 * report.
 */
#ifndef DAEMON_CONFIG_CONFIG_SCAN_H
#define DAEMON_CONFIG_CONFIG_SCAN_H

#include <stdio.h>

/* FOUND is what was looked for, as written, on LINE. */
typedef void (*config_scan_fn)(const char *found, unsigned line, void *arg);

/*
 * Finds the integers in a configuration file that do not fit in 32 bits and lack an L. libconfig up
 * to 1.5 truncates these silently: a message_size of 5000000000 would become 705032704.
 */
void config_scan_numbers(FILE *stream, config_scan_fn on_number, void *arg);

/* Finds the files that a configuration file includes, as they are written there. */
void config_scan_includes(FILE *stream, config_scan_fn on_file, void *arg);

#endif
