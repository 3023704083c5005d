/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The logger that comes with the library: one file for everything, for people, with nothing in it
 * that could command a terminal.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/slice.h"
#include "client/msrp/link.h"

struct msrp_traffic_logger {
	struct msrp_logger logger;
	FILE *out;
};

/* ---- texts ---- */

/*
 * Text has no NULs and the like. Bytes that are not valid characters do not tell: there are other
 * encodings, and characters are split.
 */
static bool is_shown_text(struct slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < 0x20 && c != '\t' && c != '\r' && c != '\n')
			return false;
	}
	return true;
}

static void write_escaped(FILE *out, struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		fprintf(out, "\\x%02x", (unsigned char)s.p[i]);
}

/* Lines end with LF; escapes are those of C. */
static void write_text(FILE *out, struct slice s)
{
	bool harmless;

	while (s.len > 0) {
		struct slice first = slice_first(s, msrp_text_character(s.p, s.len, &harmless));

		if (harmless || s.p[0] == '\n' || s.p[0] == '\t')
			fwrite(first.p, 1, first.len, out);
		else if (!slice_starts_with(s, SLICE("\r\n")))
			write_escaped(out, first);
		s = slice_skip(s, first.len);
	}
}

/* ---- lines ---- */

/* "2026-11-29T06:20:01.123Z 192.0.2.2:40000 > 192.0.2.1:2855" */
static void write_stamp(FILE *out, const struct msrp_log_source *source, const char *arrow)
{
	char text[sizeof("2026-11-29T06:20:01")];
	struct timespec now;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	fprintf(out, "%s.%03ldZ %s %s %s", text, now.tv_nsec / 1000000, source->local, arrow,
		source->peer);
}

static void write_lines(FILE *out, struct slice text)
{
	write_text(out, text);
	if (text.len > 0 && text.p[text.len - 1] != '\n')
		fputc('\n', out);
	fflush(out);
}

static void new_chunk(void *arg, const struct msrp_log_source *source, const char *arrow,
		      struct slice head)
{
	struct msrp_traffic_logger *l = arg;

	write_stamp(l->out, source, arrow);
	fputc('\n', l->out);
	write_lines(l->out, head);
}

static void chunk_data(void *arg, const struct msrp_log_source *source, const char *arrow,
		       const char *id, struct slice data)
{
	struct msrp_traffic_logger *l = arg;
	bool shown = is_shown_text(data);

	write_stamp(l->out, source, arrow);
	fprintf(l->out, " %s: %zu octets%s\n", id, data.len, shown ? "" : " that are no text");
	write_lines(l->out, shown ? data : SLICE(""));
}

static void chunk_end(void *arg, const struct msrp_log_source *source, const char *arrow,
		      const char *id, struct slice line)
{
	struct msrp_traffic_logger *l = arg;

	write_stamp(l->out, source, arrow);
	fprintf(l->out, " %s: end\n", id);
	write_lines(l->out, line);
}

static void message(void *arg, const struct msrp_log_source *source, const char *level,
		    const char *text)
{
	struct msrp_traffic_logger *l = arg;

	write_stamp(l->out, source, "-");
	fprintf(l->out, " %s: ", level);
	write_lines(l->out, slice_from(text));
}

/* ---- what the library calls ---- */

static void received_new_chunk(void *arg, const struct msrp_log_source *source,
			       const struct msrp_chunk *chunk, const uint8_t *bytes, size_t len)
{
	new_chunk(arg, source, "<", slice_make(bytes, len));
}

static void received_chunk_data(void *arg, const struct msrp_log_source *source, const char *id,
				const uint8_t *bytes, size_t len)
{
	chunk_data(arg, source, "<", id, slice_make(bytes, len));
}

static void received_chunk_end(void *arg, const struct msrp_log_source *source, const char *id,
			       const uint8_t *bytes, size_t len)
{
	chunk_end(arg, source, "<", id, slice_make(bytes, len));
}

static void sent_new_chunk(void *arg, const struct msrp_log_source *source,
			   const struct msrp_chunk *chunk, const uint8_t *bytes, size_t len)
{
	new_chunk(arg, source, ">", slice_make(bytes, len));
}

static void sent_chunk_data(void *arg, const struct msrp_log_source *source, const char *id,
			    const uint8_t *bytes, size_t len)
{
	chunk_data(arg, source, ">", id, slice_make(bytes, len));
}

static void sent_chunk_end(void *arg, const struct msrp_log_source *source, const char *id,
			   const uint8_t *bytes, size_t len)
{
	chunk_end(arg, source, ">", id, slice_make(bytes, len));
}

static void debug(void *arg, const struct msrp_log_source *source, const char *text)
{
	message(arg, source, "debug", text);
}

static void info(void *arg, const struct msrp_log_source *source, const char *text)
{
	message(arg, source, "info", text);
}

static void warn(void *arg, const struct msrp_log_source *source, const char *text)
{
	message(arg, source, "warning", text);
}

static void error(void *arg, const struct msrp_log_source *source, const char *text)
{
	message(arg, source, "error", text);
}

static void fatal(void *arg, const struct msrp_log_source *source, const char *text)
{
	message(arg, source, "fatal", text);
}

static const struct msrp_logger functions = {
	.received_new_chunk = received_new_chunk,
	.received_chunk_data = received_chunk_data,
	.received_chunk_end = received_chunk_end,
	.sent_new_chunk = sent_new_chunk,
	.sent_chunk_data = sent_chunk_data,
	.sent_chunk_end = sent_chunk_end,
	.debug = debug,
	.info = info,
	.warn = warn,
	.error = error,
	.fatal = fatal,
};

int msrp_traffic_logger_new(FILE *out, struct msrp_traffic_logger **ret_logger)
{
	struct msrp_traffic_logger *l;

	if (!out || !ret_logger)
		return -EINVAL;
	l = calloc(1, sizeof(*l));
	if (!l)
		return -ENOMEM;
	l->logger = functions;
	l->logger.arg = l;
	l->out = out;
	*ret_logger = l;
	return 0;
}

const struct msrp_logger *msrp_traffic_logger(const struct msrp_traffic_logger *logger)
{
	return logger ? &logger->logger : NULL;
}

struct msrp_traffic_logger *msrp_traffic_logger_free(struct msrp_traffic_logger *logger)
{
	free(logger);
	return NULL;
}
