# shellcheck shell=bash
# Shared by the shell programs in scripts/ whose results are the statuses of commands, as
# TAP. Sourced after lib.sh.

number=0
failed=0

# check NAME COMMAND...: one TAP line for COMMAND's status, its output only on failure.
check() {
	local name=$1 output
	shift
	number=$((number + 1))
	progress "$name"
	if output=$("$@" 2>&1); then
		echo "ok $number - $name"
	else
		echo "not ok $number - $name"
		printf '%s\n' "$output" | sed 's/^/# /'
		failed=1
	fi
}

# check_end: the plan, and the program's status.
check_end() {
	echo "1..$number"
	exit "$failed"
}
