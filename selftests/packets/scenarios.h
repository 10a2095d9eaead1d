/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All scenarios, by file.
 */
#ifndef SCENARIOS_H
#define SCENARIOS_H

#include "packet.h"

/* order.c */
void	plain_echo(struct peer *p);
void	out_of_order(struct peer *p);
void	overlap(struct peer *p);
void	duplicates(struct peer *p);
void	single_bytes(struct peer *p);
void	other_content(struct peer *p);
void	other_content_queued(struct peer *p);

/* window.c */
void	window_closed(struct peer *p);
void	window_tiny(struct peer *p);
void	window_of_server(struct peer *p);
void	small_mss(struct peer *p);
void	no_mss(struct peer *p);

/* handshake.c */
void	data_in_last_ack(struct peer *p);
void	lost_last_ack(struct peer *p);
void	lost_syn_ack(struct peer *p);
void	syn_established(struct peer *p);
void	fast_open(struct peer *p);
void	multipath(struct peer *p);
void	not_a_syn(struct peer *p);
void	wrong_last_ack(struct peer *p);
void	half_a_handshake(struct peer *p);
void	half_a_handshake_fin(struct peer *p);
void	half_a_handshake_reset(struct peer *p);
void	half_a_handshake_only(struct peer *p);
void	cookies(struct peer *p);
void	wrong_cookie(struct peer *p);
void	syn_flood(struct peer *p);
void	syn_flood_cookies(struct peer *p);

/* state.c */
void	reset_syn_received(struct peer *p);
void	reset_established(struct peer *p);
void	reset_queued(struct peer *p);
void	reset_fin_wait_1(struct peer *p);
void	reset_fin_wait_2(struct peer *p);
void	reset_close_wait(struct peer *p);
void	reset_last_ack(struct peer *p);
void	reset_closing(struct peer *p);
void	reset_time_wait(struct peer *p);
void	simultaneous_close(struct peer *p);
void	fin_again_close_wait(struct peer *p);
void	fin_again_last_ack(struct peer *p);
void	fin_again_closing(struct peer *p);
void	fin_again_time_wait(struct peer *p);
void	reopen_time_wait(struct peer *p);

/* fin.c */
void	fin_in_last_ack(struct peer *p);
void	fin_and_data_in_last_ack(struct peer *p);
void	fin_with_data(struct peer *p);
void	fin_out_of_order(struct peer *p);
void	fin_twice(struct peer *p);
void	data_after_fin(struct peer *p);
void	fin_then_reset(struct peer *p);
void	fin_and_reset(struct peer *p);
void	fin_into_closed_window(struct peer *p);
void	half_close(struct peer *p);
void	close_with_unread(struct peer *p);
void	close_into_closed_window(struct peer *p);
void	never_closed(struct peer *p);
void	never_acknowledged(struct peer *p);

/* urgent.c */
void	urgent(struct peer *p);
void	urgent_beyond(struct peer *p);
void	urgent_out_of_order(struct peer *p);
void	urgent_at_both_ends(struct peer *p);

/* malformed.c */
void	damages(struct peer *p);
void	damages_to_handshake(struct peer *p);
void	bad_options(struct peer *p);
void	bad_options_of_syn(struct peer *p);

/* burst.c */
void	bursts(struct peer *p);
void	bursts_in_a_row(struct peer *p);
void	bursts_overlap(struct peer *p);
void	burst_of_small(struct peer *p);
void	burst_with_fin(struct peer *p);
void	burst_in_last_ack(struct peer *p);
void	burst_into_small_window(struct peer *p);

/* ack.c */
void	ack_of_future(struct peer *p);
void	ack_of_past(struct peer *p);
void	no_ack(struct peer *p);
void	duplicate_acks(struct peer *p);
void	lost_answer(struct peer *p);
void	old_timestamp(struct peer *p);
void	bad_sack(struct peer *p);
void	keep_alive(struct peer *p);
void	all_bits(struct peer *p);

#endif /* SCENARIOS_H */
