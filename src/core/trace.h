/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints syncsock:*. README.md has a table of them, which 'make check'
 * compares with this file. All fields are numbers.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM syncsock

#if !defined(SSK_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define SSK_TRACE_H

#include <linux/tracepoint.h>
#include <net/inet_sock.h>
#include <net/tcp.h>
#include <syncsock/handler.h>

#include "conn.h"
#include "listener.h"

#define SSK_TRACE_REFUSALS					\
	EM(SSK_REFUSAL_NO_MEMORY,	"no_memory")		\
	EM(SSK_REFUSAL_LIMIT,		"limit")		\
	EM(SSK_REFUSAL_RATE,		"rate")			\
	EMe(SSK_REFUSAL_MEMORY,		"memory")

#define SSK_TRACE_CLOSE_REASONS					\
	EM(SYNCSOCK_CLOSED,		"closed")		\
	EM(SYNCSOCK_CLOSE_PEER_RESET,	"peer_reset")		\
	EM(SYNCSOCK_CLOSE_TIMEOUT,	"timeout")		\
	EM(SYNCSOCK_CLOSE_ABORTED,	"aborted")		\
	EM(SYNCSOCK_CLOSE_STOPPED,	"stopped")		\
	EM(SYNCSOCK_CLOSE_CONNECT,	"connect")		\
	EMe(SYNCSOCK_CLOSE_OVERSIZED,	"oversized")

#define SSK_TRACE_CONTEXTS					\
	EM(SSK_CONTEXT_SOFTIRQ,		"softirq")		\
	EM(SSK_CONTEXT_SLOW,		"slow")			\
	EMe(SSK_CONTEXT_WORKER,		"worker")

#define SSK_TRACE_STATES					\
	EM(SSK_CONN_CONNECTING,		"connecting")		\
	EM(SSK_CONN_OPEN,		"open")			\
	EM(SSK_CONN_CLOSING,		"closing")		\
	EM(SSK_CONN_ABORTING,		"aborting")		\
	EMe(SSK_CONN_DEAD,		"dead")

/* For tools, which know no enum: the numbers. */
#undef EM
#undef EMe
#define EM(value, name)		TRACE_DEFINE_ENUM(value);
#define EMe(value, name)	TRACE_DEFINE_ENUM(value);

SSK_TRACE_REFUSALS
SSK_TRACE_CLOSE_REASONS
SSK_TRACE_CONTEXTS
SSK_TRACE_STATES

/* And for __print_symbolic(). */
#undef EM
#undef EMe
#define EM(value, name)		{ value, name },
#define EMe(value, name)	{ value, name }

/*
 * What nearly all have: the connection, its namespace's inode, its port and
 * its peer's. Outgoing connections have no ports before they have a socket,
 * of which the connection keeps the memory.
 */
#define CONN_ENTRY						\
	__field(const void *, conn)				\
	__field(u32, netns)					\
	__field(u16, sport)					\
	__field(u16, dport)

#define CONN_ASSIGN						\
	do {							\
		const struct sock *sk = READ_ONCE(conn->sk);	\
								\
		__entry->conn = conn;				\
		__entry->netns = conn->service->net->ns.inum;	\
		__entry->sport = sk ? ntohs(inet_sk(sk)->inet_sport) : 0; \
		__entry->dport = sk ? ntohs(inet_sk(sk)->inet_dport) : 0; \
	} while (0)

#define CONN_FORMAT	"conn=%p netns=%u sport=%hu dport=%hu"
#define CONN_ARGS	__entry->conn, __entry->netns, __entry->sport, \
			__entry->dport

DECLARE_EVENT_CLASS(conn_begins,
	TP_PROTO(const struct syncsock_conn *conn),

	TP_ARGS(conn),

	TP_STRUCT__entry(
		CONN_ENTRY
		__field(const void *, skaddr)
		__field(u16, family)
		__field(int, home_cpu)
	),

	TP_fast_assign(
		CONN_ASSIGN;
		__entry->skaddr = conn->sk;
		__entry->family = conn->sk->sk_family;
		__entry->home_cpu = conn->cpu;
	),

	TP_printk(CONN_FORMAT " skaddr=%p family=%hu home_cpu=%d", CONN_ARGS,
		  __entry->skaddr, __entry->family, __entry->home_cpu)
);

/* The handler gets a client. */
DEFINE_EVENT(conn_begins, accept,
	TP_PROTO(const struct syncsock_conn *conn),
	TP_ARGS(conn)
);

/* An outgoing connection is established. */
DEFINE_EVENT(conn_begins, connected,
	TP_PROTO(const struct syncsock_conn *conn),
	TP_ARGS(conn)
);

