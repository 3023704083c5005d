/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How everything here talks to a logger without asking whether there is one.
 */
#ifndef CLIENT_LINK_LOGGER_H
#define CLIENT_LINK_LOGGER_H

#include "client/msrp/link.h"

/* One that nobody listens to. LOGGER may be NULL, and else is returned. */
const struct msrp_logger *client_logger_or_none(const struct msrp_logger *logger);

/* Tells FUNCTION, one of the logger's or NULL, a sentence. */
void client_log(const struct msrp_logger *logger, msrp_log_message_fn function,
		const struct msrp_log_source *source, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
