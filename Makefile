# SPDX-License-Identifier: GPL-2.0
# For people; the kernel's build system reads Kbuild. "make help" lists targets.

KERNEL	?= 6.12-cloud
RELEASE	?= $(shell uname -r)
KDIR	?= /lib/modules/$(RELEASE)/build

.PHONY: modules modules_install demo test check shell clean help

modules modules_install:
	@test -d $(KDIR) || { echo "make: no kernel headers in $(KDIR): install linux-headers-$(RELEASE), or set KDIR=DIRECTORY." >&2; exit 1; }
	$(MAKE) -C $(KDIR) M=$(CURDIR) $@

demo:
	@scripts/demo.sh

test:
	@scripts/test.sh $(KERNELS)

check:
	@scripts/check.sh

shell:
	@scripts/vm.sh shell --kernel $(KERNEL)

clean:
	rm -rf build
	find . -path ./.git -prune -o \( -name '*.o' -o -name '*.ko' -o -name '*.mod' \
		-o -name '*.mod.c' -o -name '.*.cmd' -o -name '.*.d' -o -name modules.order \
		-o -name Module.symvers \) -type f -exec rm -f {} +

help:
	@echo 'make               build the modules for the running kernel (or KDIR=DIRECTORY)'
	@echo 'make modules_install  install them, as root'
	@echo 'make demo          see it work: a virtual machine serves HTTP on 127.0.0.1'
	@echo '                   (PORT=N for a port of your choice, DEMO=once to end by itself)'
	@echo 'make test          static checks, builds and selftests, for every kernel'
	@echo '                   (KERNELS="6.12-cloud ..." for some of them)'
	@echo 'make check         the static checks alone'
	@echo 'make shell         a shell in a virtual machine with the modules at hand'
	@echo '                   (KERNEL=6.1-cloud for another kernel)'
	@echo 'make clean         delete what was built; downloads stay in ~/.cache/syncsock'