/* A client is reset; without a connection if there is no memory. */
TRACE_EVENT(refuse,
	TP_PROTO(const struct syncsock_conn *conn, const struct sock *sk,
		 enum ssk_refusal reason),

	TP_ARGS(conn, sk, reason),

	TP_STRUCT__entry(
		CONN_ENTRY
		__field(const void *, skaddr)
		__field(int, reason)
	),

	TP_fast_assign(
		__entry->conn = conn;
		__entry->netns = sock_net(sk)->ns.inum;
		__entry->sport = ntohs(inet_sk(sk)->inet_sport);
		__entry->dport = ntohs(inet_sk(sk)->inet_dport);
		__entry->skaddr = sk;
		__entry->reason = reason;
	),

	TP_printk(CONN_FORMAT " skaddr=%p reason=%s", CONN_ARGS,
		  __entry->skaddr,
		  __print_symbolic(__entry->reason, SSK_TRACE_REFUSALS))
);

DECLARE_EVENT_CLASS(conn_event,
	TP_PROTO(const struct syncsock_conn *conn),

	TP_ARGS(conn),

	TP_STRUCT__entry(
		CONN_ENTRY
	),

	TP_fast_assign(
		CONN_ASSIGN;
	),

	TP_printk(CONN_FORMAT, CONN_ARGS)
);

/* An outgoing connection is asked for. */
DEFINE_EVENT(conn_event, connect,
	TP_PROTO(const struct syncsock_conn *conn),
	TP_ARGS(conn)
);

DEFINE_EVENT(conn_event, pause,
	TP_PROTO(const struct syncsock_conn *conn),
	TP_ARGS(conn)
);

DEFINE_EVENT(conn_event, resume,
	TP_PROTO(const struct syncsock_conn *conn),
	TP_ARGS(conn)
);

/*
 * A dead connection's socket is about to be given back. That waits for the
 * socket's lock, which a worker may still have: upcall_end can come later.
 */
DEFINE_EVENT(conn_event, release,
	TP_PROTO(const struct syncsock_conn *conn),
	TP_ARGS(conn)
);

/* With @bytes unread. */
TRACE_EVENT(upcall_begin,
	TP_PROTO(const struct syncsock_conn *conn),

	TP_ARGS(conn),

	TP_STRUCT__entry(
		CONN_ENTRY
		__field(u32, bytes)
		__field(int, context)
		__field(u8, in_softirq)
	),

	TP_fast_assign(
		CONN_ASSIGN;
		__entry->bytes = conn->rx.len + conn->rx.hidden;
		__entry->context = conn->context;
		__entry->in_softirq = conn->in_softirq;
	),

	TP_printk(CONN_FORMAT " bytes=%u context=%s in_softirq=%u", CONN_ARGS,
		  __entry->bytes,
		  __print_symbolic(__entry->context, SSK_TRACE_CONTEXTS),
		  __entry->in_softirq)
);

/* @start: when TCP began with the segment, or whoever called with the upcall */
TRACE_EVENT(upcall_end,
	TP_PROTO(const struct syncsock_conn *conn, u64 start),

	TP_ARGS(conn, start),

	TP_STRUCT__entry(
		CONN_ENTRY
		__field(u64, duration_ns)
		__field(int, state)
	),

	TP_fast_assign(
		CONN_ASSIGN;
		__entry->duration_ns = tcp_clock_ns() - start;
		__entry->state = conn->state;
	),

	TP_printk(CONN_FORMAT " duration_ns=%llu state=%s", CONN_ARGS,
		  __entry->duration_ns,
		  __print_symbolic(__entry->state, SSK_TRACE_STATES))
);

DECLARE_EVENT_CLASS(conn_bytes,
	TP_PROTO(const struct syncsock_conn *conn, u32 bytes),

	TP_ARGS(conn, bytes),

	TP_STRUCT__entry(
		CONN_ENTRY
		__field(u32, bytes)
	),

	TP_fast_assign(
		CONN_ASSIGN;
		__entry->bytes = bytes;
	),

	TP_printk(CONN_FORMAT " bytes=%u", CONN_ARGS, __entry->bytes)
);

/* TCP is told what the handler has consumed. */
DEFINE_EVENT(conn_bytes, receive,
	TP_PROTO(const struct syncsock_conn *conn, u32 bytes),
	TP_ARGS(conn, bytes)
);

/* The budget is used up: @bytes wait for the next upcall. */
DEFINE_EVENT(conn_bytes, defer,
	TP_PROTO(const struct syncsock_conn *conn, u32 bytes),
	TP_ARGS(conn, bytes)
);

