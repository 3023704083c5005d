/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/message/header.h"

/*
 * A header line as a user of the client library gets it: if it parses, it can be made again from
 * its value, and then has the same value.
 */
int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

static void require(bool fact)
{
	if (!fact)
		abort();
}

static void check_again(const char *name, const struct msrp_value *value)
{
	struct msrp_header *first, *second;

	require(msrp_header_new_decoded(name, value, &first) == 0);
	require(client_value_equal(value, msrp_header_decoded(first)));
	require(msrp_header_new(name, msrp_header_encoded(first), &second) == 0);
	require(strcmp(msrp_header_encoded(first), msrp_header_encoded(second)) == 0);
	require(client_value_equal(value, msrp_header_decoded(second)));
	msrp_header_free(first);
	msrp_header_free(second);
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct msrp_header *header;
	const struct msrp_value *value;

	if (client_header_parse(slice_make(in, len), &header) != 0)
		return 0;
	value = msrp_header_decoded(header);
	if (value)
		check_again(msrp_header_name(header), value);
	msrp_header_free(header);
	return 0;
}
