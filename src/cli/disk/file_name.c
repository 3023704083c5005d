/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes a harmless file name from the sender's: no directories, no hidden files, nothing that a
 * shell or a terminal would obey.
 */
#include "cli/disk/file_name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <msrp.h>

enum {
	NAME_LEN_MAX = 200, /* NAME_MAX is 255; leaves room for suffixes */
};

static void drop(char *name, char unwanted)
{
	char *to = name;

	for (const char *from = name; *from; from++)
		if (*from != unwanted)
			*to++ = *from;
	*to = '\0';
}

/* Does not cut inside a character. */
static void cut_name(char *name)
{
	size_t len = NAME_LEN_MAX;

	if (strlen(name) <= len)
		return;
	while (len > 0 && ((unsigned char)name[len] & 0xc0) == 0x80)
		len--;
	name[len] = '\0';
}

/*
 * Avoids hidden files, options of other commands ("-rf"), home directories ("~root"), and
 * everything that a terminal would obey, or not show as it is.
 */
static void make_harmless(char *name)
{
	static const char not_first[] = ".-~ ";
	const char *slash = strrchr(name, '/');
	const char *last = slash ? slash + 1 : name;

	msrp_text_clean(last, strlen(last), '\0', name);
	drop(name, '\\');
	last = name + strspn(name, not_first);
	memmove(name, last, strlen(last) + 1);
	cut_name(name);
}

char *cli_file_name_place(const char *directory, const char *name)
{
	char *harmless = strdup(name ? name : "");
	char *place;

	if (!harmless)
		return NULL;
	make_harmless(harmless);
	if (asprintf(&place, "%s%s%s", directory, *directory ? "/" : "",
		     *harmless ? harmless : "msrp-file") < 0)
		place = NULL;
	free(harmless);
	return place;
}
