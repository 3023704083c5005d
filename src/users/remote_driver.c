/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shared by the drivers for other services: times, errors, values.
 */
#include "users/remote_driver.h"

#include <string.h>

uint64_t remote_now_ms(void)
{
	return uv_hrtime() / 1000000;
}

unsigned remote_left_ms(uint64_t deadline_ms)
{
	uint64_t now_ms = remote_now_ms();

	return deadline_ms > now_ms ? (unsigned)(deadline_ms - now_ms) : 0;
}

void remote_fail(struct remote_answer *answer, const char *error)
{
	size_t len = strlen(error);

	/* libpq's messages end in a newline, and may have several lines. */
	while (len > 0 && error[len - 1] == '\n')
		len--;
	if (len >= sizeof(answer->error))
		len = sizeof(answer->error) - 1;
	memcpy(answer->error, error, len);
	answer->error[len] = '\0';
	for (char *p = answer->error; (p = strchr(p, '\n'));)
		*p = ' ';
}

bool remote_take_value(struct remote_answer *answer, struct slice value, bool is_password)
{
	if (value.len > REMOTE_VALUE_MAX)
		return false;
	if (value.len > 0)
		memcpy(answer->value, value.p, value.len);
	answer->value[value.len] = '\0';
	answer->is_password = is_password;
	return true;
}
