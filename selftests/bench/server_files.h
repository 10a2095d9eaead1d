/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERVER_FILES_H
#define SERVER_FILES_H

#include <stddef.h>
#include <time.h>

#define DATE_LEN	29

struct file {
	struct file	*next;
	char		*path;
	size_t		path_len;
	char		*body;
	size_t		len;

	/* What of the head does not change; with and without keep-alive. */
	char		*fields[2];
	size_t		fields_len[2];
};

void files_load(const char *directory);
const struct file *files_find(const char *path, size_t len);
void format_date(char *to, time_t when);

#endif /* SERVER_FILES_H */