/* TCP has taken @bytes. */
TRACE_EVENT(send,
	TP_PROTO(const struct syncsock_conn *conn, u32 bytes),

	TP_ARGS(conn, bytes),

	TP_STRUCT__entry(
		CONN_ENTRY
		__field(u32, bytes)
		__field(u32, left)
	),

	TP_fast_assign(
		CONN_ASSIGN;
		__entry->bytes = bytes;
		__entry->left = conn->tx.bytes;
	),

	TP_printk(CONN_FORMAT " bytes=%u left=%u", CONN_ARGS, __entry->bytes,
		  __entry->left)
);

DECLARE_EVENT_CLASS(conn_room,
	TP_PROTO(const struct syncsock_conn *conn),

	TP_ARGS(conn),

	TP_STRUCT__entry(
		CONN_ENTRY
		__field(u32, unacked)
		__field(u32, left)
		__field(int, room)
		__field(u8, wanted)
	),

	TP_fast_assign(
		const struct tcp_sock *tp = tcp_sk(conn->sk);

		CONN_ASSIGN;
		__entry->unacked = tp->write_seq - tp->snd_una;
		__entry->left = conn->tx.bytes;
		__entry->room = sk_stream_wspace(conn->sk);
		__entry->wanted = conn->tx.wanted;
	),

	TP_printk(CONN_FORMAT " unacked=%u left=%u room=%d wanted=%u",
		  CONN_ARGS, __entry->unacked, __entry->left, __entry->room,
		  __entry->wanted)
);

DEFINE_EVENT(conn_room, send_blocked,
	TP_PROTO(const struct syncsock_conn *conn),
	TP_ARGS(conn)
);

DEFINE_EVENT(conn_room, writable,
	TP_PROTO(const struct syncsock_conn *conn),
	TP_ARGS(conn)
);

/* It runs in another context from now on; @duration_ns: 0 if the handler says so */
TRACE_EVENT(offload,
	TP_PROTO(const struct syncsock_conn *conn, u64 duration_ns),

	TP_ARGS(conn, duration_ns),

	TP_STRUCT__entry(
		CONN_ENTRY
		__field(u64, duration_ns)
		__field(int, context)
	),

	TP_fast_assign(
		CONN_ASSIGN;
		__entry->duration_ns = duration_ns;
		__entry->context = READ_ONCE(conn->context);
	),

	TP_printk(CONN_FORMAT " duration_ns=%llu context=%s", CONN_ARGS,
		  __entry->duration_ns,
		  __print_symbolic(__entry->context, SSK_TRACE_CONTEXTS))
);

/* @error: 0; -ENOBUFS: the mailbox is full; -EPIPE: the connection has ended */
TRACE_EVENT(post,
	TP_PROTO(const struct syncsock_conn *conn, int error),

	TP_ARGS(conn, error),

	TP_STRUCT__entry(
		CONN_ENTRY
		__field(int, home_cpu)
		__field(int, error)
	),

	TP_fast_assign(
		CONN_ASSIGN;
		__entry->home_cpu = conn->cpu;
		__entry->error = error;
	),

	TP_printk(CONN_FORMAT " home_cpu=%d error=%d", CONN_ARGS,
		  __entry->home_cpu, __entry->error)
);

/* The handler is told of the end. */
TRACE_EVENT(close,
	TP_PROTO(const struct syncsock_conn *conn,
		 enum syncsock_close_reason reason),

	TP_ARGS(conn, reason),

	TP_STRUCT__entry(
		CONN_ENTRY
		__field(int, reason)
		__field(int, error)
	),

	TP_fast_assign(
		CONN_ASSIGN;
		__entry->reason = reason;
		__entry->error = conn->error;
	),

	TP_printk(CONN_FORMAT " reason=%s error=%d", CONN_ARGS,
		  __print_symbolic(__entry->reason, SSK_TRACE_CLOSE_REASONS),
		  __entry->error)
);

/*
 * References; the first one is got where the connection is made. Another CPU
 * may have freed the connection, of which only the address is known here.
 */
DECLARE_EVENT_CLASS(conn_reference,
	TP_PROTO(const void *conn, int refs, unsigned long call_site),

	TP_ARGS(conn, refs, call_site),

	TP_STRUCT__entry(
		__field(const void *, conn)
		__field(int, refs)
		__field(unsigned long, call_site)
	),

	TP_fast_assign(
		__entry->conn = conn;
		__entry->refs = refs;
		__entry->call_site = call_site;
	),

	TP_printk("conn=%p refs=%d call_site=%pS", __entry->conn,
		  __entry->refs, (void *)__entry->call_site)
);

DEFINE_EVENT(conn_reference, get,
	TP_PROTO(const void *conn, int refs, unsigned long call_site),
	TP_ARGS(conn, refs, call_site)
);

DEFINE_EVENT(conn_reference, put,
	TP_PROTO(const void *conn, int refs, unsigned long call_site),
	TP_ARGS(conn, refs, call_site)
);

#endif /* SSK_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
