/* credentials: ids, groups, capabilities with an ambient one, securebits, no_new_privs, of a process that gave up root. */
#include "victim.h"
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

static int privileged;
static struct __user_cap_data_struct wanted[2];

static void prepare(void)
{
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	gid_t groups[] = {10, 20, 4711};

	privileged = geteuid() == 0;
	MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	if (!privileged)
		return;
	MUST(chmod(directory, 0777));
	MUST(prctl(PR_SET_SECUREBITS, SECBIT_KEEP_CAPS | SECBIT_NO_SETUID_FIXUP));
	MUST(prctl(PR_CAPBSET_DROP, CAP_SYS_MODULE));
	MUST(setgroups(3, groups));
	MUST(setresgid(1001, 1002, 1003));
	MUST(setresuid(2001, 2002, 2003));
	wanted[0].permitted = 1 << CAP_NET_BIND_SERVICE | 1 << CAP_CHOWN | 1 << CAP_KILL;
	wanted[0].effective = 1 << CAP_KILL;
	wanted[0].inheritable = 1 << CAP_NET_BIND_SERVICE;
	MUST(syscall(SYS_capset, &header, wanted));
	MUST(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_BIND_SERVICE, 0, 0));
}

static void verify(void)
{
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct now[2];
	gid_t groups[8];
	unsigned real, effective, saved;

	REQUIRE(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1, "no_new_privs is lost");
	if (!privileged)
		return;
	MUST(getresuid(&real, &effective, &saved));
	REQUIRE(real == 2001 && effective == 2002 && saved == 2003, "uids %u %u %u", real, effective, saved);
	MUST(getresgid(&real, &effective, &saved));
	REQUIRE(real == 1001 && effective == 1002 && saved == 1003, "gids %u %u %u", real, effective, saved);
	REQUIRE(getgroups(8, groups) == 3 && groups[0] == 10 && groups[1] == 20 && groups[2] == 4711, "the groups");
	MUST(syscall(SYS_capget, &header, now));
	REQUIRE(memcmp(now, wanted, sizeof(now)) == 0, "capabilities: permitted %#x, effective %#x, inheritable %#x",
		now[0].permitted, now[0].effective, now[0].inheritable);
	REQUIRE(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_NET_BIND_SERVICE, 0, 0) == 1, "the ambient one");
	REQUIRE(prctl(PR_CAPBSET_READ, CAP_SYS_MODULE) == 0 && prctl(PR_CAPBSET_READ, CAP_CHOWN) == 1, "the bounding set");
	REQUIRE(prctl(PR_GET_SECUREBITS) == (SECBIT_KEEP_CAPS | SECBIT_NO_SETUID_FIXUP), "securebits are %#x",
		prctl(PR_GET_SECUREBITS));
}
