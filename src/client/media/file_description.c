/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Session descriptions that travel in the session that they describe. Around the m= lines of
 * msrp_sdp_format() they have no more than RFC 4566 section 5 requires.
 */
#include "client/media/file_description.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "msrp/report.h"

#define CRLF "\r\n"

enum {
	TEXT_MAX = 64 * 1024, /* as much as msrp_sdp_parse() reads */
};

/* The lines required before the first m= line; i= may come after s=. */
static const char first_lines[] = "v=0" CRLF "o=- 0 0 IN IP4 0.0.0.0" CRLF "s=-" CRLF;
static const char last_lines[] = "c=IN IP4 0.0.0.0" CRLF "t=0 0" CRLF;

/* ---- coming ---- */

bool client_description_is(const char *content_type)
{
	return msrp_sdp_accepts(CLIENT_DESCRIPTION_TYPE, content_type);
}

int client_description_begin(struct client_description *d, const struct msrp_incoming *message)
{
	if (d->message && d->message != message)
		return MSRP_STOP_SENDING;
	d->message = message;
	return 0;
}

int client_description_add(struct client_description *d, uint64_t offset, const uint8_t *bytes,
			   size_t len)
{
	if (offset != d->text.len || d->text.len + len > TEXT_MAX)
		return MSRP_STOP_SENDING;
	buf_add(&d->text, bytes, len);
	return buf_failed(&d->text) ? MSRP_STOP_SENDING : 0;
}

/* The value of the i= line before the first m= line. The caller frees it; NULL: there is none. */
static char *find_info(struct slice text)
{
	static const char start[] = CRLF "i=";
	const char *at = memmem(text.p, text.len, start, strlen(start));
	const char *media = memmem(text.p, text.len, CRLF "m=", strlen(CRLF "m="));
	struct slice rest;
	size_t len = 0;

	if (!at || (media && media < at))
		return NULL;
	rest = slice_skip(text, (size_t)(at - text.p) + strlen(start));
	while (len < rest.len && rest.p[len] != '\r' && rest.p[len] != '\n')
		len++;
	return strndup(rest.p, len);
}

static int read_description(struct slice text, struct msrp_sdp_media **ret_media, char **ret_info)
{
	if (text.len == 0 || msrp_sdp_parse(text.p, text.len, 0, ret_media) != 0)
		return MSRP_BAD_REQUEST;
	*ret_info = find_info(text);
	return 0;
}

int client_description_end(struct client_description *d, char flag,
			   struct msrp_sdp_media **ret_media, char **ret_info)
{
	int status = 0;

	if (!d->message->complete && flag != '#')
		return 0;
	if (d->message->complete)
		status = read_description(buf_slice(&d->text), ret_media, ret_info);
	client_description_done(d);
	return status;
}

void client_description_done(struct client_description *d)
{
	buf_done(&d->text);
	*d = (struct client_description){ 0 };
}

/* ---- going ---- */

int client_description_send(struct msrp_session *session, const struct msrp_sdp_media *media,
			    const char *info, msrp_outcome_fn outcome, void *arg,
			    char ret_id[MSRP_MESSAGE_ID_SIZE])
{
	struct msrp_send_options options = {
		.content_type = CLIENT_DESCRIPTION_TYPE,
		/*
		 * Behind a relay, 200 comes from the relay, and the other side's word in a report.
		 */
		.success_report = true,
		.response = outcome,
		.delivered = outcome,
		.arg = arg,
	};
	char *lines, *text;
	int err = msrp_sdp_format(media, &lines);

	if (err)
		return err;
	if (asprintf(&text, "%s%s%s%s%s%s", first_lines, info ? "i=" : "", info ? info : "",
		     info ? CRLF : "", last_lines, lines) < 0) {
		free(lines);
		return -ENOMEM;
	}
	err = msrp_session_send(session, text, strlen(text), &options, ret_id);
	free(text);
	free(lines);
	return err;
}

int client_description_send_patience(struct msrp_session *session)
{
	struct msrp_sdp_media media = {
		.port = CLIENT_DESCRIPTION_PORT,
		.path = msrp_session_local_path(session),
		.accept_types = CLIENT_DESCRIPTION_TYPE,
		.direction = MSRP_INACTIVE,
	};

	return client_description_send(session, &media, NULL, NULL, NULL, NULL);
}

bool client_description_is_patience(const struct msrp_sdp_media *media)
{
	return media->port != 0 && !media->has_file && !media->file_transfer_id;
}

int client_description_send_end(struct msrp_session *session, msrp_outcome_fn outcome, void *arg)
{
	struct msrp_sdp_media media = {
		.path = msrp_session_local_path(session),
		.direction = MSRP_SENDONLY,
	};

	return client_description_send(session, &media, NULL, outcome, arg, NULL);
}

bool client_description_is_end(const struct msrp_sdp_media *media)
{
	return media->port == 0 && !media->has_file;
}
