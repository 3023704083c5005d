/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "users/http_answer.h"

/*
 * The answer of a web service: the first octet chooses the status and the algorithm, the rest is
 * the body. Only what can be checked with comes out of it, and only with 200; else there is one
 * line of reason.
 */

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void check_value(const struct remote_answer *answer, enum msrp_digest_algorithm algorithm)
{
	size_t len = strlen(answer->value);

	check(len > 0 && len <= REMOTE_VALUE_MAX);
	check(answer->rate == 0 || answer->rate == MSRP_NO_RATE_LIMIT ||
	      (answer->rate >= MSRP_RATE_MIN && answer->rate <= MSRP_RATE_MAX));
	if (!answer->is_password)
		check(len == (algorithm == MSRP_DIGEST_MD5 ? 32 : 64));
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)answer->value[i];

		check(answer->is_password ? c >= ' ' && c != 0x7f : ascii_hex_value((char)c) >= 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	static const unsigned statuses[] = { 200, 404, 302, 500 };
	struct remote_question question = { .user = "alice", .realm = "example.com" };
	struct remote_answer answer = { 0 };
	unsigned status;
	int result;

	if (len == 0)
		return 0;
	status = statuses[in[0] >> 1 & 3];
	question.algorithm = in[0] & 1 ? MSRP_DIGEST_SHA256 : MSRP_DIGEST_MD5;
	result = http_answer_read(status, (const char *)in + 1, len - 1, &question, &answer);
	check(result == 0 || result == REMOTE_NONE || result == REMOTE_REFUSED);
	if (result == 0) {
		check(status == 200);
		check_value(&answer, question.algorithm);
	} else {
		check(!*answer.value);
	}
	check((result == REMOTE_REFUSED) == (*answer.error != '\0'));
	check(!strpbrk(answer.error, "\r\n"));
	return 0;
}
