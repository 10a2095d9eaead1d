/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Young connections: those that were accepted since the last sweep.
 */
#ifndef SSK_YOUNG_H
#define SSK_YOUNG_H

struct ssk_conn_list;
struct syncsock_conn;

void ssk_young_init(struct ssk_conn_list *list);
void ssk_young_exit(struct ssk_conn_list *list);
void ssk_young_add(struct ssk_conn_list *list, struct syncsock_conn *conn);
void ssk_young_sweep(struct ssk_conn_list *list);

#endif /* SSK_YOUNG_H */
