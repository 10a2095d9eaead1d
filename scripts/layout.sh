#!/bin/bash
# Prints the structures that every request uses, by cache lines, as the compiler has laid
# them out.
#
#   scripts/layout.sh [STRUCT...]         KERNEL=6.12-cloud
#
# What requests of all CPUs read has to lie apart from what is written: service.h has the
# compiler see to that.

set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"
cd "$root"

kernel=${KERNEL:-6.12-cloud}
structs=("$@")
(($#)) || structs=(ssk_service ssk_handler syncsock_conn ssk_rx ssk_tx ssk_stats ssk_conns
	run_queue release_queue ssk_listener ssk_acceptor)

scripts/packages.sh build layout
scripts/build.sh "$kernel"
module=$(build_dir "$kernel")/syncsock.ko
for struct in "${structs[@]}"; do
	pahole -C "$struct" "$module" | grep . ||
		die "$module has no 'struct $struct'."
done
