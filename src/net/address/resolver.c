/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * c-ares on the sockets and timers of libuv. Look-ups may be cancelled at any time, even inside
 * their callbacks.
 */
#include "net/address/resolver.h"

/* Debian 12's c-ares lacks the replacements of the functions that later versions deprecate. */
#define CARES_NO_DEPRECATED
#include <ares.h>
#include <arpa/nameser.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <uv.h>

#include "base/list.h"
#include "net/context_state.h"

enum {
	QUERY_TIMEOUT_MS = 2000, /* for the first try of one server */
	QUERY_TRIES = 3,
	TICK_MS = 500, /* how often c-ares checks for queries that have timed out */
};

struct net_resolver {
	struct net_context *context;
	char *servers; /* NULL: the system's */
	/*
	 * NULL while there is no look-up: a channel reads the system's settings when it is made,
	 * and a daemon outlives many changes of them.
	 */
	ares_channel channel;
	LIST_HEAD(, ares_poll) polls;
	uv_timer_t timer;
	LIST_HEAD(, net_lookup) lookups;
	size_t n_lookups;
	bool freed;
};

/* A socket of c-ares. */
struct ares_poll {
	LIST_ENTRY(ares_poll) entry;
	struct net_resolver *resolver;
	ares_socket_t fd;
	uv_poll_t poll;
};

struct net_lookup {
	LIST_ENTRY(net_lookup) entry;
	struct net_resolver *resolver;
	char asker[NET_ADDRESS_TEXT_MAX];
	bool cancelled;
	net_addresses_fn addresses; /* exactly one of these is set */
	net_services_fn services;
	void *arg;
	uint16_t port;
};

static int error_of(int status)
{
	switch (status) {
	case ARES_SUCCESS:
		return 0;
	case ARES_ENOTFOUND:
	case ARES_ENODATA:
	case ARES_EBADNAME:
		return UV_EAI_NONAME;
	case ARES_ETIMEOUT:
		return UV_ETIMEDOUT;
	case ARES_ENOMEM:
		return -ENOMEM;
	case ARES_ECONNREFUSED:
		return UV_EAI_AGAIN;
	default:
		return UV_EAI_FAIL;
	}
}

static void on_ares_poll_close(uv_handle_t *handle)
{
	free(CONTAINER_OF(handle, struct ares_poll, poll));
}

static void remove_poll(struct ares_poll *poll)
{
	LIST_REMOVE(poll, entry);
	uv_close((uv_handle_t *)&poll->poll, on_ares_poll_close);
}

/* A channel must not be destroyed inside one of its own callbacks, so this is called after them. */
static void destroy_when_idle(struct net_resolver *resolver)
{
	ares_channel channel = resolver->channel;

	if (!channel || resolver->n_lookups > 0)
		return;
	resolver->channel = NULL;
	ares_destroy(channel); /* closes its sockets */
	uv_timer_stop(&resolver->timer);
}

static void on_socket_event(uv_poll_t *handle, int status, int events)
{
	struct ares_poll *poll = CONTAINER_OF(handle, struct ares_poll, poll);
	struct net_resolver *resolver = poll->resolver;
	bool failed = status < 0;

	/* c-ares finds the error by reading and writing. */
	ares_process_fd(resolver->channel,
			failed || (events & UV_READABLE) ? poll->fd : ARES_SOCKET_BAD,
			failed || (events & UV_WRITABLE) ? poll->fd : ARES_SOCKET_BAD);
	destroy_when_idle(resolver);
}

