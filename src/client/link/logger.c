/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sentences for the logger of a program. Chunks reach it through trace.c.
 */
#include "client/link/logger.h"

#include <stdarg.h>
#include <stdio.h>

enum {
	LINE_MAX_LEN = 1024, /* a sentence with a URI or two; longer ones are truncated */
};

const struct msrp_logger *client_logger_or_none(const struct msrp_logger *logger)
{
	static const struct msrp_logger none;

	return logger ? logger : &none;
}

void client_log(const struct msrp_logger *logger, msrp_log_message_fn function,
		const struct msrp_log_source *source, const char *format, ...)
{
	char text[LINE_MAX_LEN];
	va_list args;

	if (!function)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	function(logger->arg, source, text);
}
