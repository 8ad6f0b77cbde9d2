# SPDX-License-Identifier: GPL-2.0-only
#
# Builds facts.h, which says what this kernel's headers offer, before
# anything that may include it. The flags are those of a module.

kapi-probe-flags = $(NOSTDINC_FLAGS) $(LINUXINCLUDE) $(KBUILD_CPPFLAGS) \
		   $(KBUILD_CFLAGS) $(KBUILD_CFLAGS_MODULE)

# The release is only there to have them probed anew when it changes.
quiet_cmd_kapi_probe = PROBE   $@
      cmd_kapi_probe = $(CONFIG_SHELL) $(src)/module/kapi/probe.sh \
		       $(src)/module/kapi/probe $@ $(CC) $(kapi-probe-flags) \
		       -DPROBED_FOR="$(KERNELRELEASE)"

$(obj)/module/kapi/facts.h: $(wildcard $(src)/module/kapi/probe/*.c) \
			    $(src)/module/kapi/probe.sh FORCE
	$(call if_changed,kapi_probe)

targets += module/kapi/facts.h
clean-files += module/kapi/facts.h module/kapi/facts.h.log

$(addprefix $(obj)/,$(iommu_mock-y)): $(obj)/module/kapi/facts.h
ccflags-y += -I$(obj)/module/kapi
