/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/terminal/text.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

/* In their order. */
static const struct {
	uint32_t first;
	uint32_t last;
} harmful[] = {
	{ 0x00, 0x1f },	      /* C0 */
	{ 0x7f, 0x9f },	      /* DEL, and C1: U+009B is ESC [ in one character */
	{ 0xad, 0xad },	      /* a hyphen that is not seen */
	{ 0x61c, 0x61c },     /* the direction of writing */
	{ 0x180e, 0x180e },   /* not seen */
	{ 0x200b, 0x200b },   /* not seen; the two joiners behind it belong to scripts and emoji */
	{ 0x200e, 0x200f },   /* the direction */
	{ 0x2028, 0x202e },   /* ends of lines and paragraphs, the direction */
	{ 0x2060, 0x206f },   /* not seen, the direction */
	{ 0xfeff, 0xfeff },   /* not seen */
	{ 0xfff9, 0xfffb },   /* annotations */
	{ 0xe0000, 0xe007f }, /* tags, not seen */
};

static bool is_harmless(uint32_t character)
{
	for (size_t i = 0; i < sizeof(harmful) / sizeof(harmful[0]); i++)
		if (character <= harmful[i].last)
			return character < harmful[i].first;
	return true;
}

size_t cli_text_columns(const char *text)
{
	size_t columns = 0;

	for (; *text; text++)
		columns += ((unsigned char)*text & 0xc0) != 0x80;
	return columns;
}

size_t cli_text_character(const char *text, size_t len, bool *ret_harmless)
{
	uint32_t character;
	size_t n = utf8_decode(slice_make(text, len), &character);

	*ret_harmless = n > 0 && is_harmless(character);
	return n > 0 ? n : 1;
}

size_t cli_text_clean(char *ret, const char *text, size_t len, char instead)
{
	size_t to = 0;
	bool harmless;

	for (size_t at = 0, n; at < len; at += n) {
		n = cli_text_character(text + at, len - at, &harmless);
		if (harmless) {
			memmove(ret + to, text + at, n);
			to += n;
		} else if (instead) {
			ret[to++] = instead;
		}
	}
	ret[to] = '\0';
	return to;
}
