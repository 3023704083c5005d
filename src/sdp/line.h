/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A walk over a session description (RFC 4566) that loses no octet of it: it splits the text into
 * sections, a section into lines, a line into words, and together they are the original text again.
 * It serves both the parser of MSRP's attributes and the code that changes some lines and leaves
 * all others alone.
 */
#ifndef SDP_LINE_H
#define SDP_LINE_H

#include <stdbool.h>

#include "base/slice.h"

enum {
	SDP_MAX = 64 * 1024, /* SIP over TCP carries no more than this in practice */
};

/* All slices point into the text. */
struct sdp_line {
	char type;	    /* the letter before "="; 0: none, so it is not a line of SDP */
	struct slice value; /* after "=", without the line end; the whole line if it has no type */
	struct slice
	    octets; /* the whole line with its end, CRLF or LF, which the last one may lack */
};

/*
 * Takes the next line off *REST. False: nothing is left. A line ends with LF or with the text; a CR
 * right before that belongs to the end, and any other to the value.
 */
bool sdp_line_next(struct slice *rest, struct sdp_line *ret_line);

/*
 * Takes everything before the next m= line off *REST: at the start of a text, the session-level
 * part, which may be empty.
 */
struct slice sdp_session_cut(struct slice *rest);

/*
 * Takes the next m= line and everything before the one after it off *REST. False: nothing is left.
 */
bool sdp_media_next(struct slice *rest, struct slice *ret_section);

/* Splits a=NAME:VALUE or a=NAME; the latter has an empty value. False: another kind of line. */
bool sdp_line_attribute(const struct sdp_line *line, struct slice *ret_name,
			struct slice *ret_value);

/* Takes the next word off *REST; words are separated by single spaces. Empty at the end. */
struct slice sdp_word_next(struct slice *rest);

/* m=MEDIA PORT PROTOCOL FORMATS; missing parts are empty. */
struct sdp_media_line {
	struct slice media;
	struct slice port; /* perhaps with "/number" */
	struct slice protocol;
	struct slice formats;
};

/* Splits an m= line. False: another kind of line. */
bool sdp_line_media(const struct sdp_line *line, struct sdp_media_line *ret_media);

#endif
