/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The files that a configuration names, whichever option does: what is to be said of files is
 * said of all of them, once their names are known.
 */
#ifndef DAEMON_CONFIG_CONFIG_FILE_H
#define DAEMON_CONFIG_CONFIG_FILE_H

#include "daemon/config/config.h"
#include "daemon/config/config_option.h"

/* KEY is "tls.key" or "tls.domains[0].key", and KIND never CONFIG_NO_FILE. */
typedef void (*config_file_fn)(void *arg, const char *key, const char *path,
			       enum config_file_kind kind);

/* Tells FN of each file, in the order of the options. */
void config_each_file(const struct config *config, config_file_fn fn, void *arg);

#endif
