/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/offer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What RFC 4566 section 5 asks for before the first m= line. */
static const char session_lines[] = "v=0\r\n"
				    "o=- 0 0 IN IP4 0.0.0.0\r\n"
				    "s=-\r\n"
				    "c=IN IP4 0.0.0.0\r\n"
				    "t=0 0\r\n";

bool cli_offer_is(const char *content_type)
{
	return msrp_sdp_accepts(CLI_OFFER_TYPE, content_type);
}

int cli_offer_send(struct msrp_session *session, const struct msrp_sdp_media *media,
		   msrp_outcome_fn outcome, void *arg)
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
	if (asprintf(&text, "%s%s", session_lines, lines) < 0) {
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

	return cli_offer_send(session, &media, outcome, arg);
}
