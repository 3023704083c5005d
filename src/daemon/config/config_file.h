/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The files that a configuration names, whichever options name them: a check of files covers all of
 * them once their options are marked as such.
 */
#ifndef DAEMON_CONFIG_CONFIG_FILE_H
#define DAEMON_CONFIG_CONFIG_FILE_H

#include "daemon/config/config.h"
#include "daemon/config/config_option.h"

/* KEY is "tls.key" or "tls.domains[0].key"; KIND is never CONFIG_NO_FILE. */
typedef void (*config_file_fn)(void *arg, const char *key, const char *path,
			       enum config_file_kind kind);

/* Calls FN for each file, in the order of the options. */
void config_each_file(const struct config *config, config_file_fn fn, void *arg);

#endif
