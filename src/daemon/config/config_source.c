/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Has libconfig read the file and those that it includes, and finds the file and line of a key for
 * complaints.
 */
#include "daemon/config/config_source.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "daemon/config/config_scan.h"
#include "daemon/config/config_twice.h"

enum {
	LINE_MAX_LEN = 1024,
	FILE_MAX_LEN = 256 * 1024 * 1024, /* bytes of each file; 100,000 users take 10 MB */
	INCLUDES_MAX = 10,		  /* nesting depth, as in libconfig */
	NAMED_AS_WRITTEN = LIBCONFIG_VER_MAJOR == 1 && LIBCONFIG_VER_MINOR < 7,
};

/*
 * libconfig up to 1.5 names an included file as written after @include, relative to the first
 * file's directory; since 1.7 as opened, beginning with "./" if that is the working directory.
 */
static void name_file(const struct config_source *source, const char *file, char ret_name[PATH_MAX])
{
	const char *slash = strrchr(source->file, '/');
	size_t dir = 0;

	if (!file)
		file = source->file;
	else if (NAMED_AS_WRITTEN && slash && file[0] != '/')
		dir = (size_t)(slash - source->file) + 1;
	else if (!NAMED_AS_WRITTEN && !slash && strncmp(file, "./", 2) == 0)
		file += 2;
	snprintf(ret_name, PATH_MAX, "%.*s%s", (int)dir, source->file, file);
}

static void tell_as_named(struct config_source *source, const char *name, unsigned line,
			  const char *key, const char *text)
{
	char out[2 * LINE_MAX_LEN + 2 * PATH_MAX];
	char number[16] = "";

	if (line > 0)
		snprintf(number, sizeof(number), "%u:", line);
	snprintf(out, sizeof(out), "%s:%s %s%s%s", name, number, key ? key : "", key ? ": " : "",
		 text);
	source->n_errors++;
	source->on_error(out, source->arg);
}

static void tell_complaint(struct config_source *source, const char *file, unsigned line,
			   const char *key, const char *text)
{
	char name[PATH_MAX];

	name_file(source, file, name);
	tell_as_named(source, name, line, key, text);
}

/* libconfig wants "users.[2].name"; we and operators write "users[2].name". */
static void to_path(const char *key, char path[CONFIG_KEY_MAX])
{
	size_t n = 0;

	for (; *key && n + 2 < CONFIG_KEY_MAX; key++) {
		if (*key == '[')
			path[n++] = '.';
		path[n++] = *key;
	}
	path[n] = '\0';
}

bool config_source_has(const struct config_source *source, const char *key)
{
	char path[CONFIG_KEY_MAX];

	to_path(key, path);
	return config_lookup(&source->tree, path) != NULL;
}

static const config_setting_t *locate(const struct config_source *source, const char *key)
{
	const config_setting_t *setting;
	char path[CONFIG_KEY_MAX];
	char *dot;

	to_path(key, path);
	for (;;) {
		setting = config_lookup(&source->tree, path);
		dot = strrchr(path, '.');
		if (setting || !dot)
			return setting;
		*dot = '\0';
	}
}

void config_complain(struct config_source *source, const char *key, const char *format, ...)
{
	const config_setting_t *setting = locate(source, key);
	char text[LINE_MAX_LEN];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	tell_complaint(source, setting ? config_setting_source_file(setting) : NULL,
		       setting ? config_setting_source_line(setting) : 0, key, text);
}

/* Relative names after @include are relative to the file, not to the daemon's working directory. */
static void set_include_dir(struct config_source *source)
{
	char path[PATH_MAX];

	if ((size_t)snprintf(path, sizeof(path), "%s", source->file) < sizeof(path))
		config_set_include_dir(&source->tree, dirname(path));
}

/* Opens a stream on the text in memory, which must live as long. Returns 0 or a negative errno. */
static int open_text(const char *name, struct file_text *ret_text, FILE **ret_stream)
{
	int err = file_read(name, FILE_MAX_LEN, ret_text);

	if (err)
		return err;
	*ret_stream = fmemopen(ret_text->p, ret_text->len, "r");
	return *ret_stream ? 0 : -errno;
}

struct including {
	struct config_source *source;
	const char *file; /* the file that it appears in */
	unsigned depth;
};

static void check_includes(struct config_source *source, const char *name, FILE *stream,
			   unsigned depth);

/*
 * libconfig would open any kind of file, and wait for it. Names are relative to the first file's
 * directory.
 */
