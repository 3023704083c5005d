/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Texts that others wrote, for programs that show them or name files by them: which of their
 * characters are harmless there. The traffic logger shows no others either.
 */
#include "client/msrp/types.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

/* In ascending order. */
static const struct {
	uint32_t first;
	uint32_t last;
} harmful[] = {
	{ 0x00, 0x1f },	      /* C0 */
	{ 0x7f, 0x9f },	      /* DEL, and C1: U+009B is ESC [ in one character */
	{ 0xad, 0xad },	      /* an invisible hyphen */
	{ 0x61c, 0x61c },     /* changes the direction of writing */
	{ 0x180e, 0x180e },   /* invisible */
	{ 0x200b, 0x200b },   /* invisible; the two joiners after it belong to scripts and emoji */
	{ 0x200e, 0x200f },   /* direction */
	{ 0x2028, 0x202e },   /* ends of lines and paragraphs, direction */
	{ 0x2060, 0x206f },   /* invisible, direction */
	{ 0xfeff, 0xfeff },   /* invisible */
	{ 0xfff9, 0xfffb },   /* annotations */
	{ 0xe0000, 0xe007f }, /* tags, invisible */
};

static bool is_harmless(uint32_t character)
{
	for (size_t i = 0; i < sizeof(harmful) / sizeof(harmful[0]); i++)
		if (character <= harmful[i].last)
			return character < harmful[i].first;
	return true;
}

static size_t take_character(const char *text, size_t len, bool *ret_harmless)
{
	uint32_t character;
	size_t n = utf8_decode(slice_make(text, len), &character);

	*ret_harmless = n > 0 && is_harmless(character);
	return n > 0 ? n : 1;
}

size_t msrp_text_character(const char *text, size_t len, bool *ret_harmless)
{
	return !text || len == 0 || !ret_harmless ? 0 : take_character(text, len, ret_harmless);
}

static size_t clean(char *ret, const char *text, size_t len, char instead)
{
	size_t to = 0;
	bool harmless;

	for (size_t at = 0, n; at < len; at += n) {
		n = take_character(text + at, len - at, &harmless);
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

size_t msrp_text_clean(const char *text, size_t len, char instead, char *ret_text)
{
	return !text || !ret_text ? 0 : clean(ret_text, text, len, instead);
}
