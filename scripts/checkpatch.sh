#!/bin/bash
# Checks C files with the checkpatch of Debian's 6.12 kernel source.
#
#   scripts/checkpatch.sh FILE...
#
# Prints what it finds; status 1 if that is anything. What is not asked for:
#   FILE_PATH_CHANGES  wants an entry in the kernel's own MAINTAINERS
#   LINUX_VERSION_CODE, CONSTANT_COMPARISON (which takes it for a constant on the wrong
#                      side): version tests have their one place, src/compat.h
#   CAMELCASE          in selftests/fuzz, for the name that libFuzzer calls
#   MACRO_ARG_REUSE    in handler.h, whose macro takes the name of a variable
#   COMPLEX_MACRO and those beside it in trace.h: tracepoints are written like that

set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"

ignored=FILE_PATH_CHANGES
(($#)) || die "usage: checkpatch.sh FILE..."
for file in "$@"; do
	[[ -f $file ]] || die "there is no file $file."
done

"$root/scripts/packages.sh" check
tools=$("$root/scripts/kernel.sh" source linux-source-6.12 \
	scripts/checkpatch.pl scripts/spelling.txt scripts/const_structs.checkpatch)
# It leaves there what it knows of other files' names.
trap 'rm -f .checkpatch-camelcase.*' EXIT
failed=0
for file in "$@"; do
	ignore=$ignored
	[[ $file -ef $root/src/compat.h ]] && ignore+=,LINUX_VERSION_CODE,CONSTANT_COMPARISON
	[[ $file == *selftests/fuzz/* ]] && ignore+=,CAMELCASE
	[[ $file -ef $root/include/syncsock/handler.h ]] && ignore+=,MACRO_ARG_REUSE
	[[ $file -ef $root/src/core/trace.h ]] && ignore+=,COMPLEX_MACRO,CAMELCASE,MACRO_ARG_UNUSED,TRAILING_SEMICOLON,PARENTHESIS_ALIGNMENT,OPEN_ENDED_LINE
	perl "$tools/scripts/checkpatch.pl" --no-tree --strict --quiet --show-types --terse \
		--no-summary --ignore "$ignore" --file "$file" || failed=1
done
exit "$failed"
