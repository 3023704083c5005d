/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes the section of one MSRP session, m= line first, for an offer or an answer. Absent members
 * get no line.
 */
#include <errno.h>

#include "base/reserved.h"
#include "sdp/attribute.h"
#include "sdp/media.h"

static int add_connection(struct buf *out, const char *host)
{
	if (!host)
		return 0;
	if (!sdp_is_value(host) || strpbrk(host, " /"))
		return -EINVAL;
	buf_add_slice(out, strchr(host, ':') ? SLICE("c=IN IP6 ") : SLICE("c=IN IP4 "));
	buf_add_slice(out, slice_from(host));
	buf_add_slice(out, SLICE("\r\n"));
	return 0;
}

static void add_media(struct buf *out, const struct msrp_sdp_media *media)
{
	buf_add_slice(out, SLICE("m=message "));
	buf_add_u64(out, media->port);
	buf_add_slice(out,
		      media->use_tls ? SLICE(" TCP/TLS/MSRP *\r\n") : SLICE(" TCP/MSRP *\r\n"));
}

static int add_types(struct buf *out, const struct msrp_sdp_media *media)
{
	int err = sdp_attribute_format(out, "accept-types", media->accept_types);

	return err ? err
		   : sdp_attribute_format(out, "accept-wrapped-types", media->accept_wrapped_types);
}

static void add_flags(struct buf *out, const struct msrp_sdp_media *media)
{
	static const char *const setups[] = {
		[MSRP_SETUP_ACTIVE] = "active",
		[MSRP_SETUP_PASSIVE] = "passive",
		[MSRP_SETUP_ACTPASS] = "actpass",
	};
	static const char *const directions[] = {
		[MSRP_SENDONLY] = "a=sendonly\r\n",
		[MSRP_RECVONLY] = "a=recvonly\r\n",
		[MSRP_INACTIVE] = "a=inactive\r\n",
	};

	if (media->setup != MSRP_SETUP_NONE)
		sdp_attribute_format(out, "setup", setups[media->setup]);
	if (media->direction != MSRP_SENDRECV)
		buf_add_slice(out, slice_from(directions[media->direction]));
	if (media->cema)
		buf_add_slice(out, SLICE("a=msrp-cema\r\n"));
}

static void add_max_size(struct buf *out, uint64_t max_size)
{
	if (max_size == 0)
		return;
	buf_add_slice(out, SLICE("a=max-size:"));
	buf_add_u64(out, max_size);
	buf_add_slice(out, SLICE("\r\n"));
}

static void add_chatroom(struct buf *out, const struct msrp_sdp_media *media)
{
	if (!media->chatroom)
		return;
	buf_add_slice(out, SLICE("a=chatroom"));
	if (media->nickname)
		buf_add_slice(out, SLICE(":nickname"));
	if (media->private_messages) {
		buf_add_char(out, media->nickname ? ' ' : ':');
		buf_add_slice(out, SLICE("private-messages"));
	}
	buf_add_slice(out, SLICE("\r\n"));
}

int msrp_sdp_format(const struct msrp_sdp_media *media, char **ret_text)
{
	struct buf out = { 0 };
	char *text;
	int err;

	if (!media || !ret_text || IS_NEWER(media))
		return -EINVAL;
	add_media(&out, media);
	err = add_connection(&out, media->host); /* RFC 4566 section 5: after its m= line */
	if (!err)
		err = sdp_attribute_format(&out, "path", media->path);
	if (!err)
		err = add_types(&out, media);
	add_max_size(&out, media->max_size);
	add_flags(&out, media);
	add_chatroom(&out, media);
	if (!err && media->has_file)
		err = sdp_file_format(media, &out);
	text = !err && !buf_failed(&out) ? slice_dup(buf_slice(&out)) : NULL;
	buf_done(&out);
	if (!err && !text)
		err = -ENOMEM;
	if (!err)
		*ret_text = text;
	return err;
}
