/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/log/record.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/utf8.h"

static const struct {
	/* Made up once, never to change: rules of operators are bound to it. */
	const char *message_id;
	enum record_level level;
	const char *words;
} types[RECORD_TYPE_COUNT] = {
	[RECORD_VERSION] = { "818e9c0d25c9995d460e2079742fd55b", RECORD_INFO, "this is msrpd" },
	[RECORD_LISTENING] = { "00799aced736d30a6f9f6ccf31043906", RECORD_INFO, "listening on" },
	[RECORD_NOT_LISTENING] = { "15bd400a963912e9743bc6c3703325b5", RECORD_INFO,
				   "no longer listening on" },
	[RECORD_NO_IPV6] = { "7038f2a6b14e43c182b6e1cf58c0c0c5", RECORD_WARNING,
			     "this machine has no IPv6, and is reached by IPv4 alone:" },
	[RECORD_SOCKET_UNUSED] = { "f4fdffa6dba61c63579272a3ecd814ae", RECORD_WARNING,
				   "a socket that systemd has passed is not used:" },
	[RECORD_CANNOT_START] = { "a6549d1492b22d6074d556762c23e8d8", RECORD_ERROR,
				  "cannot start:" },
	[RECORD_BAD_CONFIG] = { "89924157b5b067c5c601b242947a8dbd", RECORD_ERROR,
				"bad configuration:" },
	[RECORD_ADVICE] = { "aece83cba9404e9e8d4d0df394d77d75", RECORD_WARNING,
			    "is the configuration meant so?" },
	[RECORD_STOPPING] = { "07714df9f34e20bc6b3102c4b60cb0e6", RECORD_INFO, "stopping:" },
	[RECORD_STOPPED] = { "38e9924fc88031bb3c540b88045e3f64", RECORD_INFO, "stopped" },
	[RECORD_DRAINING] = { "b5a4ccfb058243c3921b950821311dea", RECORD_NOTICE, "draining:" },
	[RECORD_RELOADED] = { "c4e6c0be0c9a42748c3c97bfcd3730d4", RECORD_NOTICE, "reloaded:" },
	[RECORD_NOT_RELOADED] = { "a6e6fc991ab2f6073bfce5a3f26a6bf9", RECORD_ERROR,
				  "not reloaded:" },
	[RECORD_NEEDS_RESTART] = { "15f392fe00a9c86d986943fba458f41a", RECORD_WARNING,
				   "a restart will take up the change of" },
	[RECORD_FEW_DESCRIPTORS] = { "ee88247467b38f6e59a92c73f17bd8ee", RECORD_WARNING,
				     "too few descriptors:" },
	[RECORD_WORKERS_LOST] = { "c779c5c3158851b97ab7a1b6a3758d40", RECORD_ERROR,
				  "a worker does not answer:" },
	[RECORD_WORKERS_BACK] = { "4ec1638dc6dcf56de954ee0f5c5d8aaf", RECORD_NOTICE,
				  "all workers answer again:" },
	[RECORD_USERS_CHANGED] = { "1cfbfe11ddfa58b79b15140a98b73ba7", RECORD_INFO,
				   "users read again:" },
	[RECORD_USERS_BAD] = { "7604572eb5aaacb1a8295a7bc692737f", RECORD_ERROR,
			       "users stay as they were:" },
	[RECORD_USERS_LOST] = { "a6fd1449c84ddaf2472518c12cd37511", RECORD_ERROR,
				"users cannot be looked up:" },
	[RECORD_USERS_BACK] = { "5ca9f489689f0868ae0dc28579705b7c", RECORD_NOTICE,
				"users can be looked up again:" },
	[RECORD_ACCEPT_FAILED] = { "1fb5bee3571a7c1a921328b3acad1f03", RECORD_ERROR,
				   "cannot accept connections:" },
	[RECORD_CONNECTIONS_REFUSED] = { "577e9bfff41bfda93e2bbc5b541df7dc", RECORD_WARNING,
					 "connections refused:" },
	[RECORD_CONNECTION_CLOSED] = { "8e11e767798e79da6f68122b95db0687", RECORD_DEBUG,
				       "connection closed" },
	[RECORD_SESSION_OPENED] = { "7bd2f4683b465e1ef1872f414335860d", RECORD_INFO,
				    "session opened" },
	[RECORD_SESSION_RENEWED] = { "765ea97018918285120960233dade954", RECORD_DEBUG,
				     "session renewed" },
	[RECORD_SESSION_ENDED] = { "9c9ea9a24d890a999e5c6a91a7850a99", RECORD_INFO,
				   "session ended" },
	[RECORD_AUTH_FAILED] = { "d659b2e5b0214e8c6c7cd2e99c79f6ca", RECORD_NOTICE,
				 "authentication failed" },
	[RECORD_BAD_REQUEST] = { "381bf10b0bc2d250f0fbcbd4f77c5182", RECORD_INFO, "bad request" },
	[RECORD_REFUSED] = { "b316feaa4afbbe6335d7748541197a60", RECORD_INFO, "request refused" },
	[RECORD_NEXT_HOP_FAILED] = { "12544ee4dc4969ef8e5580ee561f8a2a", RECORD_INFO,
				     "next hop failed" },
	[RECORD_NOT_DELIVERED] = { "9cb6c3738de23f0b9051d7c9b4df585d", RECORD_DEBUG,
				   "message not delivered" },
	[RECORD_TIMED_OUT] = { "15ca7c75026543d0e77a46c4956eb71b", RECORD_INFO,
			       "connection timed out" },
	[RECORD_MADE_ROOM] = { "d74b54878078008610b7aa392bbda416", RECORD_WARNING,
			       "connection closed to make room" },
	[RECORD_AUTH_RIGHT] = { "00fa31e2101751cfc25956180a583a73", RECORD_NOTICE,
				"authentication succeeded after failures" },
	[RECORD_AUTH_PAUSED] = { "388a49985e429ad75731b7e338bbdaa6", RECORD_WARNING,
				 "authentication paused" },
	[RECORD_AUTH_RESUMED] = { "69b82e6c9bc97db86a9b358863167286", RECORD_NOTICE,
				  "authentication resumed" },
	[RECORD_CLAIMED] = { "0ead84e15d924ac482bd6107f89dbdfd", RECORD_NOTICE,
			     "a stranger's URI claimed twice" },
	[RECORD_COMMAND] = { "b7f4ae13add95b7910fa31653608e9a7", RECORD_NOTICE, "command:" },
	[RECORD_TRACE] = { "db0eb1576f8f5b3dbd4591f3668971aa", RECORD_NOTICE, "trace:" },
	[RECORD_ADMIN_REFUSED] = { "59233f40cc941db54b1bed9a236565b7", RECORD_WARNING,
				   "not allowed at the admin socket:" },
};

