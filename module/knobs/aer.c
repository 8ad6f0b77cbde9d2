// SPDX-License-Identifier: GPL-2.0-only
/* The knob of a function's errors. */
#include <linux/seq_file.h>
#include <linux/string.h>

#include "../config/config.h"
#include "knobs.h"

static void show_errors(struct seq_file *m, const char *what, bool correctable,
			u32 status)
{
	const char *before = "";
	unsigned int i;

	seq_printf(m, "%s=", what);
	for (i = 0; i < MOCK_AER_ERRORS; i++) {
		const struct mock_aer_error *error = &mock_aer_errors[i];

		if (error->correctable != correctable || !(error->bit & status))
			continue;
		seq_printf(m, "%s%s", before, error->name);
		before = ",";
	}
	seq_puts(m, *before ? " " : "- ");
}

int mock_aer_show(struct seq_file *m, void *v)
{
	struct mock_device *mdev = to_device((struct mock_obj *)m->private);
	struct mock_error_status st;

	mock_bus_errors(mdev, &st);
	show_errors(m, "correctable", true, st.correctable);
	show_errors(m, "uncorrectable", false, st.uncorrectable);
	seq_printf(m, "received=%llu lost=%llu silent=%llu\n", st.received,
		   st.lost, st.silent);
	return 0;
}

/* "ERROR": the function detects it. */
int mock_aer_write(struct mock_obj *obj, char *line)
{
	struct mock_device *mdev = to_device(obj);
	char *word = mock_next_word(&line);
	unsigned int i;
	int ret;

	ret = mock_no_more(line);
	if (ret)
		return ret;
	for (i = 0; i < MOCK_AER_ERRORS; i++)
		if (!strcmp(mock_aer_errors[i].name, word))
			break;
	if (i == MOCK_AER_ERRORS)
		return mock_fail(-EINVAL, "'%.64s' is no error: see docs/ABI.md for their names, such as RxErr, CmpltTO or MalfTLP",
				 word);
	ret = mock_bus_error(mdev, &mock_aer_errors[i]);
	if (ret == -EOPNOTSUPP)
		return mock_fail(ret, "%s does not report errors: only PCI functions with aer=1 do",
				 obj->name);
	if (ret == -ENODEV && mock_device_absent(mdev))
		return mock_fail_absent(mdev);
	if (ret == -ENODEV)
		return mock_fail(ret, "%s was removed from its bus", obj->name);
	return ret;
}
