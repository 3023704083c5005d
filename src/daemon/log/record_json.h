/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A record as a line of JSON, for log.format = "json": the fields of the journal under their names
 * in lines for people. It is meant for whatever collects the output of containers.
 */
#ifndef DAEMON_LOG_RECORD_JSON_H
#define DAEMON_LOG_RECORD_JSON_H

#include "daemon/log/record.h"

enum {
	/*
	 * Each value twice as long for its backslashes, with its name and four punctuation marks,
	 * and the rest.
	 */
	RECORD_JSON_MAX = (RECORD_FIELD_COUNT + 1) * (2 * RECORD_VALUE_MAX + 32) + 512,
};

/*
 * {"time":"2026-12-01T18:03:52.123Z","level":"info","message":"session ended","bytes_in":5,...}
 * without an end of line. TIME is written unchanged.
 */
void record_format_json(const struct record *record, const char *time,
			char ret_line[RECORD_JSON_MAX]);

#endif
