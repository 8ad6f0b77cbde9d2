// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <errno.h>
#include <search.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/knobs.h"
#include "lib/model.h"
#include "lib/words.h"

const char *const m_kind_words[] = { "driver", "instance", "group", "device",
				     "domain", "buffer",   NULL };

enum model_field { F_TEXT, F_WORD, F_NUMBER, F_BOOL, F_NAMES };

/* One key of a line. F_TEXT stays as it is, of F_WORD "-" becomes NULL. */
struct field {
	const char *key;
	enum model_field type;
	size_t offset;
};

#define FIELD(kind, key, type, member)                       \
	{                                                    \
		key, type, offsetof(struct m_##kind, member) \
	}

/* What policy compares: an instance has it, and a domain. */
#define TRAITS(kind)                                       \
	FIELD(kind, "format", F_TEXT, format),             \
		FIELD(kind, "ias", F_NUMBER, ias),         \
		FIELD(kind, "oas", F_NUMBER, oas),         \
		FIELD(kind, "pgsizes", F_TEXT, pgsizes),   \
		FIELD(kind, "coherent", F_BOOL, coherent), \
		FIELD(kind, "enforce", F_BOOL, enforce),   \
		FIELD(kind, "sva", F_BOOL, sva),           \
		FIELD(kind, "dirty", F_BOOL, dirty),       \
		FIELD(kind, "nest", F_BOOL, nest)

static const struct field driver_fields[] = {
	FIELD(driver, "default", F_TEXT, dflt),
	FIELD(driver, "instances", F_NUMBER, instances),
	{ 0 },
};

static const struct field instance_fields[] = {
	FIELD(instance, "driver", F_TEXT, driver),
	TRAITS(instance),
	FIELD(instance, "iotlb", F_NUMBER, iotlb),
	FIELD(instance, "pasid", F_NUMBER, pasid),
	FIELD(instance, "pri", F_NUMBER, pri),
	FIELD(instance, "policy", F_TEXT, policy),
	FIELD(instance, "errno", F_TEXT, errnos),
	FIELD(instance, "misbehave", F_TEXT, misbehave),
	FIELD(instance, "devices", F_NUMBER, devices),
	FIELD(instance, "domains", F_NUMBER, domains),
	FIELD(instance, "viommus", F_NUMBER, viommus),
	FIELD(instance, "faults", F_NUMBER, faults),
	FIELD(instance, "pairs", F_NUMBER, pairs),
	{ 0 },
};

static const struct field group_fields[] = {
	FIELD(group, "id", F_NUMBER, id),
	FIELD(group, "devices", F_NAMES, devices),
	FIELD(group, "owner", F_WORD, owner),
	FIELD(group, "domain", F_TEXT, domain),
	{ 0 },
};

static const struct field device_fields[] = {
	FIELD(device, "instance", F_TEXT, instance),
	FIELD(device, "group", F_TEXT, group),
	FIELD(device, "bus", F_TEXT, bus),
	FIELD(device, "dev", F_TEXT, dev),
	FIELD(device, "domain", F_TEXT, domain),
	FIELD(device, "driver", F_WORD, driver),
	FIELD(device, "pasids", F_NUMBER, pasids),
	FIELD(device, "attached", F_NAMES, attached),
	{ 0 },
};

static const struct field domain_fields[] = {
	FIELD(domain, "driver", F_TEXT, driver),
	FIELD(domain, "instance", F_WORD, instance),
	FIELD(domain, "made_for", F_WORD, made_for),
	FIELD(domain, "maker", F_TEXT, maker),
	FIELD(domain, "by", F_TEXT, by),
	TRAITS(domain),
	FIELD(domain, "parent", F_WORD, parent),
	FIELD(domain, "tracking", F_BOOL, tracking),
	FIELD(domain, "fresh", F_BOOL, fresh),
	FIELD(domain, "devices", F_NAMES, devices),
	FIELD(domain, "pasids", F_NAMES, pasids),
	FIELD(domain, "instances", F_NAMES, instances),
	FIELD(domain, "mapped", F_NUMBER, mapped),
	FIELD(domain, "tables", F_NUMBER, tables),
	{ 0 },
};

static const struct field buffer_fields[] = {
	FIELD(buffer, "size", F_NUMBER, size),
	FIELD(buffer, "maps", F_NUMBER, maps),
	{ 0 },
};

/* The kinds: where their array and its length are in struct model. */
static const struct kind {
	const struct field *fields;
	size_t size, array, count;
} kinds[M_KINDS] = {
#define KIND(kind)                                          \
	{                                                   \
		kind##_fields, sizeof(struct m_##kind),     \
			offsetof(struct model, kind##s),    \
			offsetof(struct model, n_##kind##s) \
	}
	[M_DRIVER] = KIND(driver), [M_INSTANCE] = KIND(instance),
	[M_GROUP] = KIND(group),   [M_DEVICE] = KIND(device),
	[M_DOMAIN] = KIND(domain), [M_BUFFER] = KIND(buffer),
#undef KIND
};

/* The text, cut into words, and the index of names. */
struct model_priv {
	char *text;
	struct hsearch_data index;
	bool indexed;
	char **keys; /* of the index: "instance/smmu0" */
	unsigned int n_keys;
};

static void **array_of(const struct model *m, enum m_kind kind)
{
	return (void **)((char *)(uintptr_t)m + kinds[kind].array);
}

static unsigned int *count_of(const struct model *m, enum m_kind kind)
{
	return (unsigned int *)((char *)(uintptr_t)m + kinds[kind].count);
}

static void *object_at(const struct model *m, enum m_kind kind, unsigned int i)
{
	return (char *)*array_of(m, kind) + i * kinds[kind].size;
}

/* The name is the first member of every struct. */
static const char *name_at(const struct model *m, enum m_kind kind,
			   unsigned int i)
{
	return *(const char **)object_at(m, kind, i);
}

static void split_names(struct names *names, char *list)
{
	char *item;

	if (!strcmp(list, "-"))
		return;
	while ((item = strsep(&list, ","))) {
		names->v = xrealloc(names->v, names->n + 1, sizeof(*names->v));
		names->v[names->n++] = item;
	}
}

static bool set_field(void *object, const struct field *f, char *value)
{
	void *at = (char *)object + f->offset;
	uint64_t n;

	switch (f->type) {
	case F_TEXT:
		*(const char **)at = value;
		return *value;
	case F_WORD:
		*(const char **)at = strcmp(value, "-") ? value : NULL;
		return *value;
	case F_NAMES:
		if (((struct names *)at)->n)
			return false;
		split_names(at, value);
		return *value;
	case F_NUMBER:
		return number_parse(value, at);
	case F_BOOL:
		if (!number_parse(value, &n) || n > 1)
			return false;
		*(bool *)at = n;
		return true;
	}
	return false;
}

/* The next word of a line; NULL at its end. */
static char *next_word(char **rest)
{
	char *word;

	do {
		word = strsep(rest, " ");
	} while (word && !*word);
	return word;
}

static char *parse_fields(enum m_kind kind, void *object, char *rest)
{
	const struct field *fields = kinds[kind].fields;
	uint32_t seen = 0;
	char *word;

	while ((word = next_word(&rest))) {
		char *equals = strchr(word, '=');
		unsigned int i;

		if (!equals)
			return xprintf("'%s' is not KEY=VALUE", word);
		*equals = '\0';
		for (i = 0; fields[i].key && strcmp(fields[i].key, word); i++)
			;
		if (!fields[i].key)
			continue;
		if (seen & 1U << i)
			return xprintf("%s= is there twice", word);
		seen |= 1U << i;
		if (!set_field(object, &fields[i], equals + 1))
			return xprintf("%s=%s cannot be", word, equals + 1);
	}
	for (unsigned int i = 0; fields[i].key; i++)
		if (!(seen & 1U << i))
			return xprintf("%s= is missing", fields[i].key);
	return NULL;
}

static char *parse_line(struct model *m, char *line)
{
	char *word = next_word(&line), *name;
	int kind = word ? word_index(m_kind_words, word) : -1;
	unsigned int *n;
	void **array, *object;

	if (!word)
		return NULL;
	if (kind < 0) {
		m->unknown++;
		return NULL;
	}
	name = next_word(&line);
	if (!name || strchr(name, '='))
		return xprintf("a %s without a name", word);
	if (strlen(name) >= MOCK_NAME_LEN)
		return xprintf("a %s whose name is too long", word);
	n = count_of(m, kind);
	array = array_of(m, kind);
	*array = xrealloc(*array, *n + 1, kinds[kind].size);
	object = (char *)*array + *n * kinds[kind].size;
	memset(object, 0, kinds[kind].size);
	*(const char **)object = name;
	++*n;
	return parse_fields(kind, object, line);
}

/* Kind and name, as the index has them. */
static char *index_key(enum m_kind kind, const char *name)
{
	return xprintf("%s/%s", m_kind_words[kind], name);
}

static char *build_index(struct model *m)
{
	struct model_priv *p = m->priv;
	unsigned int total = 0;

	for (enum m_kind k = 0; k < M_KINDS; k++)
		total += *count_of(m, k);
	p->indexed = hcreate_r(total * 2 + 1, &p->index);
	p->keys = xalloc((total + 1) * sizeof(*p->keys));
	if (!p->indexed)
		return xstrdup("no memory for its index");
	for (enum m_kind k = 0; k < M_KINDS; k++)
		for (unsigned int i = 0; i < *count_of(m, k); i++) {
			char *key = index_key(k, name_at(m, k, i));
			ENTRY item = { key, NULL }, *found;

			p->keys[p->n_keys++] = key;
			if (hsearch_r(item, FIND, &found, &p->index))
				return xprintf("%s is there twice", key);
			item.data = object_at(m, k, i);
			hsearch_r(item, ENTER, &found, &p->index);
		}
	return NULL;
}

static void *find(const struct model *m, enum m_kind kind, const char *name)
{
	struct model_priv *p = m->priv;
	char key[64]; /* no kind and no name is longer */
	ENTRY item = { key, NULL }, *found;

	if (!name || strlen(name) >= MOCK_NAME_LEN)
		return NULL;
	snprintf(key, sizeof(key), "%s/%s", m_kind_words[kind], name);
	return hsearch_r(item, FIND, &found, &p->index) ? found->data : NULL;
}

struct m_driver *model_driver(const struct model *m, const char *name)
{
	return find(m, M_DRIVER, name);
}

struct m_instance *model_instance(const struct model *m, const char *name)
{
	return find(m, M_INSTANCE, name);
}

struct m_group *model_group(const struct model *m, const char *name)
{
	return find(m, M_GROUP, name);
}

struct m_device *model_device(const struct model *m, const char *name)
{
	return find(m, M_DEVICE, name);
}

struct m_domain *model_domain(const struct model *m, const char *name)
{
	return find(m, M_DOMAIN, name);
}

struct m_buffer *model_buffer(const struct model *m, const char *name)
{
	return find(m, M_BUFFER, name);
}

static char *parse_all(struct model *m, char *text)
{
	unsigned int number = 0;

	while (*text) {
		char *end = strchr(text, '\n');
		char *why;

		number++;
		if (!end)
			return xprintf("line %u is cut short", number);
		*end = '\0';
		why = parse_line(m, text);
		if (why) {
			char *where = xprintf("line %u: %s", number, why);

			free(why);
			return where;
		}
		text = end + 1;
	}
	for (unsigned int i = 0; i < m->n_domains; i++) {
		struct m_domain *d = &m->domains[i];

		/* Both stay unknown if it is anything else. */
		by_parse(d->by, &d->pid, &d->comm);
	}
	return build_index(m);
}

struct model *model_parse(const char *text, char **error)
{
	struct model *m = xalloc(sizeof(*m));
	struct model_priv *p = xalloc(sizeof(*p));

	m->priv = p;
	p->text = xstrdup(text);
	*error = parse_all(m, p->text);
	if (!*error)
		return m;
	model_free(m);
	return NULL;
}

struct model *model_read(struct ctx *ctx)
{
	autobuf struct buf text = { 0 };
	autofree char *why = NULL;
	int err = knob_read(ctx, "state", &text);
	struct model *m;

	if (err < 0) {
		knob_read_fail(ctx, NULL, "the module's state", err);
		return NULL;
	}
	if (strlen(text.text) != text.len) {
		fail_errno(ctx, -EPROTO, NULL,
			   "the module's state has zero bytes in it");
		return NULL;
	}
	m = model_parse(text.text, &why);
	if (!m)
		fail_errno(ctx, -EPROTO, NULL,
			   "the module's state makes no sense: %s", why);
	return m;
}

void model_free(struct model *m)
{
	struct model_priv *p;

	if (!m)
		return;
	p = m->priv;
	for (unsigned int i = 0; i < m->n_groups; i++)
		free(m->groups[i].devices.v);
	for (unsigned int i = 0; i < m->n_domains; i++) {
		free(m->domains[i].devices.v);
		free(m->domains[i].instances.v);
		free(m->domains[i].pasids.v);
	}
	for (unsigned int i = 0; i < m->n_devices; i++)
		free(m->devices[i].attached.v);
	for (enum m_kind k = 0; k < M_KINDS; k++)
		free(*array_of(m, k));
	if (p->indexed)
		hdestroy_r(&p->index);
	for (unsigned int i = 0; i < p->n_keys; i++)
		free(p->keys[i]);
	free(p->keys);
	free(p->text);
	free(p);
	free(m);
}

const char **model_names(const struct model *m, enum m_kind kind)
{
	unsigned int n = *count_of(m, kind);
	const char **names = xalloc((n + 1) * sizeof(*names));

	for (unsigned int i = 0; i < n; i++)
		names[i] = name_at(m, kind, i);
	return names;
}

bool names_have(const struct names *names, const char *name)
{
	for (unsigned int i = 0; i < names->n; i++)
		if (!strcmp(names->v[i], name))
			return true;
	return false;
}

char *names_join(const struct names *names)
{
	struct buf b = { 0 };

	buf_str(&b, "");
	for (unsigned int i = 0; i < names->n; i++)
		buf_printf(&b, "%s%s", i ? "," : "", names->v[i]);
	return b.text;
}
