/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All objects of the module, from its file "state", at one moment.
 *
 * Strings belong to the model. A "-" of the module is NULL (or an empty list);
 * a domain may also be one of the words identity, blocked and none.
 */
#ifndef LIB_MODEL_H
#define LIB_MODEL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/ctx.h"

struct names {
	unsigned int n;
	const char **v;
};

struct m_driver {
	const char *name;
	const char *dflt; /* the key "default" */
	uint64_t instances;
};

struct m_instance {
	const char *name, *driver, *format;
	uint64_t ias, oas;
	const char *pgsizes;
	bool coherent, enforce;
	bool sva; /* accepts domains of the addresses of processes */
	bool dirty; /* sets dirty bits */
	bool nest; /* takes tables of guests */
	uint64_t iotlb; /* entries */
	uint64_t pasid; /* bits of its PASIDs; 0: it has none */
	uint64_t pri; /* so many requests for pages wait; 0: it takes none */
	const char *policy, *errnos, *misbehave;
	uint64_t devices, domains, viommus, faults, pairs;
};

struct m_group {
	const char *name;
	uint64_t id; /* as in /sys/kernel/iommu_groups */
	struct names devices;
	const char *owner; /* NULL, or "caller" */
	const char *domain;
};

struct m_device {
	const char *name, *instance, *group;
	const char *bus, *dev; /* /sys/bus/BUS/devices/DEV */
	const char *domain;
	const char *driver; /* the kernel driver bound to it */
	uint64_t pasids; /* the device has so many, 0 included */
	struct names attached; /* "PASID:DOMAIN" */
};

struct m_domain {
	const char *name, *driver, *instance, *made_for;
	const char *maker; /* "caller" or "foreign" */
	const char *by; /* PID:COMM */
	pid_t pid;
	const char *comm;
	const char *format;
	uint64_t ias, oas;
	const char *pgsizes;
	bool coherent, enforce, fresh;
	bool sva; /* its addresses are those of a process */
	bool dirty, tracking; /* was made to track writes, and does so */
	bool nest; /* a table of a guest, on @parent */
	const char *parent;
	struct names devices, instances;
	struct names pasids; /* "DEVICE/PASID" */
	uint64_t mapped, tables;
};

struct m_buffer {
	const char *name;
	uint64_t size, maps;
};

enum m_kind {
	M_DRIVER,
	M_INSTANCE,
	M_GROUP,
	M_DEVICE,
	M_DOMAIN,
	M_BUFFER,
	M_KINDS
};

extern const char *const m_kind_words[]; /* "driver" ...; ends with NULL */

/* In order of creation; n_KIND of them. */
struct model {
	struct m_driver *drivers;
	struct m_instance *instances;
	struct m_group *groups;
	struct m_device *devices;
	struct m_domain *domains;
	struct m_buffer *buffers;
	unsigned int n_drivers, n_instances, n_groups, n_devices, n_domains,
		n_buffers;
	unsigned int unknown; /* lines whose kind is unknown to this tool */
	void *priv;
};

/*
 * model_read() reads the module's state: a model, or NULL after a complaint.
 * model_parse() reads a text. A line that is cut short or contradicts
 * docs/ABI.md gives NULL, and *error (to be freed) names the line and the
 * fault. Unknown kinds and keys are skipped: the ABI number guards the meaning
 * of the known ones.
 */
struct model *model_read(struct ctx *ctx);
struct model *model_parse(const char *text, char **error);
void model_free(struct model *m);

/* By name, without a search; NULL if there is none. */
struct m_driver *model_driver(const struct model *m, const char *name);
struct m_instance *model_instance(const struct model *m, const char *name);
struct m_group *model_group(const struct model *m, const char *name);
struct m_device *model_device(const struct model *m, const char *name);
struct m_domain *model_domain(const struct model *m, const char *name);
struct m_buffer *model_buffer(const struct model *m, const char *name);

/* The names of one kind; the list ends with NULL, free() it (not its words). */
const char **model_names(const struct model *m, enum m_kind kind);

bool names_have(const struct names *names, const char *name);
char *names_join(const struct names *names); /* "A,B", "" if empty; free() it */

#endif /* LIB_MODEL_H */
