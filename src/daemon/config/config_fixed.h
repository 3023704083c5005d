/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which settings a reload cannot apply. app/app_reload.c names those that have changed in the
 * log.
 */
#ifndef DAEMON_CONFIG_CONFIG_FIXED_H
#define DAEMON_CONFIG_CONFIG_FIXED_H

#include "daemon/config/config.h"

typedef void (*config_fixed_fn)(const char *key, void *arg);

/* Tells FN of each setting that only a restart takes up and that differs in NEXT. */
void config_find_fixed(const struct config *before, const struct config *next, config_fixed_fn fn,
		       void *arg);

#endif
