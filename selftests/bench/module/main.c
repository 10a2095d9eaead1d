// SPDX-License-Identifier: GPL-2.0
/*
 * Servers inside the kernel to compare syncsock with.
 */
#include <linux/inet.h>
#include <linux/module.h>
#include <linux/nsproxy.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/tcp.h>
#include <net/sock.h>
#include <net/tcp.h>

#include "peer.h"

static char *server = "floor";
module_param(server, charp, 0444);
MODULE_PARM_DESC(server, "floor or kthread");

static char *protocol = "echo";
module_param(protocol, charp, 0444);
MODULE_PARM_DESC(protocol, "echo, discard or http");

static char *address = "127.0.0.1";
module_param(address, charp, 0444);
MODULE_PARM_DESC(address, "the IPv4 address to serve, in the namespace of insmod");

static ushort port = 7;
module_param(port, ushort, 0444);
MODULE_PARM_DESC(port, "the port");

static char *body = "";
module_param(body, charp, 0444);
MODULE_PARM_DESC(body, "the file that an HTTP response has");

bool peer_once;
module_param_named(once, peer_once, bool, 0444);
MODULE_PARM_DESC(once, "close after an HTTP response");

static int cpu = -1;
module_param(cpu, int, 0444);
MODULE_PARM_DESC(cpu, "the CPU that threads are to stay on");

enum peer_protocol peer_protocol;

void peer_bind(struct task_struct *task)
{
	if (cpu >= 0)
		set_cpus_allowed_ptr(task, cpumask_of(cpu));
}

static const struct peer_server * const servers[] = {
	&peer_floor, &peer_kthread,
};

static const struct peer_server *chosen;
static struct socket *listener;

static int choose(void)
{
	static const char * const names[] = { "echo", "discard", "http" };
	size_t i;
	int index = match_string(names, ARRAY_SIZE(names), protocol);

	if (index < 0)
		return index;
	peer_protocol = index;
	for (i = 0; i < ARRAY_SIZE(servers); i++)
		if (!strcmp(servers[i]->name, server))
			chosen = servers[i];
	return chosen ? 0 : -EINVAL;
}

static int begin_to_listen(void)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(port),
	};
	int err;

	if (!in4_pton(address, -1, (u8 *)&to.sin_addr, -1, NULL))
		return -EINVAL;
	err = sock_create_kern(current->nsproxy->net_ns, AF_INET, SOCK_STREAM,
			       IPPROTO_TCP, &listener);
	if (err)
		return err;
	sock_set_reuseaddr(listener->sk);
	err = kernel_bind(listener, (struct sockaddr *)&to, sizeof(to));
	if (!err)
		err = kernel_listen(listener, 4096);
	if (err)
		sock_release(listener);
	return err;
}

void peer_no_delay(struct socket *socket)
{
	tcp_sock_set_nodelay(socket->sk);
}

static int __init peers_init(void)
{
	int err;

	err = choose();
	if (!err)
		err = peer_response_make(body);
	if (err)
		return err;
	err = begin_to_listen();
	if (err)
		goto free_response;
	err = chosen->start(listener);
	if (err)
		goto release;
	return 0;

release:
	sock_release(listener);
free_response:
	peer_response_free();
	return err;
}
module_init(peers_init);

static void __exit peers_exit(void)
{
	kernel_sock_shutdown(listener, SHUT_RDWR);
	chosen->stop();
	sock_release(listener);
	peer_response_free();
}
module_exit(peers_exit);

MODULE_AUTHOR("syncsock developers");
MODULE_DESCRIPTION("servers to compare syncsock with");
MODULE_LICENSE("GPL");
