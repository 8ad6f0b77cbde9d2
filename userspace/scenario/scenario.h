/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Scenarios: real bugs of kernels, past or present. Each is replayed in a small
 * topology, with a verdict on the running kernel.
 *
 * A scenario is a function on a scene. The steps below note what they do and
 * its result. After the failure of a step that must not fail, the later steps
 * do nothing: the function continues to its end, and the verdict is SC_ERROR.
 */
#ifndef SCENARIO_SCENARIO_H
#define SCENARIO_SCENARIO_H

#include <stdbool.h>
#include <stdint.h>

#include "callers/kernel.h"
#include "lib/ctx.h"
#include "lib/iommufd.h"
#include "lib/mem.h"
#include "lib/model.h"
#include "lib/scope.h"

enum verdict {
	SC_PRESENT, /* this kernel has the bug */
	SC_ABSENT,
	SC_CANNOT, /* it cannot be run here; why says what is missing */
	SC_ERROR, /* it ended otherwise; why says how */
};

extern const char *const verdict_words[]; /* present, absent ... */

struct scene;

struct scenario {
	const char *id; /* as in reports: B01 */
	const char *slug;
	const char *what; /* the bug, a paragraph */
	const char *correct; /* the behaviour of a kernel without the bug */
	const char *where; /* function, kernels, commit */
	enum verdict (*run)(struct scene *s);
};

/* In order of ids; ends with id == NULL. */
extern const struct scenario scenarios[];
/* By id, in any case, or slug; NULL if there is none. */
const struct scenario *scenario_find(const char *name);
/* All ids, then all slugs; ends with NULL. */
const char *const *scenario_words(void);

/* Runs a scenario and undoes it. The caller frees why and steps. */
struct sc_outcome {
	enum verdict verdict;
	struct buf why; /* a sentence */
	struct buf steps; /* one a line, then the journal */
};
/* spare: a PCI function without an IOMMU that may be used; or NULL. */
void scenario_run(struct ctx *ctx, const struct scenario *sc, const char *spare,
		  struct sc_outcome *out);

#define SCENE_FILES 32

struct scene {
	struct ctx *ctx;
	struct sc_outcome *out;
	const char *spare;
	struct kernel kernel; /* its journal */
	struct kernel_info info;
	bool broken; /* a step failed that must not */
	struct scope scope; /* the objects that the scene has made */
	int fds[SCENE_FILES]; /* to be closed before, the last first */
	unsigned int n_fds;
	void *memory;
	uint64_t memory_size;
};

/* The names of new objects begin with this. */
#define SC_PREFIX "sc-"

/* Verdicts, each with its sentence. */
enum verdict sc_end(struct scene *s, enum verdict v, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Something that must not fail did. */
void sc_fail(struct scene *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* True if the scenario is to end: a step has failed, or the work is to end. */
bool sc_over(struct scene *s);
void sc_note(struct scene *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Topology: must not fail. options as in docs/ABI.md, or NULL. */
void sc_instance(struct scene *s, const char *name, const char *options);
void sc_device(struct scene *s, const char *name, const char *instance,
	       const char *options);
void sc_domain(struct scene *s, const char *name, const char *device);
void sc_fault(struct scene *s, const char *instance, const char *fault);
void sc_set(struct scene *s, const char *instance, const char *key,
	    const char *value);
void sc_bind(struct scene *s, const char *device); /* to vfio-pci */

void sc_claim(struct scene *s, const char *group, bool claim);

/* Steps that may fail: 0 or -errno, which is noted. */
int sc_attach_group(struct scene *s, const char *domain, const char *group);

void sc_detach_group(struct scene *s, const char *domain, const char *group);

/*
 * Writes a file of the system, and restores it at the end. False if there is no
 * such file; every other failure ends the scenario. system.c
 */
bool sc_file(struct scene *s, const char *path, const char *text);
/* The function of --spare is bound to vfio-pci, and let go at the end. */
void sc_bind_spare(struct scene *s);
struct m_device sc_spare(const struct scene *s);

/* Closed at the end. */
void sc_keep_fd(struct scene *s, int fd);
void sc_close(struct scene *s); /* all that are kept, now */
void sc_close_fd(struct scene *s, int fd); /* this one, now */
/* Memory of this process, to be mapped; zeroed. */
void *sc_memory(struct scene *s, uint64_t size);

/* A device, as the module's state has it; model_free() *m afterwards. */
const struct m_device *sc_look(struct scene *s, const char *device,
			       struct model **m);
/* The domain that a device is on, without our prefix; free() it. */
char *sc_where(struct scene *s, const char *device);
/* Does the domain that a device is on enforce snooping? */
bool sc_enforces(struct scene *s, const char *device);
/* The number of domains with devices of the scene. */
unsigned int sc_domains_in_use(struct scene *s);
/* How many lines of the journal of this scene contain both words? */
unsigned int sc_count(struct scene *s, const char *a, const char *b);
/* Does it have such an event, with this KEY=VALUE and reason? */
bool sc_saw(struct scene *s, const char *event, const char *key,
	    const char *reason);
/* Does it have an attach of a device with this reason? */
bool sc_attached_with(struct scene *s, const char *device, const char *reason);
/*
 * The device writes to an address: 0; -EFAULT and the reason (DMA_FINE if
 * nothing faulted), or another errno.
 */
int sc_dma(struct scene *s, const char *device, uint64_t iova,
	   const char **reason);
/* The same, but it reads. */
int sc_dma_read(struct scene *s, const char *device, uint64_t iova,
		const char **reason);

/* kernel.c, owner.c, type1.c, memory.c, iommufd.c, compat.c, dirty.c, pasid.c, requests.c: one for each */
enum verdict sc_b01(struct scene *s);
enum verdict sc_b02(struct scene *s);
enum verdict sc_b03(struct scene *s);
enum verdict sc_b04(struct scene *s);
enum verdict sc_b06(struct scene *s);
enum verdict sc_b07(struct scene *s);
enum verdict sc_b08(struct scene *s);
enum verdict sc_b09(struct scene *s);
enum verdict sc_b10(struct scene *s);
enum verdict sc_b12(struct scene *s);
enum verdict sc_b14(struct scene *s);
enum verdict sc_b15(struct scene *s);
enum verdict sc_b17(struct scene *s);
enum verdict sc_b19(struct scene *s);
enum verdict sc_b27(struct scene *s);
enum verdict sc_b29(struct scene *s);
enum verdict sc_b42(struct scene *s);
enum verdict sc_b47(struct scene *s);
enum verdict sc_b63(struct scene *s);
enum verdict sc_b64(struct scene *s);
enum verdict sc_b79(struct scene *s);
enum verdict sc_b80(struct scene *s);
enum verdict sc_b81(struct scene *s);
enum verdict sc_b82(struct scene *s);
enum verdict sc_b83(struct scene *s);
enum verdict sc_b84(struct scene *s);
enum verdict sc_b85(struct scene *s);
enum verdict sc_b86(struct scene *s);
enum verdict sc_b87(struct scene *s);
enum verdict sc_b88(struct scene *s);

#endif /* SCENARIO_SCENARIO_H */
