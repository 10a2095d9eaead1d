// SPDX-License-Identifier: GPL-2.0
/*
 * The files of a directory, in memory, with the heads of their responses.
 */
#include <err.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server_files.h"

#define BUCKETS		4096

static struct file *files[BUCKETS];
static size_t root_len;

static const struct {
	const char	*suffix;
	const char	*type;
} types[] = {
	{ ".html", "text/html" },
	{ ".txt", "text/plain" },
	{ ".css", "text/css" },
	{ ".js", "application/javascript" },
	{ ".json", "application/json" },
	{ ".png", "image/png" },
	{ ".svg", "image/svg+xml" },
};

static const char *type_of(const char *path)
{
	const char *dot = strrchr(path, '.');
	size_t i;

	for (i = 0; dot && i < sizeof(types) / sizeof(*types); i++) {
		if (!strcmp(dot, types[i].suffix))
			return types[i].type;
	}
	return "application/octet-stream";
}

/* Writes DATE_LEN bytes and a 0. */
void format_date(char *to, time_t when)
{
	struct tm tm;

	strftime(to, DATE_LEN + 1, "%a, %d %b %Y %H:%M:%S GMT",
		 gmtime_r(&when, &tm));
}

static unsigned int bucket_of(const char *path, size_t len)
{
	unsigned int hash = 2166136261;
	size_t i;

	for (i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)path[i]) * 16777619;
	return hash % BUCKETS;
}

const struct file *files_find(const char *path, size_t len)
{
	const struct file *file = files[bucket_of(path, len)];

	while (file && (file->path_len != len || memcmp(file->path, path, len)))
		file = file->next;
	return file;
}

static void *checked(void *memory)
{
	if (!memory)
		errx(1, "out of memory");
	return memory;
}

static char *read_all(const char *name, size_t len)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	char *body = checked(malloc(len + 1));
	size_t have = 0;
	ssize_t got = 1;

	if (fd < 0)
		err(1, "%s", name);
	while (have < len && got > 0) {
		got = read(fd, body + have, len - have);
		have += got > 0 ? got : 0;
	}
	if (have < len)
		errx(1, "%s cannot be read", name);
	close(fd);
	return body;
}

static void make_fields(struct file *file, const struct stat *st, bool keep)
{
	char modified[DATE_LEN + 1];
	int len;

	format_date(modified, st->st_mtime);
	len = asprintf(&file->fields[keep],
		       "Content-Type: %s\r\nContent-Length: %zu\r\n"
		       "Last-Modified: %s\r\nConnection: %s\r\n"
		       "ETag: \"%lx-%zx\"\r\nAccept-Ranges: bytes\r\n\r\n",
		       type_of(file->path), file->len, modified,
		       keep ? "keep-alive" : "close", st->st_mtime, file->len);
	if (len < 0)
		errx(1, "out of memory");
	file->fields_len[keep] = len;
}

static void insert(struct file *file)
{
	struct file **head = &files[bucket_of(file->path, file->path_len)];

	file->next = *head;
	*head = file;
}

static int add_file(const char *name, const struct stat *st, int type,
		    struct FTW *ftw)
{
	struct file *file, *index;

	if (type != FTW_F || !S_ISREG(st->st_mode))
		return 0;
	file = checked(calloc(1, sizeof(*file)));
	file->path = checked(strdup(name + root_len));
	file->path_len = strlen(file->path);
	file->len = st->st_size;
	file->body = read_all(name, file->len);
	make_fields(file, st, false);
	make_fields(file, st, true);
	insert(file);
	if (strcmp(name + ftw->base, "index.html"))
		return 0;
	index = checked(malloc(sizeof(*index)));
	*index = *file;
	index->path_len -= strlen("index.html");
	insert(index);
	return 0;
}

void files_load(const char *directory)
{
	if (!directory)
		errx(2, "http needs a directory: -r DIR");
	root_len = strlen(directory);
	while (root_len && directory[root_len - 1] == '/')
		root_len--;
	if (nftw(directory, add_file, 32, FTW_PHYS) < 0)
		err(1, "%s", directory);
}
