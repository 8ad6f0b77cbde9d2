// SPDX-License-Identifier: GPL-2.0-only
/* The knob of a root port's hot-plug slot. */
#include <linux/seq_file.h>
#include <linux/string.h>

#include "knobs.h"

static const char *const act_words[] = {
	[MOCK_SLOT_INSERT] = "insert",
	[MOCK_SLOT_REMOVE] = "remove",
	[MOCK_SLOT_BUTTON] = "button",
};

int mock_slot_show(struct seq_file *m, void *v)
{
	static const char *const lights[] = { "-", "on", "blink", "off" };
	struct mock_slot_status st;

	if (!mock_bus_slot_status(to_device((struct mock_obj *)m->private), &st)) {
		seq_puts(m, "card=- power=- link=- indicator=- attention=-\n");
		return 0;
	}
	seq_printf(m, "card=%s power=%s link=%s indicator=%s attention=%s\n",
		   st.card ? "in" : "out", st.power ? "on" : "off",
		   st.link ? "up" : "down", lights[st.indicator],
		   lights[st.attention]);
	return 0;
}

/* "insert", "remove" or "button" */
int mock_slot_write(struct mock_obj *obj, char *line)
{
	char *word = mock_next_word(&line);
	int act, ret = mock_no_more(line);

	if (ret)
		return ret;
	act = mock_word_index(act_words, ARRAY_SIZE(act_words), word);
	if (act < 0)
		return mock_fail(-EINVAL, "'%.64s' is none of insert, remove, button",
				 word);
	ret = mock_bus_slot(to_device(obj), act);
	if (ret == -EOPNOTSUPP && act == MOCK_SLOT_BUTTON)
		return mock_fail(ret, "%s has no hot-plug slot with a button: only root ports with hotplug=button have",
				 obj->name);
	if (ret == -EOPNOTSUPP)
		return mock_fail(ret, "%s has no hot-plug slot: only root ports with hotplug= have",
				 obj->name);
	if (ret == -ENODEV)
		return mock_fail(ret, "%s was removed from its bus", obj->name);
	if (ret == -ENOENT && act == MOCK_SLOT_INSERT)
		return mock_fail(ret, "there is no card for the slot of %s: make a function with behind=%s",
				 obj->name, obj->name);
	if (ret == -ENOENT)
		return mock_fail(ret, "no card is in the slot of %s", obj->name);
	if (ret == -EBUSY)
		return mock_fail(ret, "the card is in the slot of %s already",
				 obj->name);
	return ret;
}
