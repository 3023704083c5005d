/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The settings that a reload cannot apply. app/app_reload.c logs those that have changed.
 */
#ifndef DAEMON_CONFIG_CONFIG_FIXED_H
#define DAEMON_CONFIG_CONFIG_FIXED_H

#include "daemon/config/config.h"

typedef void (*config_fixed_fn)(const char *key, void *arg);

/* Calls FN with each setting that differs in NEXT but needs a restart. */
void config_find_fixed(const struct config *before, const struct config *next, config_fixed_fn fn,
		       void *arg);

#endif
