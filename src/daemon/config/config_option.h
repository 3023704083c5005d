/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of everything that a configuration file can say. Groups have no row of their own:
 * "auth.expires.min" implies the groups auth and auth.expires. Elements of a list of groups are
 * written "listen[].address"; their values are in structs of their own, whose offsets begin at 0.
 */
#ifndef DAEMON_CONFIG_CONFIG_OPTION_H
#define DAEMON_CONFIG_CONFIG_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum config_type {
	CONFIG_BOOLEAN,
	CONFIG_NUMBER,	/* uint64_t from min to max */
	CONFIG_STRING,	/* char * of min to max bytes */
	CONFIG_CHOICE,	/* unsigned, index into choices */
	CONFIG_STRINGS, /* struct config_strings of min to max items */
	CONFIG_LIST,	/* an array of structs and the number of them */
};

enum {
	/*
	 * Bytes of a key, with the number of each element; the longest in the table is a third of
	 * this.
	 */
	CONFIG_KEY_MAX = 256,
};

/* The kind of file that a string, or each of several strings, names. */
enum config_file_kind {
	CONFIG_NO_FILE,
	CONFIG_PUBLIC_FILE,
	CONFIG_SECRET_FILE, /* not everybody may read it */
};

/* Says what is wrong with VALUE, or NULL. */
typedef const char *(*config_check_fn)(const char *value);

/* The number called NAME, or -1. */
typedef int (*config_find_fn)(const char *name);

struct config_option {
	const char *key;
	enum config_type type;
	size_t at; /* offset in struct config, or in the struct of a list element */
	uint64_t min;
	uint64_t max;
	/*
	 * The default of a boolean, number or choice; for a list, the number of elements that it
	 * has by default.
	 */
	uint64_t number;
	/*
	 * The default of a string, or of strings, separated by spaces. NULL: a string that must be
	 * given, or no strings.
	 */
	const char *text;
	const char *const *choices; /* ends with NULL */
	config_find_fn find;	    /* of a number that may be a name as well; or NULL */
	config_check_fn check;	    /* for a string or each of several; NULL: anything goes */
	bool fixed;		    /* a reload does not apply it; not for keys of lists */
	bool secret;		    /* complaints must not show the value */
	enum config_file_kind file; /* "credential:NAME" may replace the path of any file */
	size_t count_at;	    /* for a list: offset of the number of elements */
	size_t element_size;
};

/* Ends with a NULL key. */
extern const struct config_option config_options[];

#endif
