/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keep-alives find out peers that are gone without a word while nobody sends; the user time-out
 * those to which somebody does.
 */
#include "net/transport/socket_options.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <strings.h>
#include <sys/socket.h>

enum {
	/*
	 * Without a user time-out, as the library has none, a peer that is gone is found out
	 * after four minutes of silence.
	 */
	KEEP_ALIVE_IDLE_S = 120,
	KEEP_ALIVE_INTERVAL_S = 30, /* and no longer than the silence before it */
	KEEP_ALIVE_PROBES = 4,	    /* without a user time-out, which counts otherwise */

	ECN_BITS = 2, /* RFC 3168: the kernel's */
};

static const struct {
	const char *name;
	int value;
} classes[] = {
	{ "CS0", 0 },	{ "LE", 1 },	{ "CS1", 8 },	{ "AF11", 10 },	       { "AF12", 12 },
	{ "AF13", 14 }, { "CS2", 16 },	{ "AF21", 18 }, { "AF22", 20 },	       { "AF23", 22 },
	{ "CS3", 24 },	{ "AF31", 26 }, { "AF32", 28 }, { "AF33", 30 },	       { "CS4", 32 },
	{ "AF41", 34 }, { "AF42", 36 }, { "AF43", 38 }, { "CS5", 40 },	       { "VA", 44 },
	{ "EF", 46 },	{ "CS6", 48 },	{ "CS7", 56 },	{ "VOICE-ADMIT", 44 },
};

int net_dscp_find(const char *name)
{
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (strcasecmp(classes[i].name, name) == 0)
			return classes[i].value;
	return -1;
}

static void set_option(int fd, int level, int option, int value)
{
	setsockopt(fd, level, option, &value, sizeof(value));
}

/* A socket of IPv6 may have connections of IPv4, which have a field of their own. */
void net_socket_set_dscp(int fd, unsigned dscp)
{
	int field = (int)(dscp << ECN_BITS);

	set_option(fd, IPPROTO_IP, IP_TOS, field);
	set_option(fd, IPPROTO_IPV6, IPV6_TCLASS, field);
}

void net_socket_set(int fd, const struct net_socket_options *options)
{
	unsigned idle_s = options->keep_alive_s > 0 ? options->keep_alive_s : KEEP_ALIVE_IDLE_S;

	set_option(fd, SOL_SOCKET, SO_KEEPALIVE, !options->no_keep_alive);
	set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, (int)idle_s);
	set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL,
		   idle_s < KEEP_ALIVE_INTERVAL_S ? (int)idle_s : KEEP_ALIVE_INTERVAL_S);
	set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, KEEP_ALIVE_PROBES);
	set_option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, (int)options->user_timeout_ms);
	if (options->dscp > 0)
		net_socket_set_dscp(fd, options->dscp);
}
