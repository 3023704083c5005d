/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "base/ascii.h"
#include "sdp/media.h"

/* The attributes of RFC 5547. */

/* ---- reading ---- */

/* Cuts off the next selector: a space in double quotes does not end it. */
static char *next_selector(char **rest)
{
	char *start = *rest;
	char *at = start;
	bool quoted = false;

	for (; *at && (quoted || *at != ' '); at++)
		if (*at == '"')
			quoted = !quoted;
	*rest = at + (*at == ' ');
	*at = '\0';
	return start;
}

/* The text behind PREFIX, or NULL if TEXT does not begin with it. */
static char *behind(char *text, const char *prefix)
{
	size_t len = strlen(prefix);

	if (strlen(text) < len ||
	    !slice_equal_nocase(slice_make(text, len), slice_make(prefix, len)))
		return NULL;
	return text + len;
}

/* "text" without its quotes, or NULL. */
static char *unquote(char *text)
{
	size_t len = strlen(text);

	if (len < 2 || text[0] != '"' || text[len - 1] != '"')
		return NULL;
	text[len - 1] = '\0';
	return strchr(text + 1, '"') ? NULL : text + 1;
}

/* Undoes %XX in its place. A NUL would shorten what the user sees: false. */
static bool decode_percent(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		int high, low;

		if (*from != '%') {
			*to++ = *from;
			continue;
		}
		high = ascii_hex_value(from[1]);
		low = high < 0 ? -1 : ascii_hex_value(from[2]);
		if (low < 0 || high + low == 0)
			return false;
		*to++ = (char)(high * 16 + low);
		from += 2;
	}
	*to = '\0';
	return true;
}

static int parse_name(char *value, struct msrp_file_selector *s)
{
	char *name = unquote(value);

	if (!name || !*name || !decode_percent(name))
		return -EBADMSG;
	s->name = name;
	return 0;
}

/* HEX:HEX:..., exactly LEN octets of it. */
static bool parse_hash(const char *text, uint8_t *ret_hash, size_t len)
{
	for (size_t i = 0; i < len; i++, text += 3) {
		int high = ascii_hex_value(text[0]);
		int low = high < 0 ? -1 : ascii_hex_value(text[1]);

		if (low < 0 || text[2] != (i + 1 < len ? ':' : '\0'))
			return false;
		ret_hash[i] = (uint8_t)(high * 16 + low);
	}
	return true;
}

/* Other algorithms may stand beside those we know. */
static int parse_hash_selector(char *value, struct msrp_file_selector *s)
{
	const char *hash;

	if ((hash = behind(value, "sha-1:"))) {
		s->has_sha1 = parse_hash(hash, s->sha1, sizeof(s->sha1));
		return s->has_sha1 ? 0 : -EBADMSG;
	}
	if ((hash = behind(value, "sha-256:"))) {
		s->has_sha256 = parse_hash(hash, s->sha256, sizeof(s->sha256));
		return s->has_sha256 ? 0 : -EBADMSG;
	}
	return 0;
}

static int parse_selector(char *text, struct msrp_file_selector *s)
{
	char *value;

	if ((value = behind(text, "name:")))
		return parse_name(value, s);
	if ((value = behind(text, "type:"))) {
		s->type = value;
		return *value ? 0 : -EBADMSG;
	}
	if ((value = behind(text, "size:"))) {
		s->has_size = slice_to_u64(slice_from(value), &s->size);
		return s->has_size ? 0 : -EBADMSG;
	}
	if ((value = behind(text, "hash:")))
		return parse_hash_selector(value, s);
	return 0;
}

int sdp_file_selector_parse(char *value, struct msrp_file_selector *ret_selector)
{
	struct msrp_file_selector s = { 0 };
	int err = 0;

	while (!err && *value)
		err = parse_selector(next_selector(&value), &s);
	if (!err)
		*ret_selector = s;
	return err;
}

int sdp_file_range_parse(const char *value, struct msrp_sdp_media *media)
{
	size_t len = strcspn(value, "-");
	struct slice stop;

	if (value[len] != '-')
		return -EBADMSG;
	stop = slice_from(value + len + 1);
	if (!slice_to_u64(slice_make(value, len), &media->file_start) || media->file_start == 0)
		return -EBADMSG;
	media->file_stop = MSRP_TOTAL_UNKNOWN;
	if (slice_equal(stop, SLICE("*")))
		return 0;
	/* One less than the start is a range of nothing: all is there already. */
	if (!slice_to_u64(stop, &media->file_stop) || media->file_stop + 1 < media->file_start)
		return -EBADMSG;
	return 0;
}

int sdp_file_date_parse(char *value, struct msrp_sdp_media *media)
{
	while (*value) {
		char *one = next_selector(&value);
		const char **date;
		char *quoted;

		if ((quoted = behind(one, "creation:")))
			date = &media->file_created;
		else if ((quoted = behind(one, "modification:")))
			date = &media->file_modified;
		else if ((quoted = behind(one, "read:")))
			date = &media->file_read;
		else
			continue;
		*date = unquote(quoted);
		if (!*date)
			return -EBADMSG;
	}
	return 0;
}

