/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/command/offer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CRLF "\r\n"

/* What RFC 4566 section 5 asks for before the first m= line; i= may come after s=. */
static const char first_lines[] = "v=0" CRLF "o=- 0 0 IN IP4 0.0.0.0" CRLF "s=-" CRLF;
static const char last_lines[] = "c=IN IP4 0.0.0.0" CRLF "t=0 0" CRLF;

bool cli_offer_is(const char *content_type)
{
	return msrp_sdp_accepts(CLI_OFFER_TYPE, content_type);
}

int cli_offer_send(struct msrp_session *session, const struct msrp_sdp_media *media,
		   const char *info, msrp_outcome_fn outcome, void *arg)
{
	struct msrp_send_options options = {
		.content_type = CLI_OFFER_TYPE,
		/* Behind a relay 200 comes from there, and what the other side says in a report. */
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
	err = msrp_session_send(session, text, strlen(text), &options, NULL);
	free(text);
	free(lines);
	return err;
}

int cli_offer_send_end(struct msrp_session *session, msrp_outcome_fn outcome, void *arg)
{
	struct msrp_sdp_media media = {
		.path = msrp_session_local_path(session),
		.direction = MSRP_SENDONLY,
	};

	return cli_offer_send(session, &media, NULL, outcome, arg);
}

int cli_offer_send_patience(struct msrp_session *session)
{
	struct msrp_sdp_media media = {
		.port = CLI_OFFER_PORT,
		.path = msrp_session_local_path(session),
		.accept_types = CLI_OFFER_TYPE,
		.direction = MSRP_INACTIVE,
	};

	return cli_offer_send(session, &media, NULL, NULL, NULL);
}

bool cli_offer_is_patience(const struct msrp_sdp_media *media)
{
	return media->port != 0 && !media->has_file && !media->file_transfer_id;
}

char *cli_offer_info(const char *text, size_t len)
{
	static const char start[] = CRLF "i=";
	const char *end = text + len;
	const char *at = memmem(text, len, start, strlen(start));
	const char *media = memmem(text, len, CRLF "m=", 4);

	if (!at || (media && media < at))
		return NULL;
	at += strlen(start);
	return strndup(at, strcspn(at, "\r\n") < (size_t)(end - at) ? strcspn(at, "\r\n")
								    : (size_t)(end - at));
}
