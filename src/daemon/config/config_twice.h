/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which setting was given before, when libconfig reports a duplicate.
 */
#ifndef DAEMON_CONFIG_CONFIG_TWICE_H
#define DAEMON_CONFIG_CONFIG_TWICE_H

#include <libconfig.h>
#include <stdio.h>

/*
 * libconfig ends with "duplicate setting name", and does not say which: TREE is
 * what it had read by then, LINE of STREAM where it was. The setting that was
 * there already; NULL: it cannot be told.
 */
const config_setting_t *config_twice_find(const config_t *tree, FILE *stream, unsigned line);

#endif
