/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * NICKNAME requests (RFC 7701), ours and those of the other side.
 */
#include "client/session/nickname.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "client/session/session.h"
#include "msrp/report.h"
#include "msrp/writer.h"

enum {
	NICKNAME_MAX = 1023, /* RFC 7701 7.1 */
	COMMENT_MAX = 256,
	/* RFC 7701 12.3 */
	MALFORMED = 424,
	IN_USE = 425,
};

static const struct slice header_name = { "Use-Nickname", 12 };

/* ---- asking ---- */

static bool is_nickname(const char *nickname)
{
	size_t len = 0;

	for (; nickname[len]; len++)
		if ((unsigned char)nickname[len] < 0x20 || nickname[len] == 0x7f)
			return false;
	return len <= NICKNAME_MAX;
}

static void tell_nickname(struct msrp_session *s, int status, const char *comment)
{
	msrp_outcome_fn outcome = s->nickname.outcome;

	s->nickname.outcome = NULL;
	if (outcome)
		outcome(s->nickname.arg, "", status, comment);
}

static void on_nickname_answered(struct client_request *request, const struct msrp_message *m)
{
	struct msrp_session *s = CONTAINER_OF(request, struct msrp_session, nickname.request);
	char comment[COMMENT_MAX];

	if (!m) {
		tell_nickname(s, MSRP_TIMEOUT, "no answer in time");
		return;
	}
	snprintf(comment, sizeof(comment), "%" SLICE_FMT, SLICE_ARG(m->comment));
	tell_nickname(s, (int)m->status, comment);
}

void client_nickname_fail(struct msrp_session *s, const char *why)
{
	tell_nickname(s, -ECANCELED, why);
}

/* RFC 4975 section 9: quoted-string */
static void add_quoted_nickname(struct buf *line, const char *text)
{
	buf_add_char(line, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			buf_add_char(line, '\\');
		buf_add_char(line, *text);
	}
	buf_add_char(line, '"');
}

static int write_request(struct msrp_session *s, const char *id, const char *nickname)
{
	struct msrp_transport *t = s->transport;
	struct buf *out = client_transport_requests(t);
	size_t before = out->len;
	int err;

	msrp_write_request(out, slice_from(id), SLICE("NICKNAME"));
	msrp_write_header(out, MSRP_H_TO_PATH, slice_from(t->to_path));
	msrp_write_header(out, MSRP_H_FROM_PATH, slice_from(t->own_uri));
	buf_add_slice(out, header_name);
	buf_add_slice(out, SLICE(": "));
	add_quoted_nickname(out, nickname);
	buf_add_slice(out, SLICE("\r\n"));
	msrp_write_end(out, slice_from(id), '$', false);
	err = client_transport_requested(t, before);
	if (!err)
		client_link_request_sent(t->link, &s->nickname.request);
	return err;
}

static int session_set_nickname(struct msrp_session *s, const char *nickname,
				msrp_outcome_fn outcome, void *arg)
{
	struct client_nickname *n = &s->nickname;
	char id[MSRP_IDENT_LEN + 1];
	int err;

	if (s->shutting || s->over)
		return -EPIPE;
	if (!is_nickname(nickname))
		return -EINVAL;
	if (n->request.awaited)
		return -EALREADY;
	msrp_ident_make(&s->context->random, id);
	n->request.answered = on_nickname_answered;
	client_link_await(s->transport->link, &n->request, id);
	err = write_request(s, id, nickname);
	if (err) {
		client_link_forget(s->transport->link, &n->request);
		return err;
	}
	n->outcome = outcome;
	n->arg = arg;
	return 0;
}

int msrp_session_set_nickname(struct msrp_session *s, const char *nickname, msrp_outcome_fn outcome,
			      void *arg)
{
	return !s || !nickname ? -EINVAL : session_set_nickname(s, nickname, outcome, arg);
}

/* ---- being asked ---- */

static const struct msrp_header_slices *find_header(const struct msrp_message *m)
{
	for (size_t i = 0; i < m->n_headers; i++)
		if (slice_equal_nocase(m->header[i].name, header_name))
			return &m->header[i];
	return NULL;
}

/* Removes the quotes of a quoted string. False: it is none, or too long. */
static bool unquote_nickname(struct slice value, char ret_text[NICKNAME_MAX + 1])
{
	size_t len = 0;

	if (value.len < 2 || value.p[0] != '"' || value.p[value.len - 1] != '"')
		return false;
	for (size_t i = 1; i < value.len - 1; i++) {
		bool escaped = value.p[i] == '\\';

		i += escaped;
		if (i == value.len - 1 || len == NICKNAME_MAX || (value.p[i] == '"' && !escaped))
			return false;
		ret_text[len++] = value.p[i];
	}
	ret_text[len] = '\0';
	return strlen(ret_text) == len && is_nickname(ret_text);
}

static const char *comment_of(int status)
{
	switch (status) {
	case MALFORMED:
		return "Malformed nickname";
	case IN_USE:
		return "Nickname reserved or already in use";
	default:
		return NULL; /* the comment of RFC 4975 */
	}
}

void client_nickname_requested(struct msrp_session *s, const struct msrp_message *m)
{
	const struct msrp_header_slices *h = find_header(m);
	char nickname[NICKNAME_MAX + 1];
	int status = MALFORMED;

	if (!s->callbacks.nickname) {
		client_transport_answer(s->transport, MSRP_UNKNOWN_METHOD, NULL);
		return;
	}
	if (m->problem)
		status = MSRP_BAD_REQUEST;
	else if (h && unquote_nickname(h->value, nickname))
		status = s->callbacks.nickname(s->arg, nickname);
	if (!s->gone)
		client_transport_answer(s->transport, (unsigned)status, comment_of(status));
}
