/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A record as a line of JSON, for log.format = "json": the fields of the journal under the names
 * that they have in lines for people, of whatever collects what containers write.
 */
#ifndef DAEMON_LOG_RECORD_JSON_H
#define DAEMON_LOG_RECORD_JSON_H

#include "daemon/log/record.h"

enum {
	/* Each value twice as long for its backslashes, with its name and four signs; and the rest.
	 */
	RECORD_JSON_MAX = (RECORD_FIELD_COUNT + 1) * (2 * RECORD_VALUE_MAX + 32) + 512,
};

/*
 * {"time":"2026-12-01T18:03:52.123Z","level":"info","message":"session ended","bytes_in":5,...}
 * without an end of line. TIME is written as it is.
 */
void record_format_json(const struct record *record, const char *time,
			char ret_line[RECORD_JSON_MAX]);

#endif
