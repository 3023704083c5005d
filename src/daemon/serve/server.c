/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Accepts clients on TCP or UNIX sockets, reads one request at a time, and writes the answer. Each
 * wait has a limit, so no client can hold a seat for ever.
 */
#include "daemon/serve/server.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/serve/server_seat.h"

enum {
	BACKLOG = 128,

	/* Fewer than any server has seats: clients accepted in one turn are read in the next. */
	ACCEPTS_PER_TURN = 8,

	/* Connections per seat, counting closed ones that still await an answer. */
	CROWD = 4,
};

static void server_release(struct server *server)
{
	if (!server->over || server->n_handles > 0 || server->n_conns > 0)
		return;
	free(server->spare);
	free(server);
}

static void on_connection(uv_stream_t *stream, int status);

static void conn_release(struct server_conn *conn)
{
	struct server *server = conn->server;

	if (conn->n_handles > 0 || conn->busy)
		return;
	LIST_REMOVE(conn, in_server);
	server->n_conns--;
	buf_done(&conn->in);
	buf_done(&conn->sending);
	buf_done(&conn->waiting);
	if (server->spare)
		free(conn);
	else
		server->spare = conn;
	if (server->one_waits && !server->over && server->n_accepted < ACCEPTS_PER_TURN)
		on_connection(&server->listener.stream, 0);
	server_release(server);
}

static void on_client_closed(uv_handle_t *handle)
{
	struct server_conn *conn = handle->data;

	conn->n_handles--;
	conn_release(conn);
}

static void tell_written(struct server_conn *conn)
{
	server_written_fn fn = conn->written;

	conn->written = NULL;
	if (fn)
		fn(conn->written_arg);
}

void server_conn_close(struct server_conn *conn)
{
	if (conn->gone)
		return;
	conn->gone = true;
	conn->server->n_seated -= conn->seated;
	uv_close(&conn->stream.handle, on_client_closed);
	uv_close((uv_handle_t *)&conn->timer, on_client_closed);
	/* otherwise on_written() deals with what is being written */
	if (!conn->writing)
		tell_written(conn);
}

static void on_impatient(uv_timer_t *timer)
{
	server_conn_close(timer->data);
}

static void be_patient(struct server_conn *conn)
{
	uv_timer_start(&conn->timer, on_impatient, conn->server->kind->patience_ms, 0);
}

static void flush_client(struct server_conn *conn);

static void drained(struct server_conn *conn)
{
	if (conn->closing)
		server_conn_close(conn);
	else
		tell_written(conn);
}

static void on_written(uv_write_t *write, int status)
{
	struct server_conn *conn = write->data;

	conn->writing = false;
	buf_clear(&conn->sending);
	if (status < 0)
		server_conn_close(conn);
	if (conn->gone) {
		tell_written(conn);
		return;
	}
	uv_timer_stop(&conn->timer);
	flush_client(conn);
}

static void flush_client(struct server_conn *conn)
{
	struct buf next = conn->waiting;
	uv_buf_t out;

	if (conn->writing || conn->gone)
		return;
	if (conn->waiting.len == 0) {
		drained(conn);
		return;
	}
	conn->waiting = conn->sending;
	conn->sending = next;
	out = uv_buf_init((char *)buf_data(&next), (unsigned)next.len);
	conn->write.data = conn;
	be_patient(conn);
	conn->writing = uv_write(&conn->write, &conn->stream.stream, &out, 1, on_written) == 0;
	if (!conn->writing)
		server_conn_close(conn);
}

static void look_for_request(struct server_conn *conn);

static void on_client_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_buf)
{
	struct server_conn *conn = handle->data;

	*ret_buf = uv_buf_init(conn->room, sizeof(conn->room));
}

static void on_client_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *in)
{
	struct server_conn *conn = stream->data;

	if (n > 0 && conn->shown == SHOWN_NOTHING)
		server_seat_show(conn, SHOWN_BYTES);
	if (n > 0)
		buf_add(&conn->in, in->base, (size_t)n);
	if (n < 0 || buf_failed(&conn->in))
		server_conn_close(conn);
	else if (n > 0)
		look_for_request(conn);
}