/* The name in the journal, and the one in the line. */
static const struct {
	const char *name;
	const char *word;
} fields[RECORD_FIELD_COUNT] = {
	[RECORD_SESSION] = { "MSRP_SESSION", "session" },
	[RECORD_USER] = { "MSRP_USER", "user" },
	[RECORD_REALM] = { "MSRP_REALM", "realm" },
	[RECORD_PEER] = { "MSRP_PEER", "peer" },
	[RECORD_NEXT_HOP] = { "MSRP_NEXT_HOP", "next_hop" },
	[RECORD_RELAY] = { "MSRP_RELAY", "relay" },
	[RECORD_STATUS] = { "MSRP_STATUS", "status" },
	[RECORD_BYTES_IN] = { "MSRP_BYTES_IN", "bytes_in" },
	[RECORD_BYTES_OUT] = { "MSRP_BYTES_OUT", "bytes_out" },
	[RECORD_MESSAGES_IN] = { "MSRP_MESSAGES_IN", "messages_in" },
	[RECORD_MESSAGES_OUT] = { "MSRP_MESSAGES_OUT", "messages_out" },
	[RECORD_STARTED] = { "MSRP_STARTED", "started" },
	[RECORD_DURATION] = { "MSRP_DURATION", "duration" },
	[RECORD_PEERS] = { "MSRP_PEERS", "peers" },
	[RECORD_FAILURES] = { "MSRP_FAILURES", "failures" },
	[RECORD_MORE] = { "MSRP_MORE", "more" },
	[RECORD_REASON] = { "MSRP_REASON", "reason" },
};

static const char *const levels[] = {
	[RECORD_ERROR] = "error", [RECORD_WARNING] = "warning", [RECORD_NOTICE] = "notice",
	[RECORD_INFO] = "info",	  [RECORD_DEBUG] = "debug",
};

static bool is_harmless(uint32_t c, enum record_place place)
{
	if (c < 0x20 || (c == '"' && place == RECORD_IN_QUOTES) || c == '\\')
		return false;
	if (c >= 0x7f && c <= 0x9f) /* DEL, and the controls that terminals obey in UTF-8 too */
		return false;
	/* Line ends of Unicode, and what turns the direction of the text round. */
	return c != 0x061c && !(c >= 0x200b && c <= 0x200f) && !(c >= 0x2028 && c <= 0x202e) &&
	       !(c >= 0x2060 && c <= 0x206f) && c != 0xfeff;
}

