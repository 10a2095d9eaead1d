# SPDX-License-Identifier: GPL-2.0
# For people; the kernel's build system reads Kbuild. "make help" lists targets.

KERNEL	?= 6.12-cloud
SECONDS	?= 600
RELEASE	?= $(shell uname -r)
KDIR	?= /lib/modules/$(RELEASE)/build

export DESTDIR KDIR

.PHONY: modules install uninstall dkms dkms-uninstall demo test test-stock test-debug kunit check fuzz bench bench-scale layout shell clean help

modules:
	@test -d $(KDIR) || { echo "make: no kernel headers in $(KDIR): install linux-headers-$(RELEASE), or set KDIR=DIRECTORY." >&2; exit 1; }
	$(MAKE) -C $(KDIR) M=$(CURDIR) $@

install uninstall dkms dkms-uninstall:
	@scripts/install.sh $@

demo:
	@scripts/demo.sh

test:
	@KERNELS="$(KERNELS)" scripts/test.sh

test-stock:
	@KERNELS="$(KERNELS)" scripts/test.sh stock flavours faults packets

test-debug:
	@scripts/test.sh kunit debug races canary

kunit:
	@scripts/test.sh kunit

check:
	@scripts/check.sh

fuzz:
	@scripts/fuzz.sh $(SECONDS)

bench:
	@KERNEL="$(KERNEL)" SCENARIO="$(SCENARIO)" PEERS="$(PEERS)" ROUNDS="$(ROUNDS)" \
		PROFILE="$(PROFILE)" TOP="$(TOP)" WALL="$(WALL)" CPUS="$(CPUS)" CLOCK="$(CLOCK)" scripts/bench.sh

bench-scale:
	@$(MAKE) --no-print-directory bench CPUS="1 2 4"
	@$(MAKE) --no-print-directory bench CPUS="1 2" CLOCK=1

layout:
	@KERNEL="$(KERNEL)" scripts/layout.sh $(STRUCTS)

shell:
	@scripts/vm.sh shell --kernel $(KERNEL)

clean:
	rm -rf build
	find . -path ./.git -prune -o \( -name '*.o' -o -name '*.ko' -o -name '*.mod' \
		-o -name '*.mod.c' -o -name '.*.cmd' -o -name '.*.d' -o -name modules.order \
		-o -name Module.symvers \) -type f -exec rm -f {} +

help:
	@echo 'make               build the modules for the running kernel (or KDIR=DIRECTORY)'
	@echo 'make install       install them and what other handlers are built with, as root'
	@echo '                   (DESTDIR=DIRECTORY instead of /); make uninstall'
	@echo 'make dkms          have dkms build them for every kernel; make dkms-uninstall'
	@echo 'make demo          see it work: a virtual machine serves HTTP on 127.0.0.1'
	@echo '                   (PORT=N for a port of your choice, DEMO=once to end by itself)'
	@echo 'make test          all tests: an hour on two cores, 20 minutes more at first'
	@echo 'make test-stock    those on the kernels that Debian ships'
	@echo '                   (KERNELS="6.12-cloud ..." for some of them)'
	@echo 'make test-debug    those on the kernels that are built here to find faults'
	@echo 'make kunit         the tests of units'
	@echo 'make check         the static checks alone'
	@echo 'make fuzz          feed the parsers with what nobody should send (SECONDS=600)'
	@echo 'make bench         instructions per request, beside other servers (SCENARIO="..." and'
	@echo '                   PEERS="..." for some; PROFILE=1 for what they are spent on;'
	@echo '                   KERNEL, ROUNDS, TOP and WALL: scripts/bench.sh says what they do)'
	@echo 'make bench-scale   the same with 1, 2 and 4 CPUs of the server, and how much faster two'
	@echo '                   are than one (CPUS and CLOCK of scripts/bench.sh)'
	@echo 'make layout        the structures that every request uses, by cache lines'
	@echo '                   (STRUCTS="..." for others)'
	@echo 'make shell         a shell in a virtual machine with the modules at hand'
	@echo '                   (KERNEL=6.1-cloud for another kernel)'
	@echo 'make clean         delete what was built; downloads stay in ~/.cache/syncsock'
