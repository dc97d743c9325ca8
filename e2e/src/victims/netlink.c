/* netlink: sockets that ask about interfaces, and hear of them, have their addresses, groups and type of old. */
#include "victim.h"
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

static int asks, hears, port;

static int port_of(int fd)
{
	struct sockaddr_nl address = {0};
	socklen_t length = sizeof(address);

	MUST(getsockname(fd, (struct sockaddr *)&address, &length));
	return address.nl_pid;
}

static void prepare(void)
{
	struct sockaddr_nl address = {.nl_family = AF_NETLINK};
	int group = RTNLGRP_IPV4_ROUTE;

	MUST(asks = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
	MUST(bind(asks, (struct sockaddr *)&address, sizeof(address)));
	port = port_of(asks);
	MUST(hears = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK, NETLINK_ROUTE));
	address.nl_groups = RTMGRP_IPV4_IFADDR;
	MUST(bind(hears, (struct sockaddr *)&address, sizeof(address)));
	MUST(setsockopt(hears, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)));
}

static void asks_for_loopback(void)
{
	struct {
		struct nlmsghdr header;
		struct ifinfomsg link;
	} request = {
		.header = {.nlmsg_len = sizeof(request), .nlmsg_type = RTM_GETLINK, .nlmsg_flags = NLM_F_REQUEST, .nlmsg_seq = 7},
		.link = {.ifi_family = AF_UNSPEC, .ifi_index = 1},
	};
	char answer[8192] __attribute__((aligned(4)));
	struct nlmsghdr *header = (struct nlmsghdr *)answer;

	REQUIRE(send(asks, &request, sizeof(request), 0) == sizeof(request), "send: %s", strerror(errno));
	MUST(recv(asks, answer, sizeof(answer), 0));
	REQUIRE(header->nlmsg_type == RTM_NEWLINK && header->nlmsg_seq == 7 && (int)header->nlmsg_pid == port,
		"the answer is %d to %u", header->nlmsg_type, header->nlmsg_pid);
}

static void verify(void)
{
	uint32_t groups[8] = {0};
	socklen_t length = sizeof(groups);

	REQUIRE(port_of(asks) == port, "the port is %d and was %d", port_of(asks), port);
	asks_for_loopback();
	MUST(getsockopt(hears, SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, groups, &length));
	REQUIRE(groups[0] == (RTMGRP_IPV4_IFADDR | 1u << (RTNLGRP_IPV4_ROUTE - 1)), "the groups are %#x", groups[0]);
	REQUIRE(recv(hears, groups, sizeof(groups), 0) < 0 && errno == EAGAIN, "O_NONBLOCK is lost");
	REQUIRE(fcntl(asks, F_GETFD) == FD_CLOEXEC, "close-on-exec is lost");
}
