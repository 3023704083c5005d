/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asks a web service with libcurl. remote_pool.c calls it on a thread of libuv's pool, like the
 * drivers for databases. Each connection is a libcurl handle, which keeps its TCP connection open.
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "users/http_answer.h"
#include "users/http_driver.h"

enum {
	HEADERS_MAX = 16 * 1024, /* bytes; the values are not used */
};

struct remote_conn {
	const struct http_place *place;
	CURL *curl;
	struct curl_slist *headers;
	char error[CURL_ERROR_SIZE];
	/* The answer under way: */
	char body[HTTP_ANSWER_MAX];
	size_t body_len;
	size_t headers_len;
	bool too_long;
};

/* A curl_write_callback: returning anything but LEN ends the transfer. */
static size_t on_body(char *data, size_t size, size_t len, void *arg)
{
	struct remote_conn *conn = arg;

	if (len > sizeof(conn->body) - conn->body_len) {
		conn->too_long = true;
		return 0;
	}
	memcpy(conn->body + conn->body_len, data, len);
	conn->body_len += len;
	return len;
}

/* The same for headers. It counts those of all responses, because 1xx may come in any number. */
static size_t on_header(char *data, size_t size, size_t len, void *arg)
{
	struct remote_conn *conn = arg;

	conn->headers_len += len;
	conn->too_long |= conn->headers_len > HEADERS_MAX;
	return conn->too_long ? 0 : len;
}

static bool add_header(struct curl_slist **headers, const char *text)
{
	struct curl_slist *longer = curl_slist_append(*headers, text);

	if (longer)
		*headers = longer;
	return longer;
}

static bool add_token(struct curl_slist **headers, const char *token)
{
	static const char name[] = "Authorization: Bearer ";
	size_t size = sizeof(name) + strlen(token);
	char *line;
	bool added;

	if (!*token)
		return true;
	line = malloc(size);
	if (!line)
		return false;
	snprintf(line, size, "%s%s", name, token);
	added = add_header(headers, line);
	explicit_bzero(line, size);
	free(line);
	return added;
}

static bool make_headers(struct remote_conn *conn)
{
	return add_header(&conn->headers, "Content-Type: application/json") &&
	       add_header(&conn->headers, "Accept: application/json") &&
	       add_header(&conn->headers, "Expect:") && /* saves a round trip */
	       add_token(&conn->headers, conn->place->token);
}

/*
 * Leaves nothing to the environment or to the server: no proxy, no redirect, no other protocol, no
 * compression, no authorities other than those of CA.
 */
static bool set_curl_options(CURL *curl, struct remote_conn *conn)
{
	const struct http_place *place = conn->place;
	CURLcode codes[] = {
		curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L),
		curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, conn->error),
		curl_easy_setopt(curl, CURLOPT_URL, place->url),
		curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https"),
		curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1),
		curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L),
		curl_easy_setopt(curl, CURLOPT_PROXY, ""),
		curl_easy_setopt(curl, CURLOPT_USERAGENT, "msrpd"),
		curl_easy_setopt(curl, CURLOPT_HTTPHEADER, conn->headers),
		curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L),
		curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L),
		curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2),
		curl_easy_setopt(curl, CURLOPT_CAINFO, place->ca),
		curl_easy_setopt(curl, CURLOPT_CAPATH, NULL),
		curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body),
		curl_easy_setopt(curl, CURLOPT_WRITEDATA, conn),
		curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header),
		curl_easy_setopt(curl, CURLOPT_HEADERDATA, conn),
		/* Otherwise a silent name server would block the thread beyond the time-out. */
		curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L),
	};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i] != CURLE_OK)
			return false;
	return true;
}

static void http_close(struct remote_conn *conn)
{
	curl_easy_cleanup(conn->curl);
	for (struct curl_slist *header = conn->headers; header; header = header->next)
		explicit_bzero(header->data, strlen(header->data)); /* one has the token */
	curl_slist_free_all(conn->headers);
	free(conn);
}

/* Only prepares; the connection is made with the first question. */
static int http_open(const void *place, uint64_t deadline_ms, struct remote_answer *answer,
		     struct remote_conn **ret_conn)
{
	struct remote_conn *conn = calloc(1, sizeof(*conn));

	if (conn) {
		conn->place = place;
		conn->curl = curl_easy_init();
	}
	if (!conn || !conn->curl || !make_headers(conn) || !set_curl_options(conn->curl, conn)) {
		remote_fail(answer, "no memory");
		if (conn)
			http_close(conn);
		return REMOTE_LOST;
	}
	*ret_conn = conn;
	return 0;
}

static CURLcode transfer(struct remote_conn *conn, const char *body, uint64_t deadline_ms)
{
	long left_ms = (long)remote_left_ms(deadline_ms);

	conn->body_len = conn->headers_len = 0;
	conn->too_long = false;
	conn->error[0] = '\0';
	if (left_ms == 0) /* 0 means no time-out to libcurl */
		return CURLE_OPERATION_TIMEDOUT;
	curl_easy_setopt(conn->curl, CURLOPT_POSTFIELDSIZE, (long)strlen(body));
	curl_easy_setopt(conn->curl, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(conn->curl, CURLOPT_TIMEOUT_MS, left_ms);
	return curl_easy_perform(conn->curl);
}

static int http_lost(const struct remote_conn *conn, CURLcode code, struct remote_answer *answer)
{
	if (conn->too_long) {
		remote_fail(answer, "the answer of the web service is too long");
		return REMOTE_REFUSED;
	}
	remote_fail(answer, *conn->error ? conn->error : curl_easy_strerror(code));
	return REMOTE_LOST;
}

static int http_ask(struct remote_conn *conn, const struct remote_question *question,
		    struct remote_answer *answer)
{
	char *body = http_question_write(question);
	long status = 0;
	CURLcode code;
	int result;

	if (!body) {
		remote_fail(answer, "no memory");
		return REMOTE_LOST;
	}
	code = transfer(conn, body, question->deadline_ms);
	free(body);
	if (code == CURLE_OK)
		curl_easy_getinfo(conn->curl, CURLINFO_RESPONSE_CODE, &status);
	result = code == CURLE_OK ? http_answer_read((unsigned)status, conn->body, conn->body_len,
						     question, answer)
				  : http_lost(conn, code, answer);
	explicit_bzero(conn->body, sizeof(conn->body));
	return result;
}

const struct remote_driver http_driver = {
	.open = http_open,
	.ask = http_ask,
	.close = http_close,
	.forget = http_place_free,
};
