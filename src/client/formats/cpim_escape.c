/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The escapes of RFC 3862 2.3: those of Java, with characters beyond 16 bits as two surrogates.
 */
#include "base/ascii.h"
#include "client/formats/cpim.h"

/* The letters that stand for control characters. */
static const char letters[] = "btnr";
static const char meanings[] = "\b\t\n\r";

/* Four hexadecimal digits, or -1. */
static int hex4(const char *text)
{
	int value = 0;

	for (int i = 0; i < 4; i++) {
		int digit = ascii_hex_value(text[i]);

		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

static bool is_surrogate(int unit, int first)
{
	return unit >= first && unit < first + 0x400;
}

/*
 * The character of "\uXXXX" at TEXT, or of two such escapes that are a surrogate pair, as in Java,
 * where the RFC has the escapes from. -1: it is none.
 */
static int read_unit(const char *text, size_t *ret_len)
{
	int unit = hex4(text + 2);
	int second;

	*ret_len = 6;
	if (!is_surrogate(unit, 0xd800))
		return is_surrogate(unit, 0xdc00) ? 0xfffd : unit;
	if (text[6] != '\\' || text[7] != 'u')
		return 0xfffd;
	second = hex4(text + 8);
	if (!is_surrogate(second, 0xdc00))
		return 0xfffd;
	*ret_len = 12;
	return 0x10000 + ((unit - 0xd800) << 10) + (second - 0xdc00);
}

/* Writes UTF-8, which never has more octets than the escape had. */
static char *put_utf8(char *to, int c)
{
	if (c < 0x80) {
		*to++ = (char)c;
	} else if (c < 0x800) {
		*to++ = (char)(0xc0 | c >> 6);
		*to++ = (char)(0x80 | (c & 0x3f));
	} else {
		if (c < 0x10000) {
			*to++ = (char)(0xe0 | c >> 12);
		} else {
			*to++ = (char)(0xf0 | c >> 18);
			*to++ = (char)(0x80 | (c >> 12 & 0x3f));
		}
		*to++ = (char)(0x80 | (c >> 6 & 0x3f));
		*to++ = (char)(0x80 | (c & 0x3f));
	}
	return to;
}

bool client_cpim_unescape(char *text)
{
	char *to = text;

	for (const char *from = text; *from;) {
		const char *letter;
		size_t len;
		int c;

		if (*from != '\\') {
			*to++ = *from++;
			continue;
		}
		if (from[1] == 'u' && (c = read_unit(from, &len)) >= 0) {
			if (c == 0)
				return false;
			to = put_utf8(to, c);
			from += len;
			continue;
		}
		if (!*++from)
			break; /* RFC 3862 2.3.1: a single one at the end is ignored */
		letter = strchr(letters, *from);
		*to++ = letter ? meanings[letter - letters] : *from;
		from++;
	}
	*to = '\0';
	return true;
}

void client_cpim_escape(struct buf *out, const char *text, bool quoted)
{
	static const char hex[] = "0123456789abcdef";

	for (; *text; text++) {
		const char *meaning = strchr(meanings, *text);

		if (meaning) {
			buf_add_char(out, '\\');
			buf_add_char(out, letters[meaning - meanings]);
		} else if ((unsigned char)*text < 0x20 || *text == 0x7f) {
			buf_add_slice(out, SLICE("\\u00"));
			buf_add_char(out, hex[*text >> 4]);
			buf_add_char(out, hex[*text & 15]);
		} else {
			if (*text == '\\' || (quoted && *text == '"'))
				buf_add_char(out, '\\');
			buf_add_char(out, *text);
		}
	}
}

bool client_cpim_is_name(const char *name)
{
	const char *dot = strchr(name, '.');

	if (!*name || dot == name || (dot && (!dot[1] || strchr(dot + 1, '.'))))
		return false;
	for (; *name; name++)
		if (!ascii_is_alnum(*name) && !strchr("!#$%&'*+-^_`|~.", *name))
			return false;
	return true;
}
