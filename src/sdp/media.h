/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shared by media_parse.c, media_format.c and the attributes of files. Their own functions, which
 * convert the section of an MSRP session to struct msrp_sdp_media and back, are public.
 */
#ifndef SDP_MEDIA_H
#define SDP_MEDIA_H

#include "base/buf.h"
#include "client/msrp/sdp.h"
#include "sdp/line.h"

/*
 * Strings of the result are packed to *AT (slice_pack()); none takes more room than its attribute
 * does in the text.
 */

/* Parses the value of a=file-selector. Returns 0 or -EBADMSG. */
int sdp_file_selector_parse(struct slice value, char **at, struct msrp_file_selector *ret_selector);

/* Parses the value of a=file-range. Returns 0 or -EBADMSG. */
int sdp_file_range_parse(struct slice value, struct msrp_sdp_media *media);

/* Parses the value of a=file-date. Returns 0 or -EBADMSG. */
int sdp_file_date_parse(struct slice value, char **at, struct msrp_sdp_media *media);

/* Appends all file attributes of MEDIA as lines. Returns 0 or -EINVAL. */
int sdp_file_format(const struct msrp_sdp_media *media, struct buf *out);

#endif
