/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sits between an old libpq and the server during authentication, and disconnects when the server
 * asks for the password in clear text.
 */
#include "users/postgresql_auth.h"

#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "users/sql_driver.h"

enum {
	HAS_REQUIRE_AUTH = 160000, /* the first version that has it */
	HEAD_LEN = 5,	      /* a message's type and length; the length does not count the type */
	MESSAGE_MAX = 8192,   /* far more than any message before the first answer needs */
	AUTHENTICATION = 'R', /* message types, as PostgreSQL's protocol has them */
	READY = 'Z',
	CLEAR_TEXT_PASSWORD = 3, /* an authentication request */
};

bool postgresql_auth_is_restricted(const struct users_sql_options *options)
{
	return options->tls != USERS_SQL_TLS_VERIFY && !sql_is_local(options) &&
	       options->password[0] != '\0';
}

static bool is_old_library(void)
{
	return PQlibVersion() < HAS_REQUIRE_AUTH;
}

const char *postgresql_auth_keyword(const struct users_sql_options *options, const char **ret_value)
{
	if (!postgresql_auth_is_restricted(options))
		return NULL;
	if (!is_old_library()) {
		*ret_value = "!password";
		return "require_auth";
	}
	if (options->tls == USERS_SQL_TLS_REQUIRE) {
		*ret_value = "require";
		return "channel_binding";
	}
	*ret_value = "disable"; /* GSS would be one more encryption that we cannot read */
	return "gssencmode";
}

void postgresql_auth_init(struct postgresql_auth *auth)
{
	auth->server = auth->client = -1;
	auth->len = 0;
	auth->done = false;
}

void postgresql_auth_leave(struct postgresql_auth *auth, PGconn *pg)
{
	if (auth->server >= 0 && pg && PQsocket(pg) >= 0)
		dup3(auth->server, PQsocket(pg), O_CLOEXEC);
	if (auth->server >= 0)
		close(auth->server);
	if (auth->client >= 0)
		close(auth->client);
	postgresql_auth_init(auth);
}

static int enter_auth_state(struct postgresql_auth *auth, PGconn *pg)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) != 0)
		return -errno;
	auth->client = pair[0];
	auth->server = fcntl(PQsocket(pg), F_DUPFD_CLOEXEC, 0);
	if (auth->server >= 0 && dup3(pair[1], PQsocket(pg), O_CLOEXEC) < 0)
		postgresql_auth_leave(auth, NULL);
	close(pair[1]);
	return auth->server >= 0 ? 0 : -EMFILE;
}

int postgresql_auth_follow(struct postgresql_auth *auth, const struct users_sql_options *options,
			   PGconn *pg)
{
	ConnStatusType status = PQstatus(pg);

	if (!is_old_library() || options->tls != USERS_SQL_TLS_OFF ||
	    !postgresql_auth_is_restricted(options))
		return 0;
	if (status == CONNECTION_STARTED) /* libpq went on to another address, on another socket */
		postgresql_auth_leave(auth, NULL);
	return status == CONNECTION_MADE && auth->server < 0 ? enter_auth_state(auth, pg) : 0;
}

static uint32_t number_at(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/*
 * Returns the length of the whole message that IN begins; the length of a head, if LEN does not
 * cover even that.
 */
static size_t message_len(const uint8_t *in, size_t len)
{
	return len < HEAD_LEN ? HEAD_LEN : 1 + (size_t)number_at(in + 1);
}

/*
 * Finds how much of the server's data may be passed on: whole messages, up to and including the one
 * after which it waits for queries. *RET_NEXT is the length of the message after that. Returns 0,
 * -EACCES or -EPROTO.
 */
static int look_at_message(struct postgresql_auth *auth, const uint8_t *in, size_t len,
			   size_t *ret_fine, size_t *ret_next)
{
	size_t at = 0;
	size_t next;

	while ((next = message_len(in + at, len - at)) <= len - at && !auth->done) {
		if (next < HEAD_LEN)
			return -EPROTO;
		if (in[at] == AUTHENTICATION && next >= HEAD_LEN + 4 &&
		    number_at(in + at + HEAD_LEN) == CLEAR_TEXT_PASSWORD)
			return -EACCES;
		auth->done = in[at] == READY;
		at += next;
	}
	*ret_fine = at;
	*ret_next = next;
	return next <= MESSAGE_MAX ? 0 : -EPROTO;
}

/* The rest stays in the socket, where libpq finds it later. */
static int pass_to_client(struct postgresql_auth *auth)
{
	uint8_t in[MESSAGE_MAX];
	ssize_t n = recv(auth->server, in, sizeof(in), MSG_PEEK | MSG_DONTWAIT);
	size_t fine, next;
	int enough;
	int err;

	if (n <= 0) { /* the server has closed; libpq reports the error */
		auth->done = true;
		return shutdown(auth->client, SHUT_WR) == 0 ? 0 : -errno;
	}
	err = look_at_message(auth, in, (size_t)n, &fine, &next);
	if (err)
		return err;
	enough = auth->done || fine > 0 ? 1 : (int)next;
	if (setsockopt(auth->server, SOL_SOCKET, SO_RCVLOWAT, &enough, sizeof(enough)) != 0)
		return -errno;
	if (fine > 0 && (recv(auth->server, in, fine, 0) != (ssize_t)fine ||
			 send(auth->client, in, fine, MSG_NOSIGNAL) != (ssize_t)fine))
		return -EPROTO;
	return 0;
}

static int pass_to_server(struct postgresql_auth *auth)
{
	ssize_t n;

	if (auth->len == 0) {
		n = recv(auth->client, auth->out, sizeof(auth->out), 0);
		if (n <= 0)
			return -EPROTO;
		auth->len = (size_t)n;
	}
	n = send(auth->server, auth->out, auth->len, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN ? 0 : -errno;
	auth->len -= (size_t)n;
	memmove(auth->out, auth->out + n, auth->len);
	return 0;
}

/* The server's side first: what it sent is seen before its end. */
static int pass_octets(struct postgresql_auth *auth, const struct pollfd *client,
		       const struct pollfd *server)
{
	int err = 0;

	if (client->revents || (server->revents & POLLOUT))
		err = pass_to_server(auth);
	if (!err && (server->revents & ~POLLOUT) && !auth->done)
		err = pass_to_client(auth);
	return err;
}

int postgresql_auth_wait(struct postgresql_auth *auth, PGconn *pg, short events,
			 uint64_t deadline_ms)
{
	struct pollfd fd[3] = { { .fd = PQsocket(pg), .events = events } };
	int err = 0;
	int n;

	do {
		fd[1] =
		    (struct pollfd){ .fd = auth->len > 0 ? -1 : auth->client, .events = POLLIN };
		fd[2] = (struct pollfd){ .fd = auth->done && auth->len == 0 ? -1 : auth->server,
					 .events = (short)((auth->done ? 0 : POLLIN) |
							   (auth->len > 0 ? POLLOUT : 0)) };
		n = poll(fd, 3, (int)remote_left_ms(deadline_ms));
		if (n == 0)
			err = -ETIMEDOUT;
		else if (n < 0)
			err = errno == EINTR ? 0 : -errno;
		else
			err = pass_octets(auth, &fd[1], &fd[2]);
	} while (!err && (n < 0 || !fd[0].revents));
	return err;
}
