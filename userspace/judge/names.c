// SPDX-License-Identifier: GPL-2.0-only
/* The names in a story, and the objects that now have them. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "judge/story.h"

static unsigned int hash(const char *text)
{
	unsigned int h = 2166136261U;

	while (*text)
		h = (h ^ (unsigned char)*text++) * 16777619U;
	return h;
}

/* The slot of a text, or the free slot where it belongs. */
static unsigned int slot_of(const struct judge *j, const char *text)
{
	unsigned int i = hash(text) & (j->n_slots - 1);

	while (j->slots[i] && strcmp(j->names[j->slots[i] - 1].text, text))
		i = (i + 1) & (j->n_slots - 1);
	return i;
}

static void more_slots(struct judge *j)
{
	free(j->slots);
	j->n_slots = j->n_slots ? j->n_slots * 2 : 256;
	j->slots = xalloc(j->n_slots * sizeof(*j->slots));
	for (unsigned int i = 0; i < j->n_names; i++)
		j->slots[slot_of(j, j->names[i].text)] = i + 1;
}

static struct name *name_of(struct judge *j, const char *text)
{
	unsigned int i;

	if (j->n_names * 2 >= j->n_slots)
		more_slots(j);
	i = slot_of(j, text);
	if (!j->slots[i]) {
		j->names = story_room(j->names, j->n_names, sizeof(*j->names));
		j->names[j->n_names] =
			(struct name){ xstrdup(text), -1, -1, -1 };
		j->slots[i] = ++j->n_names;
	}
	return &j->names[j->slots[i] - 1];
}

/*
 * Makes room for one more: the array doubles when its length is a power of
 * two.
 */
void *story_room(void *array, unsigned int n, size_t size)
{
	if (n & (n - 1))
		return array;
	return xrealloc(array, n ? 2 * (size_t)n : 1, size);
}

const char *story_name(struct judge *j, const char *text)
{
	return text ? name_of(j, text)->text : NULL;
}

int story_device(struct judge *j, const char *name)
{
	struct name *n;

	if (!name)
		return -1;
	n = name_of(j, name);
	if (n->device >= 0)
		return n->device;
	j->devices = story_room(j->devices, j->n_devices, sizeof(*j->devices));
	j->devices[j->n_devices] = (struct device){
		.name = n->text,
		.of = -1,
		.group = -1,
		.first = -1,
		.last = -1,
	};
	n->device = (int)j->n_devices++;
	return n->device;
}

int story_group(struct judge *j, const char *name)
{
	struct name *n = name_of(j, name);

	if (n->group >= 0)
		return n->group;
	j->groups = story_room(j->groups, j->n_groups, sizeof(*j->groups));
	j->groups[j->n_groups] = (struct group){ .name = n->text, .of = -1 };
	n->group = (int)j->n_groups++;
	return n->group;
}

/* No name of the module contains a slash. */
static char *space_name(const char *name, uint64_t pasid)
{
	return xprintf("%s/%" PRIu64, name, pasid);
}

int story_space(struct judge *j, const char *device, uint64_t pasid)
{
	autofree char *name = NULL;
	int of, space;

	if (!device)
		return -1;
	name = space_name(device, pasid);
	of = story_device(j, device);
	space = story_device(j, name);
	j->devices[space].of = of;
	j->devices[space].pasid = pasid;
	return space;
}

int story_space_group(struct judge *j, int group, uint64_t pasid)
{
	autofree char *name = space_name(j->groups[group].name, pasid);
	int space = story_group(j, name);

	j->groups[space].of = group;
	return space;
}

void story_end_spaces(struct judge *j, int device)
{
	for (unsigned int i = 0; i < j->n_devices; i++)
		if (j->devices[i].of == device) {
			j->devices[i].over = true;
			name_of(j, j->devices[i].name)->device = -1;
		}
}

int story_base(const struct judge *j, int group)
{
	return group >= 0 && j->groups[group].of >= 0 ? j->groups[group].of :
							group;
}

int story_new_life(struct judge *j, const char *name)
{
	struct name *n = name_of(j, name);

	j->lives = story_room(j->lives, j->n_lives, sizeof(*j->lives));
	j->lives[j->n_lives] = (struct life){
		.name = n->text,
		.alloc = -1,
		.free = -1,
		.maker = -1,
		.group = -1,
		.parent = -1,
	};
	n->life = (int)j->n_lives++;
	return n->life;
}

int story_life(struct judge *j, const char *name)
{
	struct name *n = name_of(j, name);

	return n->life >= 0 ? n->life : story_new_life(j, name);
}

int story_known_life(struct judge *j, const char *name)
{
	return name_of(j, name)->life;
}

int story_candidate(const struct judge *j, int life)
{
	return j->lives[life].parent >= 0 ? j->lives[life].parent : life;
}

void story_end_life(struct judge *j, const char *name)
{
	name_of(j, name)->life = -1;
}

int story_place(struct judge *j, const char *name)
{
	if (!name || !strcmp(name, "none"))
		return P_NONE;
	if (!strcmp(name, "identity"))
		return P_IDENTITY;
	if (!strcmp(name, "blocked"))
		return P_BLOCKED;
	if (!strcmp(name, "default"))
		return P_DEFAULT;
	return story_life(j, name);
}

const char *place_name(const struct judge *j, int place)
{
	if (place >= 0)
		return j->lives[place].name;
	return place == P_IDENTITY ? "identity" :
	       place == P_BLOCKED  ? "blocked" :
	       place == P_DEFAULT  ? "the default domain" :
				     "no domain";
}
