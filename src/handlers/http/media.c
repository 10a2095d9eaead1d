// SPDX-License-Identifier: GPL-2.0
#include "chars.h"
#include "media.h"

#define EXTENSION_MAX	11
#define TEXT(_type)	"text/" _type "; charset=utf-8"

static const struct {
	char		extension[EXTENSION_MAX + 1];
	const char	*type;
} types[] = {
	{ "html", HTTP_MEDIA_HTML },
	{ "htm", HTTP_MEDIA_HTML },
	{ "css", TEXT("css") },
	{ "js", TEXT("javascript") },
	{ "mjs", TEXT("javascript") },
	{ "json", "application/json" },
	{ "map", "application/json" },
	{ "wasm", "application/wasm" },
	{ "png", "image/png" },
	{ "jpg", "image/jpeg" },
	{ "jpeg", "image/jpeg" },
	{ "svg", "image/svg+xml" },
	{ "webp", "image/webp" },
	{ "avif", "image/avif" },
	{ "gif", "image/gif" },
	{ "ico", "image/vnd.microsoft.icon" },
	{ "bmp", "image/bmp" },
	{ "tif", "image/tiff" },
	{ "tiff", "image/tiff" },
	{ "woff2", "font/woff2" },
	{ "woff", "font/woff" },
	{ "ttf", "font/ttf" },
	{ "otf", "font/otf" },
	{ "txt", HTTP_MEDIA_PLAIN },
	{ "log", HTTP_MEDIA_PLAIN },
	{ "asc", HTTP_MEDIA_PLAIN },
	{ "md", TEXT("markdown") },
	{ "csv", TEXT("csv") },
	{ "ics", TEXT("calendar") },
	{ "vcf", TEXT("vcard") },
	{ "xml", "application/xml" },
	{ "xhtml", "application/xhtml+xml" },
	{ "rss", "application/rss+xml" },
	{ "atom", "application/atom+xml" },
	{ "webmanifest", "application/manifest+json" },
	{ "jsonld", "application/ld+json" },
	{ "geojson", "application/geo+json" },
	{ "pdf", "application/pdf" },
	{ "epub", "application/epub+zip" },
	{ "rtf", "application/rtf" },
	{ "odt", "application/vnd.oasis.opendocument.text" },
	{ "ods", "application/vnd.oasis.opendocument.spreadsheet" },
	{ "odp", "application/vnd.oasis.opendocument.presentation" },
	{ "gz", "application/gzip" },
	{ "tgz", "application/gzip" },
	{ "zip", "application/zip" },
	{ "bz2", "application/x-bzip2" },
	{ "xz", "application/x-xz" },
	{ "zst", "application/zstd" },
	{ "7z", "application/x-7z-compressed" },
	{ "tar", "application/x-tar" },
	{ "deb", "application/vnd.debian.binary-package" },
	{ "mp3", "audio/mpeg" },
	{ "m4a", "audio/mp4" },
	{ "ogg", "audio/ogg" },
	{ "oga", "audio/ogg" },
	{ "opus", "audio/ogg" },
	{ "flac", "audio/flac" },
	{ "wav", "audio/wav" },
	{ "mp4", "video/mp4" },
	{ "m4v", "video/mp4" },
	{ "webm", "video/webm" },
	{ "ogv", "video/ogg" },
	{ "mov", "video/quicktime" },
	{ "mpeg", "video/mpeg" },
	{ "mpg", "video/mpeg" },
	{ "ts", "video/mp2t" },
	{ "m3u8", "application/vnd.apple.mpegurl" },
	{ "vtt", TEXT("vtt") },
};

/* The lower-case extension of a name, or an empty string. */
static void find_extension(const char *name, size_t len,
			   char extension[EXTENSION_MAX + 1])
{
	size_t first = len;
	size_t i;

	extension[0] = '\0';
	while (first && name[first - 1] != '.' && name[first - 1] != '/')
		first--;
	if (!first || name[first - 1] != '.' || len - first > EXTENSION_MAX)
		return;
	for (i = 0; first + i < len; i++)
		extension[i] = http_char_lower(name[first + i]);
	extension[i] = '\0';
}

const char *http_media_type(const char *name, size_t len)
{
	char extension[EXTENSION_MAX + 1];
	size_t i;

	find_extension(name, len, extension);
	for (i = 0; i < ARRAY_SIZE(types); i++)
		if (!strcmp(types[i].extension, extension))
			return types[i].type;
	return "application/octet-stream";
}
