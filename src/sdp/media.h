/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SDP_MEDIA_H
#define SDP_MEDIA_H

#include "base/buf.h"
#include "client/msrp/sdp.h"

enum {
	SDP_MAX = 64 * 1024, /* SIP over TCP carries no more than that in practice */
};

/* Takes a string of SDP apart, which it changes for that: strings of the result point into it. */

/* The value of a=file-selector. 0 or -EBADMSG. */
int sdp_file_selector_parse(char *value, struct msrp_file_selector *ret_selector);

/* The value of a=file-range. 0 or -EBADMSG. */
int sdp_file_range_parse(const char *value, struct msrp_sdp_media *media);

/* The value of a=file-date. 0 or -EBADMSG. */
int sdp_file_date_parse(char *value, struct msrp_sdp_media *media);

/* Appends all file attributes of MEDIA as lines. 0 or -EINVAL. */
int sdp_file_format(const struct msrp_sdp_media *media, struct buf *out);

/* Appends "a=NAME:VALUE"; VALUE may be NULL, and then nothing is. 0 or -EINVAL. */
int sdp_attribute_format(struct buf *out, const char *name, const char *value);

#endif
