/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/msrp/sdp.h"
#include "sdp/line.h"

/*
 * A walk loses no octet. An SDP that parses can be written, unless a value has a control character,
 * and parses to the same again.
 */
int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

static void require(bool fact)
{
	if (!fact)
		abort();
}

static void check_again(const char *text)
{
	struct msrp_sdp_media *media;
	char *twice;

	require(msrp_sdp_parse(text, strlen(text), 0, &media) == 0);
	require(msrp_sdp_format(media, &twice) == 0);
	require(strcmp(text, twice) == 0);
	msrp_sdp_media_free(media);
	free(twice);
}

/* All octets of all lines of all sections, in turn, are the text. */
static void check_walk(struct slice text)
{
	struct slice section = sdp_session_cut(&text);
	struct sdp_line line;

	do {
		const char *at = section.p;

		while (sdp_line_next(&section, &line)) {
			require(line.octets.p == at && line.octets.len > 0);
			at += line.octets.len;
		}
		require(at == text.p);
	} while (sdp_media_next(&text, &section));
	require(text.len == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct msrp_sdp_media *media;
	char *text;

	check_walk(slice_make(in, len));
	for (size_t i = 0; msrp_sdp_parse((const char *)in, len, i, &media) == 0; i++) {
		int err = msrp_sdp_format(media, &text);

		msrp_sdp_media_free(media);
		require(err == 0 || err == -EINVAL);
		if (err)
			continue;
		check_again(text);
		free(text);
	}
	return 0;
}