static void look_for_request(struct server_conn *conn)
{
	const struct server *server = conn->server;
	size_t len = server->kind->find_end(buf_slice(&conn->in));

	if (len == 0 && conn->in.len <= server->kind->request_max) {
		uv_read_start(&conn->stream.stream, on_client_alloc,
			      on_client_read); /* it may be reading already */
		return;
	}
	conn->busy = true;
	server_seat_show(conn, SHOWN_BUSY);
	uv_timer_stop(&conn->timer);
	uv_read_stop(&conn->stream.stream);
	if (len == 0 || len > server->kind->request_max)
		server->kind->too_long(server->arg, conn);
	else
		server->kind->request(server->arg, conn, slice_first(buf_slice(&conn->in), len));
}

int server_conn_fd(const struct server_conn *conn, uv_os_fd_t *ret_fd)
{
	return uv_fileno(&conn->stream.handle, ret_fd);
}

bool server_is_gone(const struct server_conn *conn)
{
	return conn->gone;
}

void server_write(struct server_conn *conn, struct buf *out)
{
	if (!conn->gone)
		buf_add_slice(&conn->waiting, buf_slice(out));
	if (buf_failed(out) || buf_failed(&conn->waiting))
		server_conn_close(conn);
	buf_done(out);
	flush_client(conn);
}

void server_when_written(struct server_conn *conn, server_written_fn fn, void *arg)
{
	assert(conn->busy && !conn->written);
	conn->written = fn;
	conn->written_arg = arg;
	if (!conn->writing)
		tell_written(conn);
}

static void next_request(void *arg)
{
	struct server_conn *conn = arg;

	conn->busy = false;
	if (conn->gone) {
		conn_release(conn);
		return;
	}
	server_seat_show(conn, SHOWN_REQUEST);
	buf_consume(&conn->in, conn->server->kind->find_end(buf_slice(&conn->in)));
	be_patient(conn);
	look_for_request(conn);
}

void server_finish(struct server_conn *conn, bool keep)
{
	if (keep || conn->gone) {
		server_when_written(conn, next_request, conn);
		return;
	}
	conn->closing = true;
	conn->busy = false;
	if (!conn->writing)
		server_conn_close(conn);
}

/* False: the client is not wanted, or has gone already. */
static bool is_welcome(struct server_conn *conn)
{
	struct server *server = conn->server;
	uv_os_fd_t fd;

	/* A closed connection keeps its place until its answer is ready. */
	if (uv_accept(&server->listener.stream, &conn->stream.stream) != 0 ||
	    server->n_conns > CROWD * server->kind->conns_max || server_conn_fd(conn, &fd) != 0)
		return false;
	server_seat_name(conn, fd);
	return !server->kind->admit || server->kind->admit(server->arg, fd);
}

static void conn_init(struct server_conn *conn, struct server *server)
{
	*conn = (struct server_conn){ .server = server, .n_handles = 2 };
	/* None of these can fail. */
	if (server->listener.handle.type == UV_NAMED_PIPE)
		uv_pipe_init(server->loop, &conn->stream.pipe, 0);
	else
		uv_tcp_init(server->loop, &conn->stream.tcp);
	uv_timer_init(server->loop, &conn->timer);
	conn->stream.handle.data = conn;
	conn->timer.data = conn;
	LIST_INSERT_HEAD(&server->conns, conn, in_server);
	server->n_conns++;
}

static void on_server_turn(uv_timer_t *turn)
{
	struct server *server = turn->data;

	server->n_accepted = 0;
	if (server->one_waits)
		on_connection(&server->listener.stream, 0);
}