/* Writes what the start of TEXT becomes, and returns how many bytes of TEXT that was. */
static size_t escape_one(struct slice text, enum record_place place, char ret_out[5])
{
	uint32_t character;
	size_t len = utf8_decode(text, &character);

	if (len > 0 && is_harmless(character, place)) {
		memcpy(ret_out, text.p, len);
		ret_out[len] = '\0';
		return len;
	}
	if (place == RECORD_AS_STATUS)
		strcpy(ret_out, "?");
	else
		snprintf(ret_out, 5, "\\x%02x", (unsigned char)text.p[0]);
	return 1;
}

void record_escape(struct slice text, enum record_place place, char *ret_out, size_t size)
{
	static const char cut[] = "...";
	size_t fits = 0; /* how much may stay when it has to be cut */
	size_t n = 0;
	char piece[5];

	while (text.len > 0) {
		size_t used = escape_one(text, place, piece);
		size_t len = strlen(piece);

		if (n + len >= size) {
			if (size >= sizeof(cut))
				memcpy(ret_out + fits, cut, sizeof(cut));
			return;
		}
		memcpy(ret_out + n, piece, len);
		n += len;
		if (n + sizeof(cut) <= size)
			fits = n;
		text = slice_skip(text, used);
	}
	ret_out[n] = '\0';
}

void record_init(struct record *record, enum record_type type)
{
	record->type = type;
	record->level = types[type].level;
	record->said[0] = '\0';
	for (size_t i = 0; i < RECORD_FIELD_COUNT; i++)
		record->value[i][0] = '\0';
}

void record_say(struct record *record, const char *format, ...)
{
	char text[2 * RECORD_VALUE_MAX];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	record_escape(slice_from(text), RECORD_ALONE, record->said, sizeof(record->said));
}

void record_text(struct record *record, enum record_field field, struct slice text)
{
	record_escape(text, RECORD_IN_QUOTES, record->value[field], RECORD_VALUE_MAX);
}

void record_number(struct record *record, enum record_field field, uint64_t value)
{
	snprintf(record->value[field], RECORD_VALUE_MAX, "%llu", (unsigned long long)value);
}

void record_duration(struct record *record, uint64_t ms)
{
	snprintf(record->value[RECORD_DURATION], RECORD_VALUE_MAX, "%llu.%03u",
		 (unsigned long long)(ms / 1000), (unsigned)(ms % 1000));
}

void record_started(struct record *record, int64_t unix_s)
{
	time_t time = (time_t)unix_s;
	struct tm utc;

	if (gmtime_r(&time, &utc))
		strftime(record->value[RECORD_STARTED], RECORD_VALUE_MAX, "%Y-%m-%dT%H:%M:%SZ",
			 &utc);
}

void record_session(struct record *record, struct slice session_id)
{
	if (session_id.len > RECORD_HANDLE_LEN)
		session_id = slice_first(session_id, RECORD_HANDLE_LEN);
	record_text(record, RECORD_SESSION, session_id);
}

static size_t append(char line[RECORD_LINE_MAX], size_t n, const char *text)
{
	size_t len = strlen(text);

	if (len >= RECORD_LINE_MAX - n)
		len = RECORD_LINE_MAX - n - 1;
	memcpy(line + n, text, len);
	line[n + len] = '\0';
	return n + len;
}

static size_t append_field(char line[RECORD_LINE_MAX], size_t n, const char *word,
			   const char *value)
{
	const char *quote = strpbrk(value, " =") ? "\"" : "";

	n = append(line, n, " ");
	n = append(line, n, word);
	n = append(line, n, "=");
	n = append(line, n, quote);
	n = append(line, n, value);
	return append(line, n, quote);
}

void record_format(const struct record *record, char ret_line[RECORD_LINE_MAX])
{
	size_t n = append(ret_line, 0, types[record->type].words);
	bool first = true;

	if (record->said[0]) {
		n = append(ret_line, n, " ");
		n = append(ret_line, n, record->said);
	}
	for (size_t i = 0; i < RECORD_FIELD_COUNT; i++) {
		if (!record->value[i][0])
			continue;
		if (first && !record->said[0])
			n = append(ret_line, n, ":");
		first = false;
		n = append_field(ret_line, n, fields[i].word, record->value[i]);
	}
}

bool record_find_level(const char *name, enum record_level *ret_level)
{
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		if (strcmp(levels[i], name) != 0)
			continue;
		*ret_level = (enum record_level)i;
		return true;
	}
	return false;
}

const char *record_level_name(enum record_level level)
{
	return levels[level];
}

const char *record_message_id(enum record_type type)
{
	return types[type].message_id;
}

const char *record_field_name(enum record_field field)
{
	return fields[field].name;
}
