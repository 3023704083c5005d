/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The last step of a record: written to the journal with its fields, or to standard error as a
 * line. Records below the level are dropped here.
 */
#include "daemon/log/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "daemon/log/record_json.h"

/* We set all fields ourselves; our source locations interest nobody. */
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

enum {
	FIXED_FIELDS = 3, /* MESSAGE, MESSAGE_ID, PRIORITY */
	NAME_ROOM = 32,	  /* for "MSRP_MESSAGES_OUT=" */
	TIME_MAX = 48,
};

bool log_is_journal(const char *stream, int fd)
{
	unsigned long long device;
	unsigned long long inode;
	struct stat st;
	char end;

	if (!stream || sscanf(stream, "%llu:%llu%c", &device, &inode, &end) != 2)
		return false;
	return fstat(fd, &st) == 0 && st.st_dev == device && st.st_ino == inode;
}

void log_init(struct log *log, enum record_level level)
{
	atomic_init(&log->level, level);
	atomic_init(&log->json, false);
	log->journal = log_is_journal(getenv("JOURNAL_STREAM"), STDERR_FILENO);
}

void log_set_level(struct log *log, enum record_level level)
{
	atomic_store_explicit(&log->level, level, memory_order_relaxed);
}

enum record_level log_level(const struct log *log)
{
	return (enum record_level)atomic_load_explicit(&log->level, memory_order_relaxed);
}

void log_set_json(struct log *log, bool on)
{
	atomic_store_explicit(&log->json, on, memory_order_relaxed);
}

static int priority(enum record_level level)
{
	static const int priorities[] = {
		[RECORD_ERROR] = LOG_ERR,     [RECORD_WARNING] = LOG_WARNING,
		[RECORD_NOTICE] = LOG_NOTICE, [RECORD_INFO] = LOG_INFO,
		[RECORD_DEBUG] = LOG_DEBUG,
	};

	return priorities[level];
}

static struct iovec as_iovec(char *text, int len)
{
	return (struct iovec){ .iov_base = text, .iov_len = (size_t)len };
}

static void write_journal(const struct record *record, const char *line)
{
	char message[RECORD_LINE_MAX + NAME_ROOM];
	char id[64];
	char level[NAME_ROOM];
	char field[RECORD_FIELD_COUNT][RECORD_VALUE_MAX + NAME_ROOM];
	struct iovec iov[FIXED_FIELDS + RECORD_FIELD_COUNT];
	int n = 0;

	iov[n++] = as_iovec(message, snprintf(message, sizeof(message), "MESSAGE=%s", line));
	iov[n++] = as_iovec(
	    id, snprintf(id, sizeof(id), "MESSAGE_ID=%s", record_message_id(record->type)));
	iov[n++] =
	    as_iovec(level, snprintf(level, sizeof(level), "PRIORITY=%d", priority(record->level)));
	for (size_t i = 0; i < RECORD_FIELD_COUNT; i++)
		if (record->value[i][0])
			iov[n++] =
			    as_iovec(field[i], snprintf(field[i], sizeof(field[i]), "%s=%s",
							record_field_name((enum record_field)i),
							record->value[i]));
	sd_journal_sendv(iov, n);
}

static void write_time(char ret_time[TIME_MAX])
{
	struct timespec now;
	struct tm utc;
	char time[32];

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	strftime(time, sizeof(time), "%Y-%m-%dT%H:%M:%S", &utc);
	snprintf(ret_time, TIME_MAX, "%s.%03ldZ", time, now.tv_nsec / 1000000);
}

/* One call, so that lines of several threads do not mix. */
static void write_out(const char *text, int len)
{
	(void)!write(STDERR_FILENO, text, (size_t)len);
}

static void write_line(const struct record *record, const char *line)
{
	char time[TIME_MAX];
	char text[RECORD_LINE_MAX + 2 * TIME_MAX];

	write_time(time);
	write_out(text, snprintf(text, sizeof(text), "%s %s: %s\n", time,
				 record_level_name(record->level), line));
}

static void write_json(const struct record *record)
{
	char time[TIME_MAX];
	char line[RECORD_JSON_MAX];
	char text[RECORD_JSON_MAX + 1];

	write_time(time);
	record_format_json(record, time, line);
	write_out(text, snprintf(text, sizeof(text), "%s\n", line));
}

void log_write(const struct log *log, const struct record *record)
{
	char line[RECORD_LINE_MAX];

	if (record->level > log_level(log))
		return;
	record_format(record, line);
	if (log->journal)
		write_journal(record, line);
	else if (atomic_load_explicit(&log->json, memory_order_relaxed))
		write_json(record);
	else
		write_line(record, line);
}

void log_say(const struct log *log, enum record_type type, const char *format, ...)
{
	char text[2 * RECORD_VALUE_MAX];
	struct record record;
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	record_init(&record, type);
	record_say(&record, "%s", text);
	log_write(log, &record);
}

void log_more(enum record_type type, struct slice from, uint64_t n, void *arg)
{
	const struct log *log = arg;
	struct record record;

	record_init(&record, type);
	record_text(&record, RECORD_PEER, from);
	record_number(&record, RECORD_MORE, n);
	record_text(&record, RECORD_REASON, SLICE("not logged one by one"));
	log_write(log, &record);
}