static void on_resolver_tick(uv_timer_t *timer)
{
	struct net_resolver *resolver = CONTAINER_OF(timer, struct net_resolver, timer);

	if (resolver->channel)
		ares_process_fd(resolver->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	destroy_when_idle(resolver);
}

static struct ares_poll *add_poll(struct net_resolver *resolver, ares_socket_t fd)
{
	struct ares_poll *poll = calloc(1, sizeof(*poll));

	if (!poll)
		return NULL;
	if (uv_poll_init(resolver->context->loop, &poll->poll, fd) != 0) {
		free(poll);
		return NULL;
	}
	/* The connection that waits for the answer keeps the loop running, not this handle. */
	uv_unref((uv_handle_t *)&poll->poll);
	poll->resolver = resolver;
	poll->fd = fd;
	LIST_INSERT_HEAD(&resolver->polls, poll, entry);
	return poll;
}

/* c-ares opens a socket, waits for other events on it, or is about to close it. */
static void on_socket_state(void *arg, ares_socket_t fd, int readable, int writable)
{
	struct net_resolver *resolver = arg;
	int events = (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0);
	struct ares_poll *poll;

	LIST_FOREACH (poll, &resolver->polls, entry) {
		if (poll->fd == fd)
			break;
	}
	if (!poll && events)
		poll = add_poll(resolver, fd);
	if (!poll)
		return; /* without memory the query times out */
	if (events)
		uv_poll_start(&poll->poll, events, on_socket_event);
	else
		remove_poll(poll);
}

static int make_channel(struct net_resolver *resolver)
{
	/*
	 * No search domains: the host of a URI is a full name, and appending to it would let
	 * somebody else's name answer.
	 */
	struct ares_options options = {
		.sock_state_cb = on_socket_state,
		.sock_state_cb_data = resolver,
		.timeout = QUERY_TIMEOUT_MS,
		.tries = QUERY_TRIES,
		.ndomains = 0,
	};
	int mask = ARES_OPT_SOCK_STATE_CB | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_DOMAINS;
	ares_channel channel;
	int status;

	if (resolver->channel)
		return 0;
	status = ares_init_options(&channel, &options, mask);
	if (status != ARES_SUCCESS)
		return error_of(status);
	if (resolver->servers && ares_set_servers_ports_csv(channel, resolver->servers) != 0) {
		ares_destroy(channel);
		return -EINVAL;
	}
	resolver->channel = channel;
	uv_timer_start(&resolver->timer, on_resolver_tick, TICK_MS, TICK_MS);
	uv_unref((uv_handle_t *)&resolver->timer);
	return 0;
}

static bool may_ask(const struct net_resolver *resolver, const char *asker)
{
	const struct net_lookup *lookup;
	size_t n = 0;

	LIST_FOREACH (lookup, &resolver->lookups, entry)
		n += strcmp(lookup->asker, asker) == 0;
	return resolver->n_lookups < NET_LOOKUPS_MAX && (!*asker || n < NET_LOOKUPS_PER_ASKER_MAX);
}

static int new_lookup(struct net_resolver *resolver, const char *asker, void *arg,
		      struct net_lookup **ret_lookup)
{
	struct net_lookup *lookup;
	int err;

	if (!may_ask(resolver, asker))
		return -EBUSY;
	lookup = calloc(1, sizeof(*lookup));
	if (!lookup)
		return -ENOMEM;
	err = make_channel(resolver);
	if (err) {
		free(lookup);
		return err;
	}
	lookup->resolver = resolver;
	lookup->arg = arg;
	snprintf(lookup->asker, sizeof(lookup->asker), "%s", asker);
	LIST_INSERT_HEAD(&resolver->lookups, lookup, entry);
	resolver->n_lookups++;
	*ret_lookup = lookup;
	return 0;
}

/* Frees the look-up; false if nobody waits for it any more. */
static bool finish_lookup(struct net_lookup *lookup, struct net_lookup *ret_copy)
{
	*ret_copy = *lookup;
	LIST_REMOVE(lookup, entry);
	lookup->resolver->n_lookups--;
	free(lookup);
	return !ret_copy->cancelled && !ret_copy->resolver->freed;
}

static size_t collect(const struct ares_addrinfo *info, int family, uint16_t port,
		      struct net_address *ret_address, size_t max)
{
	size_t n = 0;

	for (struct ares_addrinfo_node *node = info->nodes; node && n < max; node = node->ai_next) {
		if (node->ai_family != family || node->ai_addrlen > sizeof(ret_address->v6))
			continue;
		ret_address[n].len = node->ai_addrlen;
		memcpy(&ret_address[n].any, node->ai_addr, node->ai_addrlen);
		if (family == AF_INET6)
			ret_address[n].v6.sin6_port = htons(port);
		else
			ret_address[n].v4.sin_port = htons(port);
		n++;
	}
	return n;
}

/* IPv6 first, then alternating, so that a broken family costs little (RFC 8305 section 4). */
static size_t interleave(const struct net_address *v6, size_t n_v6, const struct net_address *v4,
			 size_t n_v4, struct net_address *ret_address)
{
	size_t n = 0;

	for (size_t i = 0; i < n_v6 || i < n_v4; i++) {
		if (i < n_v6)
			ret_address[n++] = v6[i];
		if (i < n_v4)
			ret_address[n++] = v4[i];
	}
	return n;
}

static void on_addresses(void *arg, int status, int timeouts, struct ares_addrinfo *info)
{
	struct net_address v6[NET_ADDRESSES_MAX / 2], v4[NET_ADDRESSES_MAX / 2];
	struct net_address address[NET_ADDRESSES_MAX];
	struct net_lookup lookup;
	size_t n_v6, n_v4, n = 0;
	int err = error_of(status);

	if (finish_lookup(arg, &lookup)) {
		if (!err) {
			n_v6 = collect(info, AF_INET6, lookup.port, v6, NET_ADDRESSES_MAX / 2);
			n_v4 = collect(info, AF_INET, lookup.port, v4, NET_ADDRESSES_MAX / 2);
			n = interleave(v6, n_v6, v4, n_v4, address);
			err = n > 0 ? 0 : UV_EAI_NONAME;
		}
		lookup.addresses(lookup.arg, err, address, n);
	}
	ares_freeaddrinfo(info);
}

static uint32_t random_up_to(void *arg, uint32_t max)
{
	uint64_t number = 0;

	/* This spreads load and protects no secret: a failure only makes it less even. */
	if (getrandom(&number, sizeof(number), GRND_NONBLOCK) < 0)
		return 0;
	return (uint32_t)(number % ((uint64_t)max + 1));
}

static size_t read_records(const struct ares_srv_reply *reply, struct net_srv *ret_record)
{
	size_t n = 0;

	for (; reply && n < NET_SRV_MAX; reply = reply->next) {
		if (strlen(reply->host) >= NET_SRV_HOST_MAX)
			continue;
		strcpy(ret_record[n].host, reply->host);
		ret_record[n].port = reply->port;
		ret_record[n].priority = reply->priority;
		ret_record[n].weight = reply->weight;
		n++;
	}
	net_srv_sort(ret_record, n, random_up_to, NULL);
	return n;
}

static void on_services(void *arg, int status, int timeouts, unsigned char *answer, int len)
{
	struct net_srv record[NET_SRV_MAX];
	struct ares_srv_reply *reply = NULL;
	struct net_lookup lookup;
	size_t n = 0;

	if (!finish_lookup(arg, &lookup))
		return;
	if (status == ARES_SUCCESS)
		status = ares_parse_srv_reply(answer, len, &reply);
	if (status == ARES_SUCCESS) {
		n = read_records(reply, record);
		ares_free_data(reply);
	}
	lookup.services(lookup.arg, error_of(status), record, n);
}

/* "localhost" and all names below it, with or without the dot of the root. */
static bool is_localhost(const char *host)
{
	static const char name[] = "localhost";
	size_t name_len = sizeof(name) - 1, len = strlen(host);

	if (len > 0 && host[len - 1] == '.')
		len--;
	if (len < name_len || strncasecmp(host + len - name_len, name, name_len) != 0)
		return false;
	return len == name_len || host[len - name_len - 1] == '.';
}

static void answer_loopback(uint16_t port, net_addresses_fn fn, void *arg)
{
	struct net_address address[2];

	if (net_address_parse("::1", port, &address[0]) != 0 ||
	    net_address_parse("127.0.0.1", port, &address[1]) != 0)
		fn(arg, UV_EAI_NONAME, NULL, 0);
	else
		fn(arg, 0, address, 2);
}

int net_resolver_addresses(struct net_resolver *resolver, const char *asker, const char *host,
			   uint16_t port, net_addresses_fn fn, void *arg,
			   struct net_lookup **ret_lookup)
{
	/* We decide on their order. */
	struct ares_addrinfo_hints hints = { .ai_family = AF_UNSPEC,
					     .ai_socktype = SOCK_STREAM,
					     .ai_flags = ARES_AI_NOSORT };
	struct net_lookup *lookup;
	int err;

	/* RFC 6761 6.3: neither a name server nor a missing /etc/hosts may change this. */
	if (is_localhost(host)) {
		*ret_lookup = NULL;
		answer_loopback(port, fn, arg);
		return 0;
	}
	err = new_lookup(resolver, asker, arg, &lookup);
	if (err)
		return err;
	lookup->addresses = fn;
	lookup->port = port;
	*ret_lookup = lookup;
	ares_getaddrinfo(resolver->channel, host, NULL, &hints, on_addresses, lookup);
	return 0;
}

int net_resolver_services(struct net_resolver *resolver, const char *asker, const char *name,
			  net_services_fn fn, void *arg, struct net_lookup **ret_lookup)
{
	struct net_lookup *lookup;
	int err = new_lookup(resolver, asker, arg, &lookup);

	if (err)
		return err;
	lookup->services = fn;
	*ret_lookup = lookup;
	ares_query(resolver->channel, name, ns_c_in, ns_t_srv, on_services, lookup);
	return 0;
}

struct net_lookup *net_lookup_cancel(struct net_lookup *lookup)
{
	if (lookup)
		lookup->cancelled = true;
	return NULL;
}

int net_resolver_new(struct net_context *context, struct net_resolver **ret_resolver)
{
	struct net_resolver *resolver = calloc(1, sizeof(*resolver));

	if (!resolver)
		return -ENOMEM;
	resolver->context = context;
	LIST_INIT(&resolver->polls);
	LIST_INIT(&resolver->lookups);
	uv_timer_init(context->loop, &resolver->timer);
	*ret_resolver = resolver;
	return 0;
}

static void on_timer_close(uv_handle_t *handle)
{
	struct net_resolver *resolver = CONTAINER_OF(handle, struct net_resolver, timer);

	free(resolver->servers);
	free(resolver);
}

void net_resolver_free(struct net_resolver *resolver)
{
	resolver->freed = true;
	if (resolver->channel)
		ares_destroy(resolver->channel);
	resolver->channel = NULL;
	uv_close((uv_handle_t *)&resolver->timer, on_timer_close);
}

int net_context_set_dns_servers(struct net_context *context, const char *servers)
{
	char *copy = strdup(servers);

	if (!copy)
		return -ENOMEM;
	free(context->resolver->servers);
	context->resolver->servers = copy;
	return 0;
}
