/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes the question to a web service and reads its answer. The answer may be anything: another
 * program may have the address, and the service may be broken or malicious.
 */
#include "users/http_answer.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/ascii.h"

enum {
	STATUS_OK = 200,
	STATUS_MOVED = 300, /* and up to 399 */
	STATUS_ERROR = 400,
	STATUS_NOT_FOUND = 404,
};

/* A hash for each algorithm. */
static const struct {
	const char *name;
	size_t len;
} hashes[MSRP_DIGEST_COUNT] = {
	[MSRP_DIGEST_MD5] = { "ha1", 32 },
	[MSRP_DIGEST_SHA256] = { "ha1_sha256", 64 },
};

char *http_question_write(const struct remote_question *question)
{
	json_t *json =
	    json_pack("{s:s, s:s, s:s}", "user", question->user, "realm", question->realm,
		      "algorithm", msrp_digest_name(question->algorithm));
	char *text = json ? json_dumps(json, JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;

	json_decref(json);
	return text;
}

/* Returns a member of JSON, or NULL if it is missing or null. */
static json_t *field(const json_t *json, const char *name)
{
	json_t *value = json_object_get(json, name);

	return json_is_null(value) ? NULL : value;
}

static struct slice text_of(const json_t *value)
{
	return slice_make(json_string_value(value), json_string_length(value));
}

static bool is_hex(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if (ascii_hex_value(text.p[i]) < 0)
			return false;
	return true;
}

static bool is_printable_text(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.p[i] < ' ' || text.p[i] == 0x7f)
			return false;
	return true;
}

/* The answer may leave names out, but if they are there, they must be those asked for. */
static bool is_about(const json_t *json, const char *name, const char *asked)
{
	const json_t *value = field(json, name);

	return !value || (json_is_string(value) && slice_equal(text_of(value), slice_from(asked)));
}

static bool is_hash(const json_t *json, const char *name, size_t len)
{
	const json_t *value = field(json, name);

	return !value ||
	       (json_is_string(value) && text_of(value).len == len && is_hex(text_of(value)));
}

static bool is_password(const json_t *json)
{
	const json_t *value = field(json, "password");

	return !value || (json_is_string(value) && text_of(value).len <= REMOTE_VALUE_MAX &&
			  is_printable_text(text_of(value)));
}

/* 0 says that there is no limit. */
static bool is_rate(const json_t *json)
{
	const json_t *value = field(json, "rate");
	json_int_t rate = json_integer_value(value);

	return !value || (json_is_integer(value) &&
			  (rate == 0 || (rate >= MSRP_RATE_MIN && rate <= MSRP_RATE_MAX)));
}

/* Returns what is wrong with the answer, or NULL. */
static const char *find_mistake(const json_t *json, const struct remote_question *question)
{
	if (!json_is_object(json))
		return "is not an object in JSON";
	if (!is_about(json, "user", question->user) || !is_about(json, "realm", question->realm))
		return "is about another user or realm";
	if (!is_hash(json, "ha1", hashes[MSRP_DIGEST_MD5].len))
		return "has an ha1 that is not 32 hexadecimal digits";
	if (!is_hash(json, "ha1_sha256", hashes[MSRP_DIGEST_SHA256].len))
		return "has an ha1_sha256 that is not 64 hexadecimal digits";
	if (!is_password(json))
		return "has a password that is not up to 255 printable characters";
	if (!is_rate(json))
		return "has a rate that is neither 0 nor a number of at least 8192";
	return NULL;
}

static uint64_t rate_of(const json_t *json)
{
	const json_t *value = field(json, "rate");
	json_int_t rate = json_integer_value(value);

	if (!value)
		return 0;
	return rate > 0 ? (uint64_t)rate : MSRP_NO_RATE_LIMIT;
}

/* Takes the hash that was asked for, or else the password. */
static int take_credentials(const json_t *json, const struct remote_question *question,
			    struct remote_answer *answer)
{
	const json_t *hash = field(json, hashes[question->algorithm].name);
	const json_t *password = field(json, "password");

	if (hash)
		remote_take_value(answer, text_of(hash), false);
	else if (password && text_of(password).len > 0)
		remote_take_value(answer, text_of(password), true);
	else
		return REMOTE_NONE;
	answer->rate = rate_of(json);
	return 0;
}

static int refuse(struct remote_answer *answer, const char *what)
{
	char text[REMOTE_ERROR_MAX];

	snprintf(text, sizeof(text), "the answer of the web service %s", what);
	remote_fail(answer, text);
	return REMOTE_REFUSED;
}

static int refuse_status(struct remote_answer *answer, unsigned status)
{
	char text[64];

	snprintf(text, sizeof(text), "has the status %u%s", status,
		 status >= STATUS_MOVED && status < STATUS_ERROR ? ", a redirect" : "");
	return refuse(answer, text);
}

static int take_json(unsigned status, const json_t *json, const struct remote_question *question,
		     struct remote_answer *answer)
{
	const char *mistake;

	/* A 404 without an object is a wrong URL, not an unknown user. */
	if (status == STATUS_NOT_FOUND)
		return json_is_object(json) ? REMOTE_NONE : refuse_status(answer, status);
	mistake = find_mistake(json, question);
	return mistake ? refuse(answer, mistake) : take_credentials(json, question, answer);
}

int http_answer_read(unsigned status, const char *body, size_t len,
		     const struct remote_question *question, struct remote_answer *answer)
{
	json_t *json;
	int result;

	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return refuse_status(answer, status);
	json = json_loadb(body, len, JSON_REJECT_DUPLICATES, NULL);
	result = take_json(status, json, question, answer);
	json_decref(json);
	return result;
}
