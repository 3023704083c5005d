/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of everything that a configuration file can say. Groups have no
 * line of their own: "auth.expires.min" makes auth and auth.expires groups.
 * The elements of a list of groups are "listen[].address", kept in structs
 * that are counted from 0 again.
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
	/* Bytes of a key, with the number of each element: those of the table are a third as long.
	 */
	CONFIG_KEY_MAX = 256,
};

/* What kind of file a string names, or each item of strings. */
enum config_file_kind {
	CONFIG_NO_FILE,
	CONFIG_PUBLIC_FILE,
	CONFIG_SECRET_FILE, /* which is not everybody's to read */
};

/* Says what is wrong with VALUE, or NULL. */
typedef const char *(*config_check_fn)(const char *value);

struct config_option {
	const char *key;
	enum config_type type;
	size_t at; /* offset in struct config, or in the struct of the list element */
	uint64_t min;
	uint64_t max;
	/*
	 * The default of a boolean, number or choice; of a list, how many
	 * elements it has that are made of defaults.
	 */
	uint64_t number;
	/*
	 * The default of a string, or the items of strings with a space between
	 * each two. NULL: a string that must be given, or no item.
	 */
	const char *text;
	const char *const *choices; /* ends with NULL */
	config_check_fn check;	    /* of a string or an item; NULL: any will do */
	bool fixed;		    /* a reload does not change it; not in lists */
	bool secret;		    /* the value does not appear in a complaint */
	enum config_file_kind file; /* any may be "credential:NAME" instead of a path */
	size_t count_at;	    /* of a list: where the number of elements is */
	size_t element_size;
};

/* Ends with a key of NULL. */
extern const struct config_option config_options[];

#endif
