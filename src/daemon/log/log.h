/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The destination of records: the journal, with all fields, if standard error is the journal's
 * socket; otherwise standard error, as lines for people or programs. Any thread may write.
 */
#ifndef DAEMON_LOG_LOG_H
#define DAEMON_LOG_LOG_H

#include <stdatomic.h>
#include <stdbool.h>

#include "daemon/log/record.h"

struct log {
	atomic_int level; /* enum record_level: less important records are not written */
	atomic_bool json; /* lines for programs and not for people */
	bool journal;
};

void log_init(struct log *log, enum record_level level);

/*
 * Sets the format of lines from now on; the journal gets fields in any case. Any thread may call
 * it.
 */
void log_set_json(struct log *log, bool on);

/* From any thread, like the next one. */
void log_set_level(struct log *log, enum record_level level);
enum record_level log_level(const struct log *log);

void log_write(const struct log *log, const struct record *record);

/* A shorthand for a record without fields. */
void log_say(const struct log *log, enum record_type type, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A tally_more_fn; ARG is the log. */
void log_more(enum record_type type, struct slice from, uint64_t n, void *arg);

/*
 * Is FD the stream that systemd connected to the journal? systemd sets JOURNAL_STREAM to
 * "device:inode" of that stream, but a program that inherits the variable may have redirected its
 * own. STREAM may be NULL.
 */
bool log_is_journal(const char *stream, int fd);

#endif
