// SPDX-License-Identifier: GPL-2.0-only
/* The part of new_device that is about the BARs of functions. */
#include <linux/mm.h>

#include "../kapi/kapi.h"
#include "knobs.h"

/* Does the device have BARs that the options name? */
bool mock_wants_bars(const struct mock_device_spec *spec)
{
	unsigned int i;

	for (i = 0; i < MOCK_BARS; i++)
		if (spec->bars[i].size || spec->vf_bars[i].size)
			return true;
	return false;
}

static bool above_4g(void)
{
	return kapi_bars_window()->end > U32_MAX;
}

/* The registers are in BAR 0: in that of bars=, or in one for nothing else. */
static void add_regs_bar(struct mock_config_bar *bars)
{
	if (!bars[0].size)
		bars[0] = (struct mock_config_bar){
			.size = PAGE_SIZE,
			.wide = above_4g(),
		};
}

/* The table of MSI-X has a BAR of its own, after the others. */
static int add_msix_bar(struct mock_config_bar *bars, u32 *bar,
			const char *option)
{
	bool wide = above_4g();
	unsigned int i = 0;

	while (i < MOCK_BARS && bars[i].size)
		i += bars[i].wide ? 2 : 1;
	if (i + wide >= MOCK_BARS)
		return mock_fail(-EINVAL, "the table of MSI-X needs a BAR of its own, and %s= leaves none",
				 option);
	bars[i] = (struct mock_config_bar){
		.size = MOCK_MSIX_BAR_SIZE, .wide = wide,
	};
	*bar = i;
	return 0;
}

static bool too_narrow(const struct mock_config_bar *bars)
{
	unsigned int i;

	for (i = 0; i < MOCK_BARS; i++)
		if (bars[i].size && !bars[i].wide && above_4g())
			return true;
	return false;
}

/**
 * mock_bars_prepare() - complete the description of a function's BARs, and check it
 * @spec: the description of the function, and of its VFs
 *
 * Context: under mock_topology.
 * Return: 0; -EOPNOTSUPP or -EINVAL after a sentence.
 */
int mock_bars_prepare(struct mock_device_spec *spec)
{
	bool vf_bars = spec->vf_bars[0].size;
	int ret = 0;

	lockdep_assert_held(&mock_topology);
	if (!mock_wants_bars(spec) && !spec->msix && !spec->regs)
		return 0;
	if (!kapi_bars_window())
		return mock_fail(-EOPNOTSUPP, "functions have no BARs%s: load the module with bar_memory=block, or with a range that is reserved",
				 spec->msix ? ", which MSI-X needs" : "");
	if (spec->bridge || spec->behind)
		return mock_fail(-EINVAL, "bars=, vf_bars=, bar_regs= and msix= are for functions on a root bus: bridges, and functions behind one, have no BARs");
	if (too_narrow(spec->bars) || too_narrow(spec->vf_bars))
		return mock_fail(-EINVAL, "the memory for BARs is above 4 GiB: ask for BARs of 64 bits, as in 16K:64");
	if (spec->regs)
		add_regs_bar(spec->bars);
	if (spec->msix)
		ret = add_msix_bar(spec->bars, &spec->msix_bar, "bars");
	if (!ret && spec->msix && vf_bars)
		ret = add_msix_bar(spec->vf_bars, &spec->vf_msix_bar,
				   "vf_bars");
	return ret;
}