static void on_connection(uv_stream_t *stream, int status)
{
	struct server *server = stream->data;
	struct server_conn *conn = server->spare;

	server->one_waits = status == 0 && (!conn || server->n_accepted >= ACCEPTS_PER_TURN);
	if (status < 0 || server->one_waits)
		return;
	if (server->n_accepted++ == 0)
		uv_timer_start(&server->turn, on_server_turn, 0, 0);
	server->spare = malloc(sizeof(*server->spare));
	conn_init(conn, server);
	/* Without a spare for the next client this one must be closed at once. */
	if (!is_welcome(conn) || !server->spare) {
		server_conn_close(conn);
		return;
	}
	server_seat_take(conn);
	be_patient(conn);
	look_for_request(conn);
}

int server_new(uv_loop_t *loop, const struct server_kind *kind, void *arg,
	       struct server **ret_server)
{
	struct server *server = calloc(1, sizeof(*server));

	if (!server)
		return -ENOMEM;
	server->spare = malloc(sizeof(*server->spare));
	if (!server->spare) {
		free(server);
		return -ENOMEM;
	}
	server->loop = loop;
	server->kind = kind;
	server->arg = arg;
	LIST_INIT(&server->conns);
	uv_timer_init(loop, &server->turn); /* cannot fail */
	server->turn.data = server;
	server->n_handles = 1;
	*ret_server = server;
	return 0;
}

static void on_handle_closed(uv_handle_t *handle)
{
	struct server *server = handle->data;

	server->n_handles--;
	server_release(server);
}

/* The listener's handle is open, and will have to be closed. */
static void note_listener(struct server *server)
{
	server->listener.handle.data = server;
	server->listening = true;
	server->n_handles++;
}

static int start_listening(struct server *server)
{
	return uv_listen(&server->listener.stream, BACKLOG, on_connection);
}

/* Is PATH a socket on which nobody listens any more? */
static bool is_stale(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct stat st;
	bool stale = false;
	int fd;

	if (lstat(path, &st) != 0 || !S_ISSOCK(st.st_mode))
		return false;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return false;
	memcpy(address.sun_path, path, strlen(path) + 1);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		stale = errno == ECONNREFUSED;
	close(fd);
	return stale;
}

int server_listen_path(struct server *server, const char *path, unsigned mode)
{
	uv_pipe_t *pipe = &server->listener.pipe;
	int err;

	if (strlen(path) >= sizeof(((struct sockaddr_un *)NULL)->sun_path))
		return -ENAMETOOLONG;
	if (is_stale(path))
		unlink(path);
	uv_pipe_init(server->loop, pipe, 0); /* cannot fail */
	note_listener(server);
	err = uv_pipe_bind(pipe, path);
	/* Nobody can connect before it listens, whatever its mode was until here. */
	if (!err && chmod(path, mode) != 0)
		err = -errno;
	return err ? err : start_listening(server);
}

int server_listen_tcp(struct server *server, struct net_address *address)
{
	uv_tcp_t *tcp = &server->listener.tcp;
	int len = sizeof(address->v6);
	int err;

	uv_tcp_init(server->loop, tcp); /* cannot fail */
	note_listener(server);
	err = uv_tcp_bind(tcp, &address->any, 0);
	if (err == UV_EAFNOSUPPORT && net_address_take_ipv4(address))
		err = uv_tcp_bind(tcp, &address->any, 0);
	if (!err)
		err = start_listening(server);
	return err ? err : uv_tcp_getsockname(tcp, &address->any, &len);
}

int server_try_path(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int err = 0;
	int fd;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	memcpy(address.sun_path, path, strlen(path) + 1);
	if (is_stale(path))
		return 0;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		err = -errno;
	else
		unlink(path);
	close(fd);
	return err;
}

struct server *server_free(struct server *server)
{
	struct server_conn *conn;

	if (!server)
		return NULL;
	server->over = true;
	if (server->listening)
		uv_close(&server->listener.handle, on_handle_closed);
	uv_close((uv_handle_t *)&server->turn, on_handle_closed);
	LIST_FOREACH (conn, &server->conns, in_server)
		server_conn_close(conn);
	server_release(server);
	return NULL;
}
