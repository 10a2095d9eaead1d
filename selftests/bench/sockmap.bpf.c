// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel does with the input of sockmapserver's connections.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* Connections by their cookies. */
struct {
	__uint(type, BPF_MAP_TYPE_SOCKHASH);
	__uint(max_entries, 20000);
	__type(key, __u64);
	__type(value, __u64);
} connections SEC(".maps");

SEC("sk_skb/stream_verdict")
int echo(struct __sk_buff *skb)
{
	__u64 cookie = bpf_get_socket_cookie(skb);

	return bpf_sk_redirect_hash(skb, &connections, &cookie, 0);
}

SEC("sk_skb/stream_verdict")
int discard(struct __sk_buff *skb)
{
	(void)skb;
	return SK_DROP;
}

char _license[] SEC("license") = "GPL";
