// SPDX-License-Identifier: GPL-2.0-only
/* See given.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "judge/given.h"
#include "lib/knobs.h"
#include "lib/root.h"
#include "lib/words.h"

/* How the module's lines begin. */
#define MODULE_LOG "iommu_mock: "

void given_groups(struct judge *j, const struct model *m)
{
	for (unsigned int i = 0; i < m->n_devices; i++) {
		const struct m_device *d = &m->devices[i];
		const struct m_instance *inst = model_instance(m, d->instance);

		judge_group(j, d->group, d->name, inst ? inst->driver : NULL);
	}
}

static char *features(const char *format, uint64_t ias, uint64_t oas,
		      const char *pgsizes, bool coherent, bool enforce)
{
	return xprintf(
		"format=%s ias=%u oas=%u pgsizes=%s coherent=%d enforce=%d",
		format, (unsigned int)ias, (unsigned int)oas, pgsizes, coherent,
		enforce);
}

void given_features(struct judge *j, const struct model *m)
{
	for (unsigned int i = 0; i < m->n_domains; i++) {
		const struct m_domain *d = &m->domains[i];
		const struct m_instance *of =
			d->instance ? model_instance(m, d->instance) : NULL;
		autofree char *made = NULL, *now = NULL;

		if (!of || !d->format || !d->pgsizes)
			continue;
		made = features(of->format, of->ias, of->oas, of->pgsizes,
				of->coherent, of->enforce);
		now = features(d->format, d->ias, d->oas, d->pgsizes,
			       d->coherent, d->enforce);
		judge_features(j, d->name, made, now);
	}
}

void given_places(struct judge *j, const struct model *m)
{
	for (unsigned int i = 0; i < m->n_devices; i++) {
		const struct m_device *d = &m->devices[i];

		judge_place(j, d->name, d->domain);
		for (unsigned int k = 0; k < d->attached.n; k++) {
			const char *colon = strchr(d->attached.v[k], ':');

			if (colon)
				judge_place_pasid(j, d->name,
						  strtoull(d->attached.v[k],
							   NULL, 10),
						  colon + 1);
		}
	}
}

void given_recorded(struct judge *j, struct ctx *ctx)
{
	autobuf struct buf text = { 0 };
	unsigned int kinds = 0;
	char *at, *word;

	if (knob_read(ctx, "journal_events", &text) || !text.text)
		return;
	at = text.text;
	at[strcspn(at, "\n")] = '\0';
	while ((word = strsep(&at, ","))) {
		int kind = word_index(event_words, word);

		if (!strcmp(word, "all"))
			for (int i = 0; event_words[i]; i++)
				kinds |= 1U << i;
		else if (kind >= 0)
			kinds |= 1U << kind;
	}
	judge_recorded(j, kinds);
}

int log_open(struct ctx *ctx)
{
	int fd = root_open(ctx, "/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0)
		lseek(fd, 0, SEEK_END);
	return fd;
}

/* "6,339,5140900,-;iommu_mock: smmu1 refuses x for nic0: ias" */
static const char *refusal_text(const char *record)
{
	const char *text = strchr(record, ';');

	return text && !strncmp(text + 1, MODULE_LOG, strlen(MODULE_LOG)) ?
		       text + 1 :
		       NULL;
}

/* As large as a record of /dev/kmsg can be, its escapes included. */
#define LOG_RECORD 8193

unsigned int log_read(int fd, struct buf *first)
{
	char record[LOG_RECORD];
	unsigned int lines = 0;
	ssize_t n;

	/*
	 * EPIPE: some lines were overwritten; EINVAL: this line is longer than
	 * any of the module's. In both cases the next read continues behind it.
	 */
	while ((n = read(fd, record, sizeof(record) - 1)) > 0 ||
	       (n < 0 && (errno == EPIPE || errno == EINVAL))) {
		const char *text;

		if (n < 0)
			continue;
		record[n] = '\0';
		text = refusal_text(record);
		if (!text)
			continue;
		lines++;
		if (!first->len)
			buf_add(first, text, strcspn(text, "\n"));
	}
	return lines;
}
