/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SOCKMAP_H
#define SOCKMAP_H

/* What sockmap.bpf.c was compiled to; the linker makes names of the file's. */
extern const char _binary_sockmap_bpf_o_start[];
extern const char _binary_sockmap_bpf_o_end[];

#endif /* SOCKMAP_H */
