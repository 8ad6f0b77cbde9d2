/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Steps with a container of VFIO, and the groups of the scene's functions in
 * it.
 */
#ifndef SCENARIO_CONTAINER_H
#define SCENARIO_CONTAINER_H

#include "scenario/scenario.h"

/* The default mapping of a scenario. */
#define SC_IOVA 0x100000
#define SC_BYTES 0x10000

/*
 * True if the kernel has no VFIO; then there is a complaint on standard error.
 */
bool sc_no_vfio(struct scene *s);

#define NO_VFIO \
	sc_end(s, SC_CANNOT, "this kernel has no VFIO with type1 containers")

/* Closed at the end. */
int sc_container(struct scene *s);

enum place {
	LATER, /* the container has its type; refusing the group is no failure */
	FIRST, /* makes it type1, and maps memory */
	EMPTY, /* makes it type1 */
	ASKED, /* makes it type1; refusing is no failure */
};

/* The device's group joins a container: the kernel's answer. */
int sc_join(struct scene *s, int container, const char *device,
	    enum place place);
/* The group that joined last leaves. */
void sc_leave(struct scene *s);

/* Functions a0 and b0 behind instances of these options; b may be NULL: one. */
void sc_two_functions(struct scene *s, const char *a, const char *b);
/* a0 alone, with these keys; options and keys may be NULL. */
void sc_one_function(struct scene *s, const char *options, const char *keys);

/* The kernel's answer, and the number of bytes that are unmapped. */
int sc_unmap(struct scene *s, int container, uint64_t iova, uint64_t size,
	     uint64_t *told);

#endif /* SCENARIO_CONTAINER_H */
