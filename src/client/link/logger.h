/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lets everything here call a logger without asking whether there is one.
 */
#ifndef CLIENT_LINK_LOGGER_H
#define CLIENT_LINK_LOGGER_H

#include "client/msrp/link.h"

/* Returns LOGGER, or one that does nothing if it is NULL. */
const struct msrp_logger *client_logger_or_none(const struct msrp_logger *logger);

/* Passes a sentence to FUNCTION, one of the logger's or NULL. */
void client_log(const struct msrp_logger *logger, msrp_log_message_fn function,
		const struct msrp_log_source *source, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
