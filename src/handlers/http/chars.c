// SPDX-License-Identifier: GPL-2.0
#include "chars.h"

#define VALUE	HTTP_CHAR_VALUE
#define TOKEN	(HTTP_CHAR_TOKEN | VALUE)
#define SEGMENT	HTTP_CHAR_PATH
#define URI	(HTTP_CHAR_NAME | SEGMENT)
#define HEX	HTTP_CHAR_HEX
#define DIGIT	(HTTP_CHAR_DIGIT | HEX)
#define UPPER	HTTP_CHAR_UPPER

const u8 http_char_classes[256] = {
	['\t']		= VALUE,
	[' ']		= VALUE,
	['!']		= TOKEN | URI,
	['"']		= VALUE,
	['#']		= TOKEN,
	['$']		= TOKEN | URI,
	['%']		= TOKEN,
	['&' ... '\'']	= TOKEN | URI,
	['(' ... ')']	= VALUE | URI,
	['*' ... '+']	= TOKEN | URI,
	[',']		= VALUE | URI,
	['-' ... '.']	= TOKEN | URI,
	['/']		= VALUE,
	['0' ... '9']	= TOKEN | URI | DIGIT,
	[':']		= VALUE | SEGMENT,
	[';']		= VALUE | URI,
	['<']		= VALUE,
	['=']		= VALUE | URI,
	['>' ... '?']	= VALUE,
	['@']		= VALUE | SEGMENT,
	['A' ... 'F']	= TOKEN | URI | UPPER | HEX,
	['G' ... 'Z']	= TOKEN | URI | UPPER,
	['[' ... ']']	= VALUE,
	['^']		= TOKEN,
	['_']		= TOKEN | URI,
	['`']		= TOKEN,
	['a' ... 'f']	= TOKEN | URI | HEX,
	['g' ... 'z']	= TOKEN | URI,
	['{']		= VALUE,
	['|']		= TOKEN,
	['}']		= VALUE,
	['~']		= TOKEN | URI,
	[0x80 ... 0xff]	= VALUE,
};
