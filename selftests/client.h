/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The test client: one program, one subcommand per way of using a TCP server.
 *
 * Every wait has the same deadline, set once at start. A failure ends the
 * program with one message and status 1, except in the functions that say
 * that they return an error.
 */
#ifndef CLIENT_H
#define CLIENT_H

#include <err.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

struct options {
	struct sockaddr_storage	addr;
	socklen_t		addr_len;
	const char		*device;	/* ADDRESS%DEVICE, or NULL */
	size_t			bytes;		/* -b */
	unsigned int		workers;	/* -c */
	const char		*ending;	/* -e: fin, rst, close, server */
	unsigned int		count;		/* -n */
	const char		*path;		/* -p: speak HTTP, else echo */
	const char		*stage;		/* -s */
	bool			until_eof;	/* -u */
};

#define die(...) errx(1, __VA_ARGS__)

/* io.c: the deadline, and non-blocking sockets that wait for it */
void	set_deadline(unsigned int seconds);
int	remaining_ms(void);
bool	wait_for(int fd, short events, int limit_ms);
int	new_socket(const struct options *opts);
int	try_connect(int fd, const struct options *opts);
int	connect_to(const struct options *opts);
int	connect_nodelay(const struct options *opts);
int	try_send(int fd, const void *buf, size_t len);
void	send_all(int fd, const void *buf, size_t len);
ssize_t	try_read(int fd, void *buf, size_t len);
void	expect_eof(int fd);
void	set_option(int fd, int level, int name, int value, const char *what);
void	reset_on_close(int fd);
bool	unacknowledged(int fd);
void	wait_acknowledged(int fd);

/* stop.c: SIGTERM, when a script sends it */
void	block_stop(void);
bool	stopped(void);
void	wait_stop(void);

/* pattern.c: bytes that differ by position, and their echo */
struct exchange {
	int		fd;
	unsigned long	seed;		/* tells connections apart */
	size_t		total;
	size_t		sent;
	size_t		received;
	size_t		write_size;	/* the most for one write */
	size_t		read_size;	/* the most for one read */
};

void	pattern_fill(void *buf, size_t len, unsigned long position);
size_t	pattern_match(const void *buf, size_t len, unsigned long position);
ssize_t	exchange_send(struct exchange *x);
ssize_t	exchange_read(struct exchange *x);
int	try_exchange(struct exchange *x);
void	run_exchange(struct exchange *x);

/* capture.c: what the segments of a connection looked like */
struct segment {
	bool	outgoing;
	bool	syn;
	bool	rst;
	size_t	payload;
};

int	capture_open(void);
bool	capture_next(int capture, int fd, struct segment *seg);
bool	capture_saw_reset(int capture, int fd);

/* message.c: HTTP responses */
struct reader {
	int	fd;
	size_t	used;
	char	buf[1 << 16];
};

struct response {
	int	status;
	size_t	head_len;
	size_t	body_len;
	bool	will_close;
	char	*bytes;			/* the head, then the body */
};

int	try_read_response(struct reader *from, bool head_only,
			  struct response *resp);
void	read_response(struct reader *from, bool head_only,
		      struct response *resp);
void	free_response(struct response *resp);
char	*http_get(const char *path, bool keep_alive);

/* The subcommands, each under its file. */

/* echo.c */
int	cmd_first_data(const struct options *opts);
int	cmd_bytes(const struct options *opts);
int	cmd_pipeline(const struct options *opts);
int	cmd_slow(const struct options *opts);

/* ending.c */
int	cmd_end(const struct options *opts);
int	cmd_half_close(const struct options *opts);
int	cmd_linger(const struct options *opts);

/* load.c */
int	cmd_churn(const struct options *opts);
int	cmd_stream(const struct options *opts);

/* traffic.c */
int	cmd_traffic(const struct options *opts);

/* hold.c */
int	cmd_hold(const struct options *opts);

/* idle.c */
int	cmd_idle(const struct options *opts);

/* many.c */
int	cmd_many(const struct options *opts);

/* window.c */
int	cmd_window(const struct options *opts);

/* http.c */
int	cmd_request(const struct options *opts);
int	cmd_pipeline_http(const struct options *opts);
int	cmd_split(const struct options *opts);

/* exchange.c */
int	cmd_exchange(const struct options *opts);

/* mutate.c */
int	cmd_mutate(const struct options *opts);

/* talk.c */
int	cmd_talk(const struct options *opts);

/* handshake.c */
int	cmd_fast_open(const struct options *opts);
int	cmd_multipath(const struct options *opts);

/* latency.c */
int	cmd_latency(const struct options *opts);
int	cmd_busy(const struct options *opts);

/* script.c */
int	cmd_script(const struct options *opts);

/* listen.c */
int	cmd_listen(const struct options *opts);

#endif /* CLIENT_H */
