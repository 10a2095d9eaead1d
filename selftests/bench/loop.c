// SPDX-License-Identifier: GPL-2.0
/*
 * The event loop: phases, and which connection goes on with what.
 *
 * A phase begins when the one before is complete, and each connection has its
 * share of it from the start, so that timing does not decide who sends what.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "connection.h"
#include "marker.h"

/* So many connections are opened at a time before the first request. */
#define OPENING_MAX	64

#define EVENTS_MAX	256

/* How long a lost word of an acknowledgment may stay unnoticed. */
#define RECHECK_MS	100

enum phase_name { CONNECTING, PRELOADING, WARMING, MEASURING, ENDING, ENDED };

static const char * const phase_names[] = {
	"connecting", "preload", "warm-up", "window", "closing",
};

struct phase phase;
struct totals window;

static enum phase_name phase_name;
static struct connection *connections;
static int epoll;

unsigned long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000UL + now.tv_nsec;
}

void watch(struct connection *conn)
{
	struct epoll_event event = {
		.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
		.data.ptr = conn,
	};

	if (epoll_ctl(epoll, EPOLL_CTL_ADD, conn->fd, &event) < 0)
		die("epoll_ctl failed");
}

/* A request, or in phases without any a connection, is complete. */
void phase_step(void)
{
	phase.complete++;
	if (phase_name == MEASURING && phase.complete == phase.total) {
		bench_mark(BENCH_WINDOW_CLOSES);
		window.closed = now_ns();
		if (options.busy_cpu >= 0)
			window.busy = busy_ns(options.busy_cpu) - window.busy;
		phase.measured = false;
	}
	if (phase_name == MEASURING)
		window.requests++;
}

/* One that was opened makes room for the next. */
void connection_opened(void)
{
	if (phase_name != CONNECTING)
		return;
	phase_step();
	if (phase.started < phase.total)
		connection_open(&connections[phase.started++]);
}

static void open_first(void)
{
	while (phase.started < phase.total &&
	       phase.started - phase.complete < OPENING_MAX)
		connection_open(&connections[phase.started++]);
}

static void begin_requests(void)
{
	unsigned long share = phase.total / options.connections;
	unsigned long more = phase.total % options.connections;
	unsigned int i;

	for (i = 0; i < options.connections; i++)
		connection_begin(&connections[i], share + (i < more));
}

static void open_window(void)
{
	window.bytes_sent = 0;
	window.bytes_received = 0;
	phase.measured = true;
	if (options.busy_cpu >= 0)
		window.busy = busy_ns(options.busy_cpu);
	window.opened = now_ns();
	bench_mark(BENCH_WINDOW_OPENS);
}

static void begin_phase(enum phase_name name)
{
	unsigned int i;

	phase_name = name;
	phase.before += phase.total;
	phase.complete = 0;
	phase.started = 0;
	phase.base = 0;
	phase.total = 0;
	switch (name) {
	case CONNECTING:
		phase.total = options.once ? 0 : options.connections;
		open_first();
		break;
	case PRELOADING:
		if (options.protocol->preload)
			phase.total = options.protocol->preload();
		phase.base = PRELOAD;
		begin_requests();
		break;
	case WARMING:
		phase.total = options.warmup;
		begin_requests();
		break;
	case MEASURING:
		phase.base = options.warmup;
		phase.total = options.requests;
		open_window();
		begin_requests();
		break;
	case ENDING:
		if (options.hold)
			hold_connections();
		phase.total = options.once ? 0 : options.connections;
		for (i = 0; i < phase.total; i++)
			connection_end(&connections[i]);
		break;
	case ENDED:
		break;
	}
}

/* Phases with nothing to do end at once. */
static void go_on(void)
{
	while (phase_name != ENDED && phase.complete == phase.total)
		begin_phase(phase_name + 1);
}

/* An event without a connection tells that the time is over. */
static void set_deadline(void)
{
	struct itimerspec when = { .it_value.tv_sec = options.seconds };
	struct epoll_event event = { .events = EPOLLIN };
	int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);

	if (timer < 0 || timerfd_settime(timer, 0, &when, NULL) < 0 ||
	    epoll_ctl(epoll, EPOLL_CTL_ADD, timer, &event) < 0)
		die("no timer");
}

static void handle(const struct epoll_event *event)
{
	if (!event->data.ptr)
		fail("not ready after %u s: %lu of %lu done in phase %s",
		     options.seconds, phase.complete, phase.total,
		     phase_names[phase_name]);
	connection_handle(event->data.ptr, event->events);
	go_on();
}

static void loop(void)
{
	static struct epoll_event events[EVENTS_MAX];
	int wait_ms = options.protocol->acknowledged ? RECHECK_MS : -1;
	unsigned int j;
	int i, count;

	while (phase_name != ENDED) {
		count = epoll_wait(epoll, events, EVENTS_MAX, wait_ms);
		for (i = 0; i < count; i++)
			handle(&events[i]);
		if (count)
			continue;
		for (j = 0; j < options.connections; j++)
			connection_recheck(&connections[j]);
		go_on();
	}
}

void run_load(void)
{
	unsigned int i;

	epoll = epoll_create1(EPOLL_CLOEXEC);
	connections = calloc(options.connections, sizeof(*connections));
	if (epoll < 0 || !connections)
		die("out of memory");
	for (i = 0; i < options.connections; i++)
		connection_init(&connections[i], i);
	set_deadline();
	begin_phase(CONNECTING);
	go_on();
	loop();
}