static void on_include(const char *file, unsigned line, void *arg)
{
	struct including *including = arg;
	struct config_source *source = including->source;
	const char *slash = strrchr(source->file, '/');
	size_t dir = slash && file[0] != '/' ? (size_t)(slash - source->file) + 1 : 0;
	struct file_text text;
	char name[PATH_MAX];
	char why[PATH_MAX + LINE_MAX_LEN];
	FILE *stream;
	int err;

	snprintf(name, sizeof(name), "%.*s%s", (int)dir, source->file, file);
	err = open_text(name, &text, &stream);
	if (err) {
		snprintf(why, sizeof(why), "cannot open include file: %s: %s", name,
			 file_error(err));
		tell_as_named(source, including->file, line, NULL, why);
	} else {
		check_includes(source, name, stream, including->depth + 1);
		fclose(stream);
	}
	file_done(&text);
}

static void check_includes(struct config_source *source, const char *name, FILE *stream,
			   unsigned depth)
{
	struct including including = { source, name, depth };

	if (depth < INCLUDES_MAX) /* libconfig itself complains about deeper nesting */
		config_scan_includes(stream, on_include, &including);
}

struct oversized {
	struct config_source *source;
	const char *file;
};

static void on_oversized(const char *digits, unsigned line, void *arg)
{
	struct oversized *oversized = arg;

	tell_complaint(oversized->source, oversized->file, line, digits,
		       "a number above 2147483647 needs the suffix L");
}

static void scan_source(struct config_source *source, const char *file)
{
	struct oversized oversized = { .source = source, .file = file };
	struct file_text text;
	char name[PATH_MAX];
	FILE *stream;

	name_file(source, file, name);
	if (open_text(name, &text, &stream) == 0) {
		config_scan_numbers(stream, on_oversized, &oversized);
		fclose(stream);
	}
	file_done(&text);
}

/* libconfig does not list the files that it read, but each setting names the file it came from. */
struct seen {
	const char **file;
	size_t n;
};

static bool is_new(struct seen *seen, const char *file)
{
	for (size_t i = seen->n; i > 0; i--) /* most come from the same file as the one before */
		if (seen->file[i - 1] == file)
			return false;
	return true;
}

/* Scans the included files that SETTING and its contents came from. Returns 0 or -ENOMEM. */
static int scan_included(struct config_source *source, struct seen *seen,
			 const config_setting_t *setting)
{
	const char *file = config_setting_source_file(setting);
	const char **more;
	int n = config_setting_is_aggregate(setting) ? config_setting_length(setting) : 0;
	int err = 0;

	if (file && is_new(seen, file)) {
		more = realloc(seen->file, (seen->n + 1) * sizeof(*more));
		if (!more)
			return -ENOMEM;
		seen->file = more;
		seen->file[seen->n++] = file;
		scan_source(source, file);
	}
	for (int i = 0; i < n && !err; i++)
		err = scan_included(source, seen, config_setting_get_elem(setting, (unsigned)i));
	return err;
}

static void tell_unreadable(struct config_source *source)
{
	const char *file = config_error_file(&source->tree);
	unsigned line = (unsigned)config_error_line(&source->tree);
	const char *error = config_error_text(&source->tree);
	const config_setting_t *twice = NULL;
	struct file_text content = { 0 };
	char name[PATH_MAX];
	char text[LINE_MAX_LEN];
	FILE *stream;

	name_file(source, file, name);
	if (strncmp(error, "duplicate", 9) == 0 && open_text(name, &content, &stream) == 0) {
		twice = config_twice_find(&source->tree, stream, line);
		fclose(stream);
	}
	file_done(&content);
	if (twice)
		snprintf(text, sizeof(text), "is already given in line %u: merge the two",
			 config_setting_source_line(twice));
	tell_complaint(source, file, line, twice ? config_setting_name(twice) : NULL,
		       twice ? text : error);
}

static int read_tree(struct config_source *source, FILE *stream)
{
	struct seen seen = { 0 };
	int err;

	if (config_read(&source->tree, stream) != CONFIG_TRUE) {
		tell_unreadable(source);
		return CONFIG_BAD;
	}
	scan_source(source, NULL);
	err = scan_included(source, &seen, config_root_setting(&source->tree));
	free(seen.file);
	return err;
}

int config_source_init(struct config_source *source, const char *file, config_error_fn on_error,
		       void *arg)
{
	struct file_text text;
	FILE *stream = NULL;
	int err;

	*source = (struct config_source){ .file = file, .on_error = on_error, .arg = arg };
	config_init(&source->tree);
	set_include_dir(source);
	err = open_text(file, &text, &stream);
	if (err) {
		tell_complaint(source, NULL, 0, NULL, file_error(err));
		err = CONFIG_BAD;
		goto out;
	}
	check_includes(source, file, stream, 0);
	rewind(stream);
	err = source->n_errors > 0 ? CONFIG_BAD : read_tree(source, stream);
out:
	if (stream)
		fclose(stream);
	file_done(&text);
	return err;
}

void config_source_done(struct config_source *source)
{
	config_destroy(&source->tree);
}