/* ---- writing ---- */

static const char hex_digits[] = "0123456789ABCDEF";

static void add_percent(struct buf *out, char c)
{
	buf_add_char(out, '%');
	buf_add_char(out, hex_digits[(uint8_t)c >> 4]);
	buf_add_char(out, hex_digits[(uint8_t)c & 15]);
}

/* What the grammar forbids in a name, and what is a directory somewhere, is encoded. */
static void add_name(struct buf *out, const char *name)
{
	buf_add_slice(out, SLICE(" name:\""));
	for (; *name; name++) {
		if ((unsigned char)*name < 0x20 || strchr("\"%/\\\x7f", *name))
			add_percent(out, *name);
		else
			buf_add_char(out, *name);
	}
	buf_add_char(out, '"');
}

static void add_hash(struct buf *out, struct slice prefix, const uint8_t *hash, size_t len)
{
	buf_add_slice(out, prefix);
	for (size_t i = 0; i < len; i++) {
		buf_add_char(out, ':');
		buf_add_char(out, hex_digits[hash[i] >> 4]);
		buf_add_char(out, hex_digits[hash[i] & 15]);
	}
}

/* The type must not end the line or, outside of quotes, the selector. */
static bool is_type(const char *type)
{
	bool quoted = false;

	for (; *type; type++) {
		if ((unsigned char)*type < 0x20 || *type == 0x7f || (*type == ' ' && !quoted))
			return false;
		if (*type == '"')
			quoted = !quoted;
	}
	return !quoted;
}

static int add_selector(struct buf *out, const struct msrp_file_selector *s)
{
	struct buf value = { 0 };
	int err = 0;

	if ((s->type && (!*s->type || !is_type(s->type))) || (s->name && !*s->name))
		return -EINVAL;
	if (s->name)
		add_name(&value, s->name);
	if (s->type) {
		buf_add_slice(&value, SLICE(" type:"));
		buf_add_slice(&value, slice_from(s->type));
	}
	if (s->has_size) {
		buf_add_slice(&value, SLICE(" size:"));
		buf_add_u64(&value, s->size);
	}
	if (s->has_sha1)
		add_hash(&value, SLICE(" hash:sha-1"), s->sha1, sizeof(s->sha1));
	if (s->has_sha256)
		add_hash(&value, SLICE(" hash:sha-256"), s->sha256, sizeof(s->sha256));
	buf_add_slice(out, SLICE("a=file-selector"));
	if (value.len > 0) {
		buf_add_char(out, ':');
		buf_add_slice(out, slice_skip(buf_slice(&value), 1));
	}
	buf_add_slice(out, SLICE("\r\n"));
	if (buf_failed(&value))
		err = -ENOMEM;
	buf_done(&value);
	return err;
}

static void add_range(struct buf *out, const struct msrp_sdp_media *media)
{
	buf_add_slice(out, SLICE("a=file-range:"));
	buf_add_u64(out, media->file_start);
	buf_add_char(out, '-');
	if (media->file_stop == MSRP_TOTAL_UNKNOWN)
		buf_add_char(out, '*');
	else
		buf_add_u64(out, media->file_stop);
	buf_add_slice(out, SLICE("\r\n"));
}

static bool is_date(const char *date)
{
	for (; *date; date++)
		if ((unsigned char)*date < 0x20 || *date == '"' || *date == 0x7f)
			return false;
	return true;
}

static int add_dates(struct buf *out, const struct msrp_sdp_media *media)
{
	const struct {
		const char *name;
		const char *date;
	} dates[] = {
		{ "creation", media->file_created },
		{ "modification", media->file_modified },
		{ "read", media->file_read },
	};
	char separator = ':';

	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		if (!dates[i].date)
			continue;
		if (!is_date(dates[i].date))
			return -EINVAL;
		if (separator == ':')
			buf_add_slice(out, SLICE("a=file-date"));
		buf_add_char(out, separator);
		buf_add_slice(out, slice_from(dates[i].name));
		buf_add_slice(out, SLICE(":\""));
		buf_add_slice(out, slice_from(dates[i].date));
		buf_add_char(out, '"');
		separator = ' ';
	}
	if (separator == ' ')
		buf_add_slice(out, SLICE("\r\n"));
	return 0;
}

int sdp_file_format(const struct msrp_sdp_media *media, struct buf *out)
{
	int err = add_selector(out, &media->file);

	if (!err)
		err = sdp_attribute_format(out, "file-transfer-id", media->file_transfer_id);
	if (!err)
		err = sdp_attribute_format(out, "file-disposition", media->file_disposition);
	if (!err)
		err = sdp_attribute_format(out, "file-icon", media->file_icon);
	if (!err)
		err = add_dates(out, media);
	if (!err && media->file_start > 0)
		add_range(out, media);
	return err;
}
