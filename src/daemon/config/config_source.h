/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The file as libconfig read it, and the mistakes in it. All checks complain through this one
 * object, which knows the line of every key.
 */
#ifndef DAEMON_CONFIG_CONFIG_SOURCE_H
#define DAEMON_CONFIG_CONFIG_SOURCE_H

#include <libconfig.h>

#include "daemon/config/config.h"
#include "daemon/config/config_option.h"

/* The file as libconfig read it, and the mistakes in it. */
struct config_source {
	config_t tree;
	const char *file; /* as given; settings of included files name theirs */
	config_error_fn on_error;
	void *arg;
	unsigned n_errors;
};

/*
 * Reads the file. Returns 0 or CONFIG_BAD. In either case config_source_done() frees what was read.
 */
int config_source_init(struct config_source *source, const char *file, config_error_fn on_error,
		       void *arg);
void config_source_done(struct config_source *source);

/*
 * Complains about KEY ("auth.users[2].name"), naming its line or, if it is missing, the line of the
 * group where it belongs.
 */
void config_complain(struct config_source *source, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* True if the file gives KEY a value. */
bool config_source_has(const struct config_source *source, const char *key);

/*
 * Checks what depends on several values or on files: order, pairs, duplicates. May add complaints,
 * and notes how long certificates are valid. Returns 0 or -ENOMEM.
 */
int config_check(struct config_source *source, struct config *config);
int config_check_auth(struct config_source *source, struct config *config); /* group "auth" */
/*
 * The settings of the back end for users. Reads the users of a file, which takes a while for a
 * million.
 */
int config_check_backend(struct config_source *source, struct config *config);

#endif
