/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The sysctls of a service.
 */
#ifndef SSK_SYSCTL_H
#define SSK_SYSCTL_H

struct ssk_service;

int ssk_sysctl_register(struct ssk_service *service);
void ssk_sysctl_unregister(struct ssk_service *service);

#endif /* SSK_SYSCTL_H */
