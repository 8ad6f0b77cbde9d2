# SPDX-License-Identifier: GPL-2.0-only
# What people type. `make help` lists it. Kbuild, beside this file, is what the
# kernel's build system reads.

KDIR ?= /lib/modules/$(shell uname -r)/build
DESTDIR ?=
PREFIX ?= /usr/local
KERNEL ?=

.PHONY: help module tool demo report check check-all lint install uninstall deb clean

help:
	@echo 'make module    build iommu_mock.ko for the running kernel, or KDIR=...'
	@echo 'make tool      build userspace/iommu-mock, and libiommu-mock in userspace/build'
	@echo 'make demo      boot a stock Debian 13 kernel in a VM and show what this is'
	@echo 'make report    run the matrix on all stock kernels, write report/report.html'
	@echo 'make check     install what it needs, then test (tests/left-out.list: what not)'
	@echo 'make check-all the same with every test on every kernel'
	@echo 'make lint      the linters alone'
	@echo 'make install   as root: tool and library to $$(DESTDIR)$$(PREFIX), the module to dkms'
	@echo '               (for the running kernel, or KERNEL=...)'
	@echo 'make uninstall as root: remove what make install installed'
	@echo 'make deb       build Debian packages of tool, library and module in packages/'
	@echo 'make clean     remove what was built (the cache of VMs stays)'

module:
	@test -e '$(KDIR)/Makefile' || { \
		echo 'make module: no kernel headers in $(KDIR): install them, or set KDIR=' >&2; exit 1; }
	$(MAKE) -C '$(KDIR)' M='$(CURDIR)' modules

tool:
	$(MAKE) -C userspace

demo:
	scripts/packages vm tool
	$(MAKE) --no-print-directory tool
	scripts/vm --lane debian-13 --add scripts/demo -- sh demo

report:
	scripts/packages vm tool
	$(MAKE) --no-print-directory tool
	@scripts/report

check:
	scripts/packages vm tool check lint fuzz
	@scripts/check

check-all:
	scripts/packages vm arm64 riscv64 tool check lint fuzz rpm
	@scripts/check --all

lint:
	scripts/packages vm tool check lint
	@scripts/lint

# dkms builds the module for KERNEL, and for every kernel this machine will get. A
# staged install (DESTDIR) leaves registering it to the package's scripts.
install:
	@KERNEL='$(KERNEL)' DESTDIR='$(DESTDIR)' scripts/install-module check
	$(MAKE) --no-print-directory tool
	$(MAKE) -C userspace install DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)'
	KERNEL='$(KERNEL)' DESTDIR='$(DESTDIR)' scripts/install-module install

uninstall:
	DESTDIR='$(DESTDIR)' scripts/install-module uninstall
	$(MAKE) -C userspace uninstall DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)'

deb:
	scripts/packages tool deb
	scripts/deb packages

clean:
	test ! -e userspace/Makefile || $(MAKE) -C userspace clean
	rm -f module/kapi/facts.h module/kapi/facts.h.log
	find . -path ./.git -prune -o -type f \( -name '*.o' -o -name '*.ko' -o -name '*.mod' \
		-o -name '*.mod.c' -o -name '*.cmd' -o -name Module.symvers -o -name modules.order \) \
		-exec rm -f {} +
	rm -rf results fuzz-results report packages .tmp_versions
