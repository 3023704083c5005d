/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_CONFIG_CONFIG_ADVICE_H
#define DAEMON_CONFIG_CONFIG_ADVICE_H

#include "daemon/config/config.h"

/*
 * What is valid and yet can hardly be meant: FN is told of each, as one line,
 * "auth.users: there are none, so nobody can authenticate".
 */
void config_advise(const struct config *config, config_error_fn fn, void *arg);

/*
 * The same of files that msrpd.service cannot reach, whoever can here: for those who check the
 * configuration of the service by hand.
 */
void config_advise_service(const struct config *config, config_error_fn fn, void *arg);

#endif
