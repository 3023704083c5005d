/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A walk over a session description (RFC 4566) that loses no octet of it: sections are cut off the
 * text, lines off a section, words off a line, and put together again they are what was there.
 * What reads MSRP's attributes and what changes some lines and leaves all others alone both walk
 * like this.
 */
#ifndef SDP_LINE_H
#define SDP_LINE_H

#include <stdbool.h>

#include "base/slice.h"

enum {
	SDP_MAX = 64 * 1024, /* SIP over TCP carries no more than that in practice */
};

/* All slices point into the text. */
struct sdp_line {
	char type;	    /* the letter before "="; 0: it has none, and is no line of SDP */
	struct slice value; /* behind "=", without the line's end; all of a line without type */
	struct slice
	    octets; /* the whole, with its end: CRLF or LF; of the last one, perhaps none */
};

/*
 * Cuts the next line off *REST. False: nothing is left. A line ends with LF or with the text; a CR
 * right before that belongs to the end, and any other to the value.
 */
bool sdp_line_next(struct slice *rest, struct sdp_line *ret_line);

/*
 * Cuts off *REST what comes before its next m= line: at the start of a text this is what is said
 * of the session as a whole, and may be nothing.
 */
struct slice sdp_session_cut(struct slice *rest);

/* Cuts the next m= line and all up to the one after it off *REST. False: nothing is left. */
bool sdp_media_next(struct slice *rest, struct slice *ret_section);

/* Takes a=NAME:VALUE or a=NAME apart; the latter has an empty value. False: another kind of line.
 */
bool sdp_line_attribute(const struct sdp_line *line, struct slice *ret_name,
			struct slice *ret_value);

/* Cuts the next word off *REST; words stand between single spaces. It is empty at the end. */
struct slice sdp_word_next(struct slice *rest);

/* m=MEDIA PORT PROTOCOL FORMATS; what is missing is empty. */
struct sdp_media_line {
	struct slice media;
	struct slice port; /* perhaps with "/number" */
	struct slice protocol;
	struct slice formats;
};

/* Takes an m= line apart. False: another kind of line. */
bool sdp_line_media(const struct sdp_line *line, struct sdp_media_line *ret_media);

#endif
