/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One event for the log, as fields; the journal and the line on standard error are made from the
 * same record. Text is escaped as it is put in, because most of it comes from the network.
 */
#ifndef DAEMON_LOG_RECORD_H
#define DAEMON_LOG_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "daemon/log/record_types.h"

enum record_level { /* in the order of config's log.level */
		    RECORD_ERROR,
		    RECORD_WARNING,
		    RECORD_NOTICE,
		    RECORD_INFO,
		    RECORD_DEBUG,
};

/* The type of a record. */
#define RECORD_NAME(type, ...) type,
enum record_type { RECORD_TYPES(RECORD_NAME) RECORD_TYPE_COUNT };
#undef RECORD_NAME

enum record_field {
	RECORD_SESSION,
	RECORD_CALL, /* the call-id */
	RECORD_USER,
	RECORD_REALM,
	RECORD_PEER,
	RECORD_NEXT_HOP,
	RECORD_RELAY, /* the peer, which is a relay */
	RECORD_STATUS,
	RECORD_BYTES_IN,
	RECORD_BYTES_OUT,
	RECORD_MESSAGES_IN,
	RECORD_MESSAGES_OUT,
	RECORD_STARTED,	 /* 2026-11-26T16:11:35Z */
	RECORD_DURATION, /* seconds, with three decimals */
	RECORD_PEERS,
	RECORD_FAILURES, /* of authentication, before this success */
	RECORD_MORE,	 /* like this one, that were not written */
	RECORD_REASON,
	RECORD_FIELD_COUNT,
};

enum {
	RECORD_VALUE_MAX = 256, /* bytes of a value after escaping; the rest is cut off */
	RECORD_LINE_MAX = 5120, /* bytes of the whole line, all fields at their longest */
};

struct record {
	enum record_type type;
	enum record_level level;
	unsigned numbers; /* a bit for each value that is a number */
	char said[RECORD_VALUE_MAX];
	char value[RECORD_FIELD_COUNT][RECORD_VALUE_MAX]; /* "": not there */
};

void record_init(struct record *record, enum record_type type);

/* The text after the fixed words of the type. */
void record_say(struct record *record, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Empty text leaves the field out. */
void record_text(struct record *record, enum record_field field, struct slice text);
void record_number(struct record *record, enum record_field field, uint64_t value);
void record_duration(struct record *record, uint64_t ms);

/* When it began, in seconds since 1970. */
void record_started(struct record *record, int64_t unix_s);

/* The part of a session-id that may be shown: see relay_mask_session(). */
void record_session(struct record *record, struct slice session_id);

/* "session ended: session=Zk3xQa user=alice reason="it expired"", without an end of line. */
void record_format(const struct record *record, char ret_line[RECORD_LINE_MAX]);

/* The level called NAME. False: there is none. */
bool record_find_level(const char *name, enum record_level *ret_level);

const char *record_level_name(enum record_level level);
const char *record_message_id(enum record_type type); /* 32 hexadecimal digits */
const char *record_metric(enum record_type type);     /* its name there; NULL: not counted */
unsigned record_lines(enum record_type type);	      /* for one cause in a minute, or RECORD_ALL */
const char *record_words(enum record_type type);      /* The words with which its lines begin. */
const char *record_field_name(enum record_field field); /* "MSRP_SESSION" */
const char *record_field_word(enum record_field field); /* "session" */
bool record_is_number(const struct record *record, enum record_field field);

/* The surroundings of a text that others may have written. */
enum record_place {
	RECORD_IN_QUOTES, /* between quotation marks */
	RECORD_ALONE,	  /* on its own */
	RECORD_AS_STATUS, /* on its own, where backslashes get lost: STATUS= of sd_notify(3) */
};

/*
 * Copies TEXT so that it can neither harm a terminal nor forge a line: non-printable UTF-8,
 * backslashes and, where it matters, quotation marks become \xNN, byte by byte, or question marks.
 * Text that does not fit in SIZE bytes is cut and ends in "...". Escape once, when the text goes
 * out.
 */
void record_escape(struct slice text, enum record_place place, char *ret_out, size_t size);

#endif
