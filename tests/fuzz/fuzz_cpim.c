/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/msrp.h"

/*
 * A message that parses can be written, unless a value has a control character, and parses to the
 * same again.
 */
int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

static void require(bool fact)
{
	if (!fact)
		abort();
}

static void check_again(const uint8_t *bytes, size_t len)
{
	struct msrp_cpim *cpim;
	uint8_t *twice;
	size_t twice_len;

	if (msrp_cpim_parse(bytes, len, &cpim) != 0) {
		require(len > 16 * 1024); /* parts that were leniently accepted as missing have made
					     it longer */
		return;
	}
	require(msrp_cpim_format(cpim, &twice, &twice_len) == 0);
	require(len == twice_len && memcmp(bytes, twice, len) == 0);
	msrp_cpim_free(cpim);
	free(twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct msrp_cpim *cpim;
	uint8_t *bytes;
	size_t formatted;
	int err;

	if (msrp_cpim_parse(in, len, &cpim) != 0)
		return 0;
	require(cpim->content + cpim->len == in + len);
	err = msrp_cpim_format(cpim, &bytes, &formatted);
	msrp_cpim_free(cpim);
	require(err == 0 || err == -EINVAL);
	if (err)
		return 0;
	check_again(bytes, formatted);
	free(bytes);
	return 0;
}
