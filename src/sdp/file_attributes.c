/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The attributes that RFC 5547 adds to an MSRP media for one file: which file it is, its hashes,
 * its dates, the part that is wanted. Quotes and encodings of values are removed.
 */
#include <errno.h>

#include "base/ascii.h"
#include "sdp/attribute.h"
#include "sdp/media.h"

/* ---- reading ---- */

/* Takes the next selector; a space in double quotes does not end it. */
static struct slice next_selector(struct slice *rest)
{
	struct slice selector;
	bool quoted = false;
	size_t len = 0;

	for (; len < rest->len && (quoted || rest->p[len] != ' '); len++)
		if (rest->p[len] == '"')
			quoted = !quoted;
	selector = slice_first(*rest, len);
	*rest = slice_skip(*rest, len + (len < rest->len));
	return selector;
}

/* If TEXT begins with PREFIX, gives the rest. */
static bool is_behind(struct slice text, struct slice prefix, struct slice *ret_behind)
{
	if (text.len < prefix.len || !slice_equal_nocase(slice_first(text, prefix.len), prefix))
		return false;
	*ret_behind = slice_skip(text, prefix.len);
	return true;
}

/* Removes the quotes of "text". */
static bool unquote_text(struct slice quoted, struct slice *ret_text)
{
	struct slice text;

	if (quoted.len < 2 || quoted.p[0] != '"' || quoted.p[quoted.len - 1] != '"')
		return false;
	text = slice_make(quoted.p + 1, quoted.len - 2);
	if (slice_find(text, '"') < text.len)
		return false;
	*ret_text = text;
	return true;
}

/* The octet that two digits encode, or -1. */
static int hex_octet(struct slice text)
{
	int high = text.len < 2 ? -1 : ascii_hex_value(text.p[0]);
	int low = high < 0 ? -1 : ascii_hex_value(text.p[1]);

	return low < 0 ? -1 : high * 16 + low;
}

/* Packs TEXT with %XX decoded. NULL if there is a NUL, which would cut the user's string short. */
static char *pack_decoded(struct slice text, char **at)
{
	char *decoded = *at;
	char *to = decoded;

	while (text.len > 0) {
		int octet;

		if (text.p[0] != '%') {
			*to++ = text.p[0];
			text = slice_skip(text, 1);
			continue;
		}
		octet = hex_octet(slice_skip(text, 1));
		if (octet <= 0)
			return NULL;
		*to++ = (char)octet;
		text = slice_skip(text, 3);
	}
	*to++ = '\0';
	*at = to;
	return decoded;
}

static int parse_name(struct slice value, char **at, struct msrp_file_selector *s)
{
	struct slice name;

	if (!unquote_text(value, &name) || name.len == 0)
		return -EBADMSG;
	s->name = pack_decoded(name, at);
	return s->name ? 0 : -EBADMSG;
}

/* HEX:HEX:..., exactly LEN octets of it. */
static bool parse_hash(struct slice text, uint8_t *ret_hash, size_t len)
{
	if (text.len != 3 * len - 1)
		return false;
	for (size_t i = 0; i < len; i++) {
		int octet = hex_octet(slice_skip(text, 3 * i));

		if (octet < 0 || (i > 0 && text.p[3 * i - 1] != ':'))
			return false;
		ret_hash[i] = (uint8_t)octet;
	}
	return true;
}

/* Other algorithms may appear beside those that we know. */
static int parse_hash_selector(struct slice value, struct msrp_file_selector *s)
{
	struct slice hash;

	if (is_behind(value, SLICE("sha-1:"), &hash)) {
		s->has_sha1 = parse_hash(hash, s->sha1, sizeof(s->sha1));
		return s->has_sha1 ? 0 : -EBADMSG;
	}
	if (is_behind(value, SLICE("sha-256:"), &hash)) {
		s->has_sha256 = parse_hash(hash, s->sha256, sizeof(s->sha256));
		return s->has_sha256 ? 0 : -EBADMSG;
	}
	return 0;
}

static int parse_selector(struct slice text, char **at, struct msrp_file_selector *s)
{
	struct slice value;

	if (is_behind(text, SLICE("name:"), &value))
		return parse_name(value, at, s);
	if (is_behind(text, SLICE("type:"), &value)) {
		s->type = slice_pack(value, at);
		return value.len > 0 ? 0 : -EBADMSG;
	}
	if (is_behind(text, SLICE("size:"), &value)) {
		s->has_size = slice_to_u64(value, &s->size);
		return s->has_size ? 0 : -EBADMSG;
	}
	if (is_behind(text, SLICE("hash:"), &value))
		return parse_hash_selector(value, s);
	return 0;
}

int sdp_file_selector_parse(struct slice value, char **at, struct msrp_file_selector *ret_selector)
{
	struct msrp_file_selector s = { 0 };
	int err = 0;

	while (!err && value.len > 0)
		err = parse_selector(next_selector(&value), at, &s);
	if (!err)
		*ret_selector = s;
	return err;
}

int sdp_file_range_parse(struct slice value, struct msrp_sdp_media *media)
{
	size_t len = slice_find(value, '-');
	struct slice stop;

	if (len == value.len)
		return -EBADMSG;
	stop = slice_skip(value, len + 1);
	if (!slice_to_u64(slice_first(value, len), &media->file_start) || media->file_start == 0)
		return -EBADMSG;
	media->file_stop = MSRP_TOTAL_UNKNOWN;
	if (slice_equal(stop, SLICE("*")))
		return 0;
	/* One less than the start is an empty range: nothing is missing. */
	if (!slice_to_u64(stop, &media->file_stop) || media->file_stop + 1 < media->file_start)
		return -EBADMSG;
	return 0;
}

int sdp_file_date_parse(struct slice value, char **at, struct msrp_sdp_media *media)
{
	while (value.len > 0) {
		struct slice one = next_selector(&value);
		struct slice quoted, text;
		const char **date;

		if (is_behind(one, SLICE("creation:"), &quoted))
			date = &media->file_created;
		else if (is_behind(one, SLICE("modification:"), &quoted))
			date = &media->file_modified;
		else if (is_behind(one, SLICE("read:"), &quoted))
			date = &media->file_read;
		else
			continue;
		if (!unquote_text(quoted, &text))
			return -EBADMSG;
		*date = slice_pack(text, at);
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

/* Encodes what the grammar forbids in a name, and what some system takes for a directory. */
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

/* The type must not end the line or, outside quotes, the selector. */
static bool is_file_type(const char *type)
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

	if ((s->type && (!*s->type || !is_file_type(s->type))) || (s->name && !*s->name))
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
