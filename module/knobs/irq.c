// SPDX-License-Identifier: GPL-2.0-only
/* The knob of a device's interrupts. */
#include <linux/seq_file.h>

#include "../config/config.h"
#include "knobs.h"

int mock_irq_show(struct seq_file *m, void *v)
{
	static const char *const uses[] = {
		[MOCK_IRQ_USE_NONE] = "-", [MOCK_IRQ_USE_MSI] = "msi",
		[MOCK_IRQ_USE_MSIX] = "msix", [MOCK_IRQ_USE_INTX] = "intx",
	};
	struct mock_device *mdev = to_device((struct mock_obj *)m->private);
	struct mock_irq_status st;

	mock_bus_irq_status(mdev, &st);
	seq_printf(m, "msi=%u msix=%u enabled=%s allocated=%u masked=0x%llx pending=0x%llx delivered=%llu dropped=%llu\n",
		   st.msi, st.msix, uses[st.use], st.allocated, st.masked,
		   st.pending, st.delivered, st.dropped);
	return 0;
}

/* "VECTOR": raise an interrupt. Whether it is delivered is in the journal. */
int mock_irq_write(struct mock_obj *obj, char *line)
{
	struct mock_device *mdev = to_device(obj);
	struct mock_thread by;
	struct mock_irq_status st;
	char *word = mock_next_word(&line);
	u32 vector;
	int ret;

	ret = mock_parse_u32(word, &vector);
	if (!ret)
		ret = mock_no_more(line);
	if (ret)
		return ret;
	if (mock_device_absent(mdev))
		return mock_fail_absent(mdev);
	mock_bus_irq_status(mdev, &st);
	if (!st.msi && !st.msix && st.use == MOCK_IRQ_USE_NONE)
		return mock_fail(-EOPNOTSUPP, "%s has no interrupts: only PCI functions with msi= or msix= of 1 or more, or with intx=1, have",
				 obj->name);
	if (vector >= MOCK_VECTORS_MAX)
		return mock_fail(-EINVAL, "a vector is 0 to %u",
				 MOCK_VECTORS_MAX - 1);
	mock_thread_now(&by);
	mdev->bus->irq(mdev, vector, &by);
	return 0;
}
