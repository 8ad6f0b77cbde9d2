// SPDX-License-Identifier: GPL-2.0-only
/* The knob of a device's virtual functions. */
#include <linux/seq_file.h>

#include "knobs.h"

int mock_sriov_show(struct seq_file *m, void *v)
{
	struct mock_device *mdev = to_device((struct mock_obj *)m->private);
	char name[MOCK_NAME_LEN];
	struct mock_vf_status st;
	u32 i;

	mock_bus_vf_status(mdev, &st);
	seq_printf(m, "pf=%s total=%u offset=%u stride=%u enabled=%u vfs=",
		   mdev->pf ? mdev->pf->obj.name : "-", st.total, st.offset,
		   st.stride, st.enabled);
	for (i = 0; i < st.enabled; i++) {
		mock_vf_name(mdev->obj.name, i, name);
		seq_printf(m, "%s%s", i ? "," : "", name);
	}
	seq_puts(m, st.enabled ? "\n" : "-\n");
	return 0;
}
