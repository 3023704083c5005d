/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds what is valid in a configuration but probably not intended. "msrpd -t" prints it after
 * loading the configuration, and the service logs it whenever it applies one.
 */
#ifndef DAEMON_CONFIG_CONFIG_ADVICE_H
#define DAEMON_CONFIG_CONFIG_ADVICE_H

#include "daemon/config/config.h"

/*
 * Tells FN, one line each, what is doubtful in CONFIG, which was loaded from FILE and still has its
 * secrets: no users, certificates that are not valid at NOW_S (seconds since 1970) or soon will not
 * be, and secrets that everybody may read.
 */
void config_advise(const struct config *config, const char *file, int64_t now_s, config_error_fn fn,
		   void *arg);

/*
 * Likewise for files that msrpd.service cannot reach even if this process can: for operators who
 * check the service's configuration by hand.
 */
void config_advise_service(const struct config *config, config_error_fn fn, void *arg);

#endif
