/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A look-up in the routing table by netlink, which knows all addresses, on whatever interface.
 */
#include "net/address/own_address.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Which route does this address have? */
struct question {
	struct nlmsghdr head;
	struct rtmsg route;
	struct rtattr attribute;
	uint8_t address[16];
};

/* The rest of an answer, its attributes, is cut off. */
struct answer {
	struct nlmsghdr head;
	union {
		struct rtmsg route;
		struct nlmsgerr error;
	};
};

static void write_question(const uint8_t address[16], struct question *ret_question)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	bool v4 = memcmp(address, mapped, sizeof(mapped)) == 0;
	size_t skip = v4 ? sizeof(mapped) : 0;
	size_t len = sizeof(ret_question->address) - skip;

	*ret_question = (struct question){
		.head.nlmsg_len = (uint32_t)(offsetof(struct question, address) + len),
		.head.nlmsg_type = RTM_GETROUTE,
		.head.nlmsg_flags = NLM_F_REQUEST,
		.route.rtm_family = v4 ? AF_INET : AF_INET6,
		.route.rtm_dst_len = (uint8_t)(8 * len),
		.attribute.rta_type = RTA_DST,
		.attribute.rta_len = (uint16_t)RTA_LENGTH(len),
	};
	memcpy(ret_question->address, address + skip, len);
}

static int ask_kernel(int fd, const struct question *question, struct answer *ret_answer)
{
	size_t len = question->head.nlmsg_len;
	ssize_t n;

	/* The kernel has answered by the time that send() returns. */
	if (send(fd, question, len, 0) != (ssize_t)len)
		return -errno;
	n = recv(fd, ret_answer, sizeof(*ret_answer), MSG_DONTWAIT);
	if (n < 0)
		return -errno;
	return (size_t)n < sizeof(ret_answer->head) + sizeof(ret_answer->route) ? -EPROTO : 0;
}

/* No route at all is an answer, too. */
static int read_answer(const struct answer *answer, bool *ret_own)
{
	if (answer->head.nlmsg_type == NLMSG_ERROR) {
		switch (answer->error.error) {
		case -ENETUNREACH:
		case -EHOSTUNREACH:
		case -EACCES:	    /* a route that prohibits */
		case -EINVAL:	    /* a black hole */
		case -EAFNOSUPPORT: /* there is no IPv6 */
		case -EOPNOTSUPP:
			*ret_own = false;
			return 0;
		default:
			return answer->error.error ? answer->error.error : -EPROTO;
		}
	}
	if (answer->head.nlmsg_type != RTM_NEWROUTE)
		return -EPROTO;
	*ret_own = answer->route.rtm_type == RTN_LOCAL || answer->route.rtm_type == RTN_ANYCAST ||
		   answer->route.rtm_type == RTN_BROADCAST;
	return 0;
}

int net_own_address_check(const uint8_t address[16], bool *ret_own)
{
	struct question question;
	struct answer answer;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int err;

	if (fd < 0)
		return -errno;
	write_question(address, &question);
	err = ask_kernel(fd, &question, &answer);
	close(fd);
	return err ? err : read_answer(&answer, ret_own);
}
