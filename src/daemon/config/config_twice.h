/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds the earlier setting when libconfig reports a duplicate.
 */
#ifndef DAEMON_CONFIG_CONFIG_TWICE_H
#define DAEMON_CONFIG_CONFIG_TWICE_H

#include <libconfig.h>
#include <stdio.h>

/*
 * libconfig stops with "duplicate setting name" and does not say which: TREE is what it had read by
 * then, and it stopped at LINE of STREAM. Returns the earlier setting, or NULL if it cannot be
 * found.
 */
const config_setting_t *config_twice_find(const config_t *tree, FILE *stream, unsigned line);

#endif
