/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/name_server.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/list.h"
#include "net/address/address.h"

enum {
	HEADER_LEN = 12, /* RFC 1035 4.1.1 */
	MESSAGE_MAX = 512,
};

/* One message being written, or read as far as its question. */
struct message {
	uint8_t bytes[MESSAGE_MAX];
	size_t len;
};

static void put16(struct message *m, unsigned value)
{
	m->bytes[m->len++] = (uint8_t)(value >> 8);
	m->bytes[m->len++] = (uint8_t)value;
}

static void put_name(struct message *m, const char *name)
{
	size_t len;

	while (*name != '\0') {
		len = strcspn(name, ".");
		m->bytes[m->len++] = (uint8_t)len;
		memcpy(m->bytes + m->len, name, len);
		m->len += len;
		name += len + (name[len] == '.');
	}
	m->bytes[m->len++] = 0;
}

/* The name of the question, and the offset of its type. */
static size_t read_question(const struct message *m, char *ret_name)
{
	size_t at = HEADER_LEN, len;

	*ret_name = '\0';
	for (; at < m->len && m->bytes[at] != 0; at += len + 1) {
		len = m->bytes[at];
		ck_assert_uint_lt(at + len + 1, m->len);
		strncat(ret_name, (const char *)m->bytes + at + 1, len);
		if (m->bytes[at + len + 1] != 0)
			strcat(ret_name, ".");
	}
	return at + 1;
}

static unsigned type_of(const struct name_record *record)
{
	if (!record->address)
		return ns_t_srv;
	return strchr(record->address, ':') ? ns_t_aaaa : ns_t_a;
}

static void put_record(struct message *m, const struct name_record *record)
{
	struct net_address address;
	uint8_t bytes[16];
	size_t length_at;

	ck_assert_uint_lt(m->len + strlen(record->address ? record->address : record->target) + 40,
			  MESSAGE_MAX);
	put16(m, 0xc000 | HEADER_LEN); /* the name of the question */
	put16(m, type_of(record));
	put16(m, ns_c_in);
	put16(m, 0);
	put16(m, 60); /* seconds to live */
	length_at = m->len;
	put16(m, 0);
	if (record->address) {
		bool v6 = type_of(record) == ns_t_aaaa;

		ck_assert_int_eq(net_address_parse(record->address, 0, &address), 0);
		net_address_bytes(&address, bytes);
		memcpy(m->bytes + m->len, v6 ? bytes : bytes + 12, v6 ? 16 : 4);
		m->len += v6 ? 16 : 4;
	} else {
		put16(m, record->priority);
		put16(m, record->weight);
		put16(m, record->port);
		put_name(m, record->target);
	}
	m->bytes[length_at + 1] = (uint8_t)(m->len - length_at - 2);
}

static void answer(struct name_server *server, struct message *m)
{
	char name[256];
	size_t at = read_question(m, name);
	unsigned type = m->bytes[at] << 8 | m->bytes[at + 1];
	bool known = false;

	m->len = at + 4;     /* ignore everything after the question */
	m->bytes[2] |= 0x80; /* a response */
	memset(m->bytes + 6, 0, 6);
	for (size_t i = 0; i < server->n_records; i++) {
		if (strcasecmp(server->record[i].name, name) != 0)
			continue;
		known = true;
		if (type_of(&server->record[i]) != type)
			continue;
		put_record(m, &server->record[i]);
		m->bytes[7]++;
	}
	m->bytes[3] = known ? 0x80 : 0x80 | ns_r_nxdomain;
}

static void on_query(uv_poll_t *poll, int status, int events)
{
	struct name_server *server = CONTAINER_OF(poll, struct name_server, poll);
	struct net_address from = { .len = sizeof(from.v6) };
	struct message m;
	ssize_t n = recvfrom(server->fd, m.bytes, sizeof(m.bytes), 0, &from.any, &from.len);

	if (n < HEADER_LEN)
		return;
	server->n_queries++;
	if (server->silent)
		return;
	m.len = (size_t)n;
	answer(server, &m);
	sendto(server->fd, m.bytes, m.len, 0, &from.any, from.len);
}

void name_server_start(struct name_server *server, uv_loop_t *loop,
		       const struct name_record *record, size_t n)
{
	struct net_address address;

	*server = (struct name_server){ .record = record, .n_records = n };
	server->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	ck_assert_int_eq(net_address_parse("127.0.0.1", 0, &address), 0);
	ck_assert_int_eq(bind(server->fd, &address.any, address.len), 0);
	ck_assert_int_eq(getsockname(server->fd, &address.any, &address.len), 0);
	snprintf(server->text, sizeof(server->text), "127.0.0.1:%u", net_address_port(&address));
	uv_poll_init(loop, &server->poll, server->fd);
	uv_poll_start(&server->poll, UV_READABLE, on_query);
}

void name_server_stop(struct name_server *server)
{
	uv_close((uv_handle_t *)&server->poll, NULL);
	close(server->fd);
}
