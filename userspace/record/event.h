/* SPDX-License-Identifier: GPL-2.0-only */
/* A line of trace_pipe, in pieces. */
#ifndef RECORD_EVENT_H
#define RECORD_EVENT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* A number that could not be read in the kernel is 0. */
enum traced_number {
	T_DOM,
	T_TYPE,
	T_PASID,
	T_IOVA,
	T_SIZE,
	T_START, /* of what was gathered for an invalidation; it ends at T_END */
	T_END,
	T_RET,
	T_NUMBERS
};

struct traced {
	pid_t tid;
	uint64_t nsec;
	const char *
		event; /* without the prefix; NULL: a line of the kernel's log */
	bool returned; /* of a return, else of a call */
	uint64_t n[T_NUMBERS];
	const char *dev, *group, *comm; /* NULL: not there */
	const char *log; /* the line of the log */
};

/* True for an event of our probes, and for a line of the kernel's log. Cuts up the line, which must outlive *t. */
bool traced_parse(char *line, struct traced *t);

/* "CPU:1 [LOST 34 EVENTS]": 34; 0 for any other line. */
uint64_t traced_lost(const char *line);

#endif /* RECORD_EVENT_H */
