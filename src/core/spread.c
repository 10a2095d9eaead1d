// SPDX-License-Identifier: GPL-2.0
/*
 * Spreading a listener over CPUs.
 *
 * The CPU that gets a SYN gives it to a listening socket of its own, so that
 * no two CPUs need the same accept queue and the same fields of a socket. The
 * kernel asks a classic BPF program for the number of the socket in the group.
 * Whatever socket that is belongs to the listener, so that a wrong answer costs
 * time and nothing else.
 *
 * Handshakes are accepted where their last segment is processed, whatever
 * socket they began at (accept.c). So there is nothing to move when a CPU goes
 * away, and nothing to change when other CPUs are to serve (home.c).
 */
#include <linux/err.h>
#include <linux/filter.h>
#include <linux/net.h>
#include <net/sock_reuseport.h>

#include "acceptor.h"
#include "fault.h"
#include "listener.h"

/*
 * The socket of CPU n is number n + 1, if it is one of those; else the first
 * is chosen, whose number is 0.
 */
static int make_program(unsigned int cpus, struct bpf_prog **program)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, SKF_AD_OFF + SKF_AD_CPU),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, cpus, 2, 0),
		BPF_STMT(BPF_ALU | BPF_ADD | BPF_K, 1),
		BPF_STMT(BPF_RET | BPF_A, 0),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog_kern fprog = {
		.len	= ARRAY_SIZE(filter),
		.filter	= filter,
	};

	return ssk_fault() ? -ENOMEM : bpf_prog_create(program, &fprog);
}

/*
 * The group has the program for as long as it lasts: older kernels free one
 * that is replaced at once, though a CPU may be running it. The lock keeps the
 * socket in its group.
 */
static int choose_by_cpu(struct sock *sk, unsigned int cpus)
{
	struct bpf_prog *program;
	int err;

	err = make_program(cpus, &program);
	if (err)
		return err;
	lock_sock(sk);
	err = sk->sk_state == TCP_LISTEN ? reuseport_attach_prog(sk, program) :
					   -ECONNABORTED;
	release_sock(sk);
	if (err)
		bpf_prog_destroy(program);
	return err;
}

/**
 * ssk_listener_spread() - give each CPU a socket of its own
 * @listener: a new listener with its first socket, that nobody else knows
 *
 * Each up to the last one that is online: those that come later, beyond it,
 * share the first socket.
 *
 * Context: Process context. May sleep.
 * Return: 0, -ENOMEM, or an error of ssk_acceptor_open().
 */
int ssk_listener_spread(struct ssk_listener *listener)
{
	unsigned int cpus = cpumask_last(cpu_online_mask) + 1;
	struct ssk_acceptor *acceptor =
		list_first_entry(&listener->acceptors, struct ssk_acceptor,
				 node);
	unsigned int cpu;
	int err;

	if (!ssk_listener_is_group(listener))
		return 0;
	err = choose_by_cpu(acceptor->sock->sk, cpus);
	for (cpu = 0; !err && cpu < cpus; cpu++) {
		acceptor = ssk_acceptor_open(listener, cpu);
		err = PTR_ERR_OR_ZERO(acceptor);
	}
	return err;
}
